"""/api/attempts: a student's own attempts; staff may read them."""

from __future__ import annotations

import uuid
from typing import Any

from flask import request

from exam_app import clock
from exam_app.api.replies import ok
from exam_app.api.resource import Resource
from exam_app.errors import AppError, AttemptExpired, InvalidInput, QuestionLocked
from exam_app.rules.permissions import Permission, Role
from exam_app.schemas import attempts as shapes
from exam_app.schemas import results as results_shapes
from exam_app.schemas.answers import (
    AnswerIn,
    AnswersIn,
    OpenConflicts,
    ResolutionsIn,
    ResolvedConflicts,
    SaveReply,
    SubmitIn,
    SyncIn,
    SyncReply,
)
from exam_app.services.answers import conflicts, saving, synchronization
from exam_app.services.answers.judging import Batch
from exam_app.services.answers.synchronization import Resolution
from exam_app.services.attempts import starting
from exam_app.services.attempts import views as attempt_views
from exam_app.services.authoring import catalog
from exam_app.services.organizations import visibility
from exam_app.services.organizations.visibility import own_attempt
from exam_app.services.proctoring import integrity
from exam_app.services.results import views as result_views
from exam_app.services.taking import heartbeats, joining, progress, recovery, self_paced, submissions
from exam_app.services.taking import state as attempt_state
from exam_app.web.identity import current_user, needs

_REFUSALS: dict[str, type[AppError]] = {
    kind.code: kind for kind in (InvalidInput, QuestionLocked, AttemptExpired)
}

blueprint = Resource("attempts", __name__, url_prefix="/api/attempts", description="Attempts")


@blueprint.post("/start")
@needs(Permission.START, role=Role.STUDENT)
@blueprint.arguments(shapes.StartIn)
@blueprint.replies(shapes.StartedAttempt, status=201)
def start(data: dict[str, Any]) -> dict[str, Any]:
    """Start an attempt at a self-paced test, or join a running session."""
    now, student = clock.now(), current_user()
    address, user_agent = request.remote_addr, request.user_agent.string
    if "session_id" in data:
        attempt = joining.start_in_session(student, data["session_id"], now)
        integrity.note_origin(attempt, address, user_agent, now)
        started = attempt_views.describe_started(attempt, now)
    else:
        started = self_paced.start(student, data["test_id"], now, address, user_agent)
    return ok(started, "Test attempt started successfully")


@blueprint.get("/<uuid:attempt_id>")
@needs(Permission.VIEW)
@blueprint.replies(shapes.AttemptDetails)
def show(attempt_id: uuid.UUID) -> dict[str, Any]:
    """The attempt with its questions and answers, without answer keys."""
    now = clock.now()
    attempt = visibility.attempt_for(current_user(), attempt_id, attempt_views.WITH_TEST)
    return ok(attempt_views.describe_details(attempt, now))


@blueprint.get("/<uuid:attempt_id>/sync")
@needs(Permission.RESUME, role=Role.STUDENT)
@blueprint.replies(shapes.AttemptState)
def sync(attempt_id: uuid.UUID) -> dict[str, Any]:
    """The complete state that a client needs to continue the attempt."""
    return ok(attempt_state.attempt_state(own_attempt(current_user(), attempt_id), clock.now()))


@blueprint.post("/<uuid:attempt_id>/sync")
@needs(Permission.SAVE, role=Role.STUDENT)
@blueprint.arguments(SyncIn)
@blueprint.replies(SyncReply)
def synchronize(data: dict[str, Any], attempt_id: uuid.UUID) -> dict[str, Any]:
    """Save pending changes and return everything newer than the client's version, in one round trip."""
    student, now = current_user(), clock.now()
    batch = _batch(student.id, attempt_id, data)
    return ok(synchronization.synchronize(student, batch, data["local_version"], now), "Synchronized")


