"""/api/attempts: lists, and what staff read, change and score. The student's endpoints are in `attempts`."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from exam_app import clock
from exam_app.api.replies import ok, pagination
from exam_app.api.resource import Resource
from exam_app.rules.permissions import Permission, Role
from exam_app.schemas import attempt_analytics as figures
from exam_app.schemas import attempt_lists as lists
from exam_app.schemas import attempt_management as shapes
from exam_app.schemas import audit as log
from exam_app.schemas import marking as marking_shapes
from exam_app.schemas.paging import Paging
from exam_app.services.activity import audit
from exam_app.services.attempts import control, highlights
from exam_app.services.attempts import reset as attempt_reset
from exam_app.services.authoring import catalog
from exam_app.services.grading import score_overrides
from exam_app.services.marking import giving_marks
from exam_app.services.organizations.visibility import attempt_for
from exam_app.services.proctoring import integrity
from exam_app.services.reopening import late_time
from exam_app.services.reopening import reopen as reopening
from exam_app.services.results import attempt_details, attempt_history, attempt_lists
from exam_app.services.results.attempt_lists import Filter
from exam_app.services.statistics import attempt_analytics
from exam_app.web.identity import current_user, needs

blueprint = Resource("management", __name__, url_prefix="/api/attempts", description="Managing attempts")


# --- lists --------------------------------------------------------------------------------------


@blueprint.get("")
@needs(Permission.VIEW)
@blueprint.arguments(lists.AttemptsFilter, location="query")
@blueprint.replies(lists.AttemptList)
def listing(query: dict[str, Any]) -> dict[str, Any]:
    """The visible attempts, newest first: students see their own, staff those of their sessions."""
    page, limit = query.pop("page"), query.pop("limit")
    found, total = attempt_lists.listing(current_user(), Filter(**query), page, limit, clock.now())
    return ok({"attempts": found, "pagination": _pages(page, limit, total)})


@blueprint.get("/test/<int:test_id>")
@needs(Permission.MONITOR)
@blueprint.arguments(lists.TestAttemptsFilter, location="query")
@blueprint.replies(lists.TestAttempts)
def of_test(query: dict[str, Any], test_id: int) -> dict[str, Any]:
    """The attempts at one test, with statistics."""
    viewer, test = current_user(), catalog.test_for(test_id)
    page, limit = query.pop("page"), query.pop("limit")
    chosen = Filter(test_id=test.id, **query)
    found, total = attempt_lists.listing(viewer, chosen, page, limit, clock.now())
    statistics = attempt_lists.test_statistics(viewer, test.id)
    return ok({"attempts": found, "pagination": _pages(page, limit, total), "statistics": statistics})


@blueprint.get("/user/<uuid:user_id>")
@needs(Permission.VIEW)
@blueprint.arguments(lists.UserAttemptsFilter, location="query")
@blueprint.replies(lists.UserAttempts)
def of_user(query: dict[str, Any], user_id: uuid.UUID) -> dict[str, Any]:
    """A user's attempts, which tests may be retaken, and a summary."""
    viewer = current_user()
    student = attempt_history.student_visible_to(viewer, user_id)
    page, limit = query.pop("page"), query.pop("limit")
    found, total, summary = attempt_history.history(
        viewer, student, Filter(**query), page, limit, clock.now()
    )
    return ok({"attempts": found, "pagination": _pages(page, limit, total), "summary": summary})


# --- reading one --------------------------------------------------------------------------------


@blueprint.get("/<uuid:attempt_id>/details")
@needs(Permission.VIEW)
@blueprint.replies(shapes.FullDetails)
def details(attempt_id: uuid.UUID) -> dict[str, Any]:
    """The attempt with its test taker, test, session, times, and every version of its result."""
    viewer = current_user()
    return ok(attempt_details.details(viewer, attempt_for(viewer, attempt_id), clock.now()))


@blueprint.get("/<uuid:attempt_id>/answers")
@needs(Permission.VIEW)
@blueprint.replies(shapes.AttemptAnswers)
def answers(attempt_id: uuid.UUID) -> dict[str, Any]:
    """The current answers. Whether they are correct is included only if the caller may see it."""
    viewer = current_user()
    return ok(attempt_details.answers_view(viewer, attempt_for(viewer, attempt_id)))


