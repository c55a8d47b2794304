"""/api/questions and /api/tests, including answer keys, so for authors only."""

from __future__ import annotations

from typing import Any

from exam_app import clock
from exam_app.api.replies import ok, pagination
from exam_app.api.resource import Resource
from exam_app.rules.permissions import Permission
from exam_app.schemas import catalog as shapes
from exam_app.services.authoring import catalog, papers, question_files
from exam_app.web.identity import current_user, needs

blueprint = Resource("catalog", __name__, url_prefix="/api", description="Questions and tests")


@blueprint.post("/questions")
@needs(Permission.MANAGE_QUESTIONS)
@blueprint.arguments(shapes.QuestionIn)
@blueprint.replies(shapes.Question, status=201)
def create_question(data: dict[str, Any]) -> dict[str, Any]:
    """Add a question to the question bank."""
    question = catalog.add_question(current_user(), data)
    return ok(catalog.describe_question(question), "Question created")


@blueprint.get("/questions")
@needs(Permission.MANAGE_QUESTIONS)
@blueprint.arguments(shapes.QuestionFilter, location="query")
@blueprint.replies(shapes.Questions)
def list_questions(query: dict[str, Any]) -> dict[str, Any]:
    """The question bank, page by page."""
    page, limit = query["page"], query["limit"]
    found, total = catalog.questions(query.get("category"), query.get("type"), page, limit)
    return ok(
        {
            "questions": [catalog.describe_question(q) for q in found],
            "pagination": pagination(page, limit, total),
        }
    )


@blueprint.get("/questions/<int:question_id>")
@needs(Permission.MANAGE_QUESTIONS)
@blueprint.replies(shapes.Question)
def show_question(question_id: int) -> dict[str, Any]:
    """One question."""
    return ok(catalog.describe_question(catalog.question_for(question_id)))


@blueprint.post("/tests")
@needs(Permission.MANAGE_TESTS)
@blueprint.arguments(shapes.TestIn)
@blueprint.replies(shapes.Test, status=201)
def create_test(data: dict[str, Any]) -> dict[str, Any]:
    """Create a draft test from questions of the question bank."""
    test = catalog.create_test(current_user(), data, data.pop("question_ids"))
    return ok(catalog.describe_test(test), "Test created")


@blueprint.get("/tests")
@needs(Permission.MANAGE_TESTS)
@blueprint.replies(shapes.Tests)
def list_tests() -> dict[str, Any]:
    """All tests."""
    return ok({"tests": catalog.tests_of()})


@blueprint.get("/tests/<int:test_id>")
@needs(Permission.MANAGE_TESTS)
@blueprint.replies(shapes.Test)
def show_test(test_id: int) -> dict[str, Any]:
    """One test."""
    return ok(catalog.describe_test(catalog.test_for(test_id)))


@blueprint.put("/tests/<int:test_id>")
@needs(Permission.MANAGE_TESTS)
@blueprint.arguments(shapes.TestIn)
@blueprint.replies(shapes.Test)
def update_test(data: dict[str, Any], test_id: int) -> dict[str, Any]:
    """Change the draft. Published papers do not change."""
    test = catalog.update_test(catalog.test_for(test_id), data, data.pop("question_ids"))
    return ok(catalog.describe_test(test), "Test updated")


@blueprint.get("/tests/<int:test_id>/export")
@needs(Permission.MANAGE_TESTS, Permission.MANAGE_QUESTIONS)
@blueprint.arguments(shapes.ExportQuery, location="query")
@blueprint.replies(shapes.ExportedTest)
def export(query: dict[str, Any], test_id: int) -> dict[str, Any]:
    """Export the questions of the draft as a file for another system, including answer keys."""
    return ok(question_files.describe_export(question_files.export_test(catalog.test_for(test_id), **query)))


@blueprint.post("/tests/<int:test_id>/publish")
@needs(Permission.MANAGE_TESTS)
@blueprint.replies(shapes.Test)
def publish(test_id: int) -> dict[str, Any]:
    """Publish the draft as a frozen paper, which new attempts use."""
    test = catalog.test_for(test_id)
    papers.publish(test, current_user().id)
    return ok(catalog.describe_test(test), "Test published")


@blueprint.post("/tests/<int:test_id>/activate")
@needs(Permission.MANAGE_TESTS)
@blueprint.replies(shapes.Test)
def activate(test_id: int) -> dict[str, Any]:
    """Open the test, so that students may start it."""
    test = catalog.set_active(current_user(), catalog.test_for(test_id), True, clock.now())
    return ok(catalog.describe_test(test), "Test activated")


@blueprint.post("/tests/<int:test_id>/deactivate")
@needs(Permission.MANAGE_TESTS)
@blueprint.replies(shapes.Test)
def deactivate(test_id: int) -> dict[str, Any]:
    """Close the test for new attempts. Running attempts continue."""
    test = catalog.set_active(current_user(), catalog.test_for(test_id), False, clock.now())
    return ok(catalog.describe_test(test), "Test deactivated")
