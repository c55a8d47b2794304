"""Questions and tests."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, func, select

from exam_app import clock
from exam_app.errors import InvalidInput, NotFound
from exam_app.extensions import db
from exam_app.models import Course, Passage, Question, Test, TestQuestion, User
from exam_app.rules import question_types
from exam_app.rules.branches import serves
from exam_app.rules.integrity.settings import complete
from exam_app.rules.names import text_key
from exam_app.rules.paper import number, shown_images
from exam_app.services.activity import audit
from exam_app.services.organizations import scope

MAX_IN_A_TEST = 1000


def create_question(organization_id: int, creator_id: uuid.UUID | None, fields: dict[str, Any]) -> Question:
    """Add a question to the bank, in the branch of its course or passage; the caller commits.

    :raises InvalidInput: the definition does not fit its type, or course and passage do not go together.
    """
    question_types.get(fields["type"])
    for model in (Course, Passage):
        _referred(model, fields)
    definition = question_types.checked_definition(fields["type"], fields["definition"], fields["text"])
    question = Question(
        organization_id=organization_id,
        created_by=creator_id,
        **{**fields, "definition": definition, "name": fields.get("name") or fields["text"][:60]},
    )
    db.session.add(question)
    db.session.flush()
    for model in (Course, Passage):
        _check_branch(model, fields, question.branch_id)
    return question


def _referred(model: type[Course | Passage], fields: dict[str, Any]) -> Course | Passage | None:
    """The course or passage that the fields refer to, if any."""
    name = model.__name__.lower()
    id_ = fields.get(f"{name}_id")
    row: Course | Passage | None = db.session.get(model, id_) if id_ is not None else None  # type: ignore[assignment]
    if id_ is not None and row is None:
        raise InvalidInput(details={f"{name}Id": [f"There is no {name} with this id. Choose another one."]})
    return row


def _check_branch(model: type[Course | Passage], fields: dict[str, Any], branch_id: int | None) -> None:
    row = _referred(model, fields)
    if row is not None and not serves(row.branch_id, branch_id):
        name = model.__name__.lower()
        raise InvalidInput(
            details={f"{name}Id": [f"This {name} belongs to another branch. Choose another one."]}
        )


def add_question(actor: User, fields: dict[str, Any]) -> Question:
    """Add a question to the bank. Commits."""
    question = create_question(actor.organization_id, actor.id, fields)
    db.session.commit()
    return question


def question_for(question_id: int) -> Question:
    """:raises NotFound: no such question in this organization."""
    question = db.session.get(Question, question_id)
    if question is None or question.is_archived:
        raise NotFound("There is no question with this id. Choose another one.")
    return question


def questions(
    category: str | None, kind: str | None, page: int, limit: int, words: str = "", beside: Test | None = None
) -> tuple[list[Question], int]:
    """One page of the question bank, and the total number.

    :param words: text that the name or the question contains, case-insensitive.
    :param beside: a test whose questions are left out.
    """
    query = select(Question).where(~Question.is_archived).order_by(Question.id)
    if category is not None:
        query = query.where(Question.category == category)
    if kind is not None:
        query = query.where(Question.type == kind)
    if words:
        query = query.where(
            Question.name.icontains(words, autoescape=True) | Question.text.icontains(words, autoescape=True)
        )
    if beside is not None:
        inside = select(TestQuestion.question_id).where(TestQuestion.test_id == beside.id)
        query = query.where(Question.id.not_in(inside))
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    return list(db.session.scalars(query.limit(limit).offset((page - 1) * limit))), total


def categories() -> list[str]:
    """The categories of the question bank, by name."""
    found = select(Question.category).where(~Question.is_archived, Question.category.is_not(None))
    return sorted(filter(None, db.session.scalars(found.distinct())), key=lambda name: (text_key(name), name))


def create_test(actor: User, fields: dict[str, Any], question_ids: list[int]) -> Test:
    """A draft with these questions in this order, in the branch of its course. Commits.

    :raises InvalidInput: an id that is unknown, twice there, or of something that only another branch sees.
    """
    _referred(Course, fields)
    test = Test(organization_id=actor.organization_id, created_by=actor.id, **fields)
    db.session.add(test)
    db.session.flush()
    set_questions(test, question_ids)
    db.session.commit()
    return test


def update_test(test: Test, fields: dict[str, Any], question_ids: list[int] | None) -> Test:
    """Change the draft; published papers stay as they are, and so does its branch. Commits.

    :raises InvalidInput: as `create_test`.
    """
    _check_branch(Course, fields, test.branch_id)
    for name, value in fields.items():
        setattr(test, name, value)
    if question_ids is not None:
        set_questions(test, question_ids)
    db.session.commit()
    return test


def set_active(actor: User, test: Test, is_active: bool, now: datetime) -> Test:
    """Whether students may begin the test; an equal value changes nothing. Commits."""
    if test.is_active != is_active:
        kind = "test_activated" if is_active else "test_deactivated"
        before, after = {"isActive": test.is_active}, {"isActive": is_active}
        audit.record_change(
            kind, now, actor, before, after, branch_id=test.branch_id, testId=test.id, title=test.title
        )
        test.is_active = is_active
    db.session.commit()
    return test


def set_questions(
    test: Test, question_ids: list[int], points: Mapping[int, Decimal | None] | None = None
) -> None:
    """Set the test's questions, in this order; the caller commits.

    :param points: in this test; None is for those of the bank. Questions that are not named keep their
        points.
    :raises InvalidInput: an id that is unknown, twice there, or of something that only another branch sees.
    :raises Forbidden: the test is the whole organization's, and the user is bound to a branch.
    """
    scope.check_writable(test)
    known = dict(
        db.session.execute(
            select(Question.id, Question.branch_id).where(
                Question.id.in_(question_ids),
                Question.organization_id == test.organization_id,
                ~Question.is_archived,
            )
        ).all()
    )
    if foreign := [q for q, branch_id in known.items() if not serves(branch_id, test.branch_id)]:
        raise InvalidInput(
            details={"questionIds": [f"Questions of another branch than the test: {foreign}. Remove them."]}
        )
    wrong = [q for q in question_ids if q not in known]
    if wrong or len(set(question_ids)) != len(question_ids):
        raise InvalidInput(
            details={
                "questionIds": [
                    f"Unknown questions: {wrong}. Remove them." if wrong else "Name each question only once."
                ]
            }
        )
    gone = delete(TestQuestion).where(TestQuestion.test_id == test.id)
    had = db.session.execute(gone.returning(TestQuestion.question_id, TestQuestion.points)).all()
    worth = {**dict(had), **(points or {})}
    db.session.add_all(
        TestQuestion(test_id=test.id, question_id=q, position=i, points=worth.get(q))
        for i, q in enumerate(question_ids, start=1)
    )
    db.session.flush()


def test_for(test_id: int) -> Test:
    """:raises NotFound: no such test in this organization."""
    test = db.session.get(Test, test_id)
    if test is None:
        raise NotFound("There is no test with this id. Choose another one.")
    return test


def tests_of() -> list[dict[str, Any]]:
    """All tests by title, described, in two queries."""
    found = db.session.scalars(select(Test).order_by(Test.id))
    tests = sorted(found, key=lambda test: text_key(test.title))
    items = select(TestQuestion.test_id, TestQuestion.question_id).order_by(TestQuestion.position)
    ids: dict[int, list[int]] = {}
    for test_id, question_id in db.session.execute(
        items.where(TestQuestion.test_id.in_([t.id for t in tests]))
    ):
        ids.setdefault(test_id, []).append(question_id)
    return [_describe_test(test, ids.get(test.id, [])) for test in tests]


def describe_question(question: Question) -> dict[str, Any]:
    """A question as its authors see it, key included."""
    return {
        "questionId": question.id,
        "questionType": question.type,
        "name": question.name,
        "questionText": question.text,
        "points": number(question.points),
        "category": question.category,
        "difficulty": question.difficulty,
        "tags": question.tags,
        "images": shown_images(question.images),
        "passageId": question.passage_id,
        "courseId": question.course_id,
        "branchId": question.branch_id,
        "definition": question.definition,
    }


def describe_test(test: Test) -> dict[str, Any]:
    """A test as its authors see it."""
    items = select(TestQuestion.question_id).where(TestQuestion.test_id == test.id)
    return _describe_test(test, list(db.session.scalars(items.order_by(TestQuestion.position))))


def _describe_test(test: Test, question_ids: list[int]) -> dict[str, Any]:
    return {
        "testId": test.id,
        "courseId": test.course_id,
        "branchId": test.branch_id,
        "title": test.title,
        "description": test.description,
        "instructions": test.instructions,
        "durationMinutes": test.duration_minutes,
        "maxAttempts": test.max_attempts,
        "passPercentage": number(test.pass_percentage),
        "feedback": test.feedback.value,
        "release": test.release.value,
        "markers": test.markers,
        "markingTolerance": number(test.marking_tolerance),
        "conflictStrategy": test.conflict_strategy.value,
        "disconnectPolicy": test.disconnect_policy.value,
        "isSelfPaced": test.is_self_paced,
        "leaderboard": test.leaderboard,
        "isActive": test.is_active,
        "allowBack": test.allow_back,
        "allowReview": test.allow_review,
        "shuffleQuestions": test.shuffle_questions,
        "shuffleOptions": test.shuffle_options,
        "warningMinutes": test.warning_minutes,
        "integrity": complete(test.integrity),
        "availableFrom": clock.iso(test.available_from),
        "availableUntil": clock.iso(test.available_until),
        "isPublished": test.current_paper_id is not None,
        "questionIds": question_ids,
    }