@blueprint.get("/<uuid:attempt_id>/activity")
@needs(Permission.MONITOR)
@blueprint.arguments(Paging, location="query")
@blueprint.replies(log.LogPage)
def activity(query: dict[str, Any], attempt_id: uuid.UUID) -> dict[str, Any]:
    """The activity log of the attempt, newest first."""
    attempt = attempt_for(current_user(), attempt_id)
    where = audit.filters(attempt_id=attempt.id)
    found, total = audit.entries(attempt.organization_id, where, **query)
    return ok({"entries": found, "pagination": pagination(query["page"], query["limit"], total)})


@blueprint.post("/<uuid:attempt_id>/activity")
@needs(Permission.SAVE, role=Role.STUDENT)
@blueprint.arguments(shapes.ActivityIn)
@blueprint.replies(shapes.NotedActivity, status=201)
def note_activity(data: dict[str, Any], attempt_id: uuid.UUID) -> dict[str, Any]:
    """Record that the page was left or that text was highlighted, for clients without a socket."""
    student, now, kind = current_user(), clock.now(), data["type"]
    if kind == shapes.HIGHLIGHT:
        place = {name: data[name] for name in ("passage_id", "text", "start", "end")}
        kept = highlights.add(student, attempt_id, data.get("highlight_id"), **place, now=now)
        count = kept["highlights"]
    else:
        count = integrity.record_violation(student, attempt_id, kind, data.get("duration_ms", 0), now)
    return ok({"type": kind, "count": count}, "Noted")


@blueprint.get("/<uuid:attempt_id>/analytics")
@needs(Permission.VIEW_ANALYTICS)
@blueprint.replies(figures.AttemptAnalytics)
def show_analytics(attempt_id: uuid.UUID) -> dict[str, Any]:
    """Performance by question, strengths and weaknesses, and comparison with others."""
    return ok(attempt_analytics.analyse(attempt_for(current_user(), attempt_id), clock.now()))


# --- changing one -------------------------------------------------------------------------------


@blueprint.patch("/<uuid:attempt_id>/extend-time")
@needs(Permission.EXTEND_TIME)
@blueprint.arguments(shapes.ExtendIn)
@blueprint.replies(shapes.ExtendedTime)
def extend_time(data: dict[str, Any], attempt_id: uuid.UUID) -> dict[str, Any]:
    """Extend the time of an open attempt, with a reason. One that has expired goes on if it then has time."""
    actor, minutes = current_user(), data["additional_minutes"]
    attempt = attempt_for(actor, attempt_id)
    given = late_time.extend_attempt(attempt, actor, minutes, data["reason"], clock.now(), data["confirm"])
    return ok(given, f"Attempt time extended by {minutes} minute{'s' if minutes > 1 else ''}")


@blueprint.post("/<uuid:attempt_id>/pause")
@needs(Permission.PAUSE)
@blueprint.arguments(shapes.ReasonIn)
@blueprint.replies(shapes.MovedAttempt)
def pause(data: dict[str, Any], attempt_id: uuid.UUID) -> dict[str, Any]:
    """Pause a running attempt. Its timer stops."""
    return ok(_move(control.pause, attempt_id, data["reason"]), "Attempt paused")


@blueprint.post("/<uuid:attempt_id>/cancel")
@needs(Permission.CANCEL)
@blueprint.arguments(shapes.ReasonIn)
@blueprint.replies(shapes.MovedAttempt)
def cancel(data: dict[str, Any], attempt_id: uuid.UUID) -> dict[str, Any]:
    """Cancel an open attempt without a result. Its answers are kept."""
    return ok(_move(control.cancel, attempt_id, data["reason"]), "Attempt cancelled")


@blueprint.post("/<uuid:attempt_id>/force-submit")
@needs(Permission.FORCE_SUBMIT)
@blueprint.arguments(shapes.ReasonIn)
@blueprint.replies(shapes.MovedAttempt)
def force_submit(data: dict[str, Any], attempt_id: uuid.UUID) -> dict[str, Any]:
    """Submit an open attempt with its current answers. It is then graded."""
    return ok(_move(control.force_submit, attempt_id, data["reason"]), "Attempt handed in")