@blueprint.get("/<uuid:attempt_id>/conflicts")
@needs(Permission.RESUME, role=Role.STUDENT)
@blueprint.replies(OpenConflicts)
def open_conflicts(attempt_id: uuid.UUID) -> dict[str, Any]:
    """The open conflicts for the student to resolve, with both values."""
    return ok({"conflicts": conflicts.open_conflicts(own_attempt(current_user(), attempt_id).id)})


@blueprint.post("/<uuid:attempt_id>/conflicts/resolve")
@needs(Permission.SAVE, role=Role.STUDENT)
@blueprint.arguments(ResolutionsIn)
@blueprint.replies(ResolvedConflicts)
def resolve_conflicts(data: dict[str, Any], attempt_id: uuid.UUID) -> dict[str, Any]:
    """Resolve open conflicts with one of the two values or another one."""
    student = current_user()
    batch = _batch(student.id, attempt_id, {"changes": [], **data})
    resolutions = [Resolution(**one) for one in data["resolutions"]]
    return ok(synchronization.resolve_conflicts(batch, resolutions, student), "Settled")


@blueprint.post("/<uuid:attempt_id>/answer")
@needs(Permission.SAVE, role=Role.STUDENT)
@blueprint.arguments(AnswerIn)
@blueprint.replies(shapes.AnsweredOne)
def answer(data: dict[str, Any], attempt_id: uuid.UUID) -> dict[str, Any]:
    """Save one answer. An answer that is not valid for its question is refused with 422."""
    saved, paper, seed = saving.save_in_paper(_batch(current_user().id, attempt_id, data))
    if saved["rejected"]:
        refusal = saved["rejected"][0]
        raise _REFUSALS[refusal["code"]](refusal["message"], {"response": [refusal["message"]]})
    return ok(attempt_views.describe_answered(saved, paper, seed), "Answer submitted successfully")


@blueprint.post("/<uuid:attempt_id>/answers")
@needs(Permission.SAVE, role=Role.STUDENT)
@blueprint.arguments(AnswersIn)
@blueprint.replies(SaveReply)
def save_many(data: dict[str, Any], attempt_id: uuid.UUID) -> dict[str, Any]:
    """Save a batch of changes, like `answers_save` over Socket.IO."""
    return ok(saving.save(_batch(current_user().id, attempt_id, data)), "Answers saved")


@blueprint.get("/<uuid:attempt_id>/progress")
@needs(Permission.VIEW)
@blueprint.replies(shapes.ProgressReply)
def show_progress(attempt_id: uuid.UUID) -> dict[str, Any]:
    """Progress, elapsed time and remaining time."""
    attempt = visibility.attempt_for(current_user(), attempt_id)
    return ok(attempt_views.describe_progress_reply(attempt, clock.now()))


@blueprint.put("/<uuid:attempt_id>/progress")
@needs(Permission.SAVE, role=Role.STUDENT)
@blueprint.arguments(shapes.ProgressIn)
@blueprint.replies(shapes.ProgressReply)
def update_progress(data: dict[str, Any], attempt_id: uuid.UUID) -> dict[str, Any]:
    """Record the current question, counted from 0. The server itself knows what is answered."""
    now = clock.now()
    attempt = progress.move_to(current_user(), attempt_id, data["current_question_index"], now)
    return ok(attempt_views.describe_progress_reply(attempt, now), "Progress saved")


@blueprint.get("/<uuid:attempt_id>/status")
@needs(Permission.VIEW)
@blueprint.replies(shapes.Health)
def status(attempt_id: uuid.UUID) -> dict[str, Any]:
    """Whether the attempt can continue, and for how long."""
    return ok(recovery.health(visibility.attempt_for(current_user(), attempt_id), clock.now()))


@blueprint.post("/<uuid:attempt_id>/resume")
@needs(Permission.RESUME)
@blueprint.arguments(shapes.ResumeIn)
@blueprint.replies(shapes.ResumedAttempt)
def resume(data: dict[str, Any], attempt_id: uuid.UUID) -> dict[str, Any]:
    """Resume after an interruption: position, answers, remaining time. Staff end a pause, with a reason."""
    return ok(recovery.resume(current_user(), attempt_id, data["reason"], clock.now()), "Attempt resumed")