@blueprint.post("/<uuid:attempt_id>/reset")
@needs(Permission.RESET)
@blueprint.arguments(shapes.ResetIn)
@blueprint.replies(shapes.ResetAttempt, status=201)
def reset(data: dict[str, Any], attempt_id: uuid.UUID) -> dict[str, Any]:
    """Cancel an open attempt and start a new one, with or without its answers."""
    actor = current_user()
    attempt = attempt_for(actor, attempt_id)
    successor = attempt_reset.reset(actor, attempt, data["reason"], data["preserve_answers"], clock.now())
    return ok(
        {
            "newAttemptId": str(successor.id),
            "originalAttemptId": str(attempt_id),
            "resetReason": data["reason"].strip(),
        },
        "Attempt reset successfully",
    )


@blueprint.post("/<uuid:attempt_id>/reopen")
@needs(Permission.REOPEN)
@blueprint.arguments(shapes.ReopenIn)
@blueprint.replies(shapes.MovedAttempt)
def reopen_attempt(data: dict[str, Any], attempt_id: uuid.UUID) -> dict[str, Any]:
    """Let a submitted, expired or graded attempt go on with its answers, until so many minutes from now. Its
    receipt and its result stay as versions; it is handed in and graded again."""
    actor, minutes, reason = current_user(), data["minutes"], data["reason"]
    attempt = attempt_for(actor, attempt_id)
    outcome = reopening.reopen(attempt.session, actor, [attempt], minutes, reason, clock.now())
    control.raise_refusal(outcome)
    return ok({**outcome["done"][0], "reason": reason.strip()}, "Attempt reopened")


@blueprint.put("/<uuid:attempt_id>/score")
@needs(Permission.SCORE)
@blueprint.arguments(shapes.ScoreIn)
@blueprint.replies(shapes.NewScore)
def set_score(data: dict[str, Any], attempt_id: uuid.UUID) -> dict[str, Any]:
    """Set the score and the penalty of a graded attempt: a new version of its result."""
    actor = current_user()
    penalty = data.get("penalty", Decimal(0))
    attempt = attempt_for(actor, attempt_id)
    version = score_overrides.set_score(
        actor, attempt, data.get("score"), penalty, data["reason"], clock.now()
    )
    return ok(version, "Score updated")


@blueprint.post("/<uuid:attempt_id>/answers/<uuid:answer_id>/grade")
@needs(Permission.SCORE)
@blueprint.arguments(marking_shapes.MarkIn)
@blueprint.replies(marking_shapes.MarkedAnswer)
def grade_answer(data: dict[str, Any], attempt_id: uuid.UUID, answer_id: uuid.UUID) -> dict[str, Any]:
    """Mark an answer with points and a comment, also to override automatic scoring."""
    actor = current_user()
    attempt = attempt_for(actor, attempt_id)
    marked = giving_marks.grade_answer(actor, attempt, answer_id, **{"points": None, **data}, now=clock.now())
    return ok(marked, "Answer marked")


@blueprint.post("/<uuid:attempt_id>/answers/<uuid:answer_id>/settle")
@needs(Permission.SCORE)
@blueprint.arguments(marking_shapes.SettlementIn)
@blueprint.replies(marking_shapes.MarkedAnswer)
def settle_answer(data: dict[str, Any], attempt_id: uuid.UUID, answer_id: uuid.UUID) -> dict[str, Any]:
    """Adjudicate the difference between two markers of an answer."""
    actor = current_user()
    attempt = attempt_for(actor, attempt_id)
    adjudicated = giving_marks.adjudicate(
        actor, attempt, answer_id, **{"points": None, **data}, now=clock.now()
    )
    return ok(adjudicated, "Difference adjudicated")


def _move(verb: Any, attempt_id: uuid.UUID, reason: str) -> dict[str, Any]:
    actor = current_user()
    outcome = verb(actor, [attempt_for(actor, attempt_id)], reason, clock.now())
    control.raise_refusal(outcome)
    return {**outcome["done"][0], "reason": reason.strip()}


def _pages(page: int, limit: int, total: int) -> dict[str, Any]:
    return {**pagination(page, limit, total), "totalAttempts": total}