@blueprint.get("/<uuid:attempt_id>/navigation")
@needs(Permission.VIEW)
@blueprint.replies(shapes.NavigationHistory)
def navigation_history(attempt_id: uuid.UUID) -> dict[str, Any]:
    """The navigation history: each question that was displayed."""
    return ok({"history": progress.visits_of(visibility.attempt_for(current_user(), attempt_id))})


@blueprint.post("/<uuid:attempt_id>/navigate")
@needs(Permission.SAVE, role=Role.STUDENT)
@blueprint.arguments(shapes.NavigateIn)
@blueprint.replies(shapes.Navigated)
def navigate(data: dict[str, Any], attempt_id: uuid.UUID) -> dict[str, Any]:
    """Navigate to a question, counted from 0."""
    index = data["target_question_index"]
    attempt = progress.move_to(current_user(), attempt_id, index, clock.now())
    return ok(progress.describe_position(attempt), f"Navigated to question {index}")


@blueprint.put("/<uuid:attempt_id>/heartbeat")
@needs(Permission.RESUME, role=Role.STUDENT)
@blueprint.arguments(shapes.HeartbeatIn)
@blueprint.replies(shapes.HeartbeatReply)
def heartbeat(data: dict[str, Any], attempt_id: uuid.UUID) -> dict[str, Any]:
    """The heartbeat of a client without a socket. Returns the server's time and the state of the attempt."""
    page = {key: data[key] for key in ("visible", "focused", "pending")} | {
        "deadline": None,
        "address": request.remote_addr,
        "agent": request.user_agent.string,
        "device": None,
    }
    return ok(
        heartbeats.heartbeat_over_rest(current_user(), attempt_id, data["connection"], page, clock.now())
    )


@blueprint.post("/<uuid:attempt_id>/submit")
@needs(Permission.SUBMIT, role=Role.STUDENT)
@blueprint.arguments(SubmitIn)
@blueprint.replies(results_shapes.SubmitReply)
def submit(data: dict[str, Any], attempt_id: uuid.UUID) -> dict[str, Any]:
    """Submit the attempt. Without `confirmSubmission` it returns what is unanswered and changes nothing."""
    student, now = current_user(), clock.now()
    batch = _batch(student.id, attempt_id, data)
    result = submissions.submit(student, attempt_id, batch, data["confirm_submission"], now)
    submitted = "confirmationNeeded" not in result
    return ok(result, "Test submitted successfully" if submitted else "Confirm the submission")


@blueprint.get("/<uuid:attempt_id>/result")
@needs(Permission.VIEW_RESULTS)
@blueprint.replies(results_shapes.AttemptResult)
def result(attempt_id: uuid.UUID) -> dict[str, Any]:
    """The result, as far as the caller may see it."""
    user = current_user()
    return ok(result_views.result_view(user, visibility.attempt_for(user, attempt_id)))


tests = Resource("eligibility", __name__, url_prefix="/api/tests", description="Eligibility")


@tests.get("/<int:test_id>/eligibility")
@needs(Permission.START, role=Role.STUDENT)
@tests.replies(shapes.Eligibility)
def eligibility(test_id: int) -> dict[str, Any]:
    """Whether the student may start this test now, with every reason why not."""
    reasons, open_attempt = starting.eligibility(current_user(), catalog.test_for(test_id), clock.now())
    return ok(starting.describe_eligibility(reasons, open_attempt))


def _batch(student_id: uuid.UUID, attempt_id: uuid.UUID, data: dict[str, Any]) -> Batch:
    return Batch(
        attempt_id=attempt_id,
        student_id=student_id,
        changes=data["changes"],
        arrived_at=clock.now(),
        sent_at=data.get("sent_at"),
        device=data.get("device"),
    )
