"""/api/sessions: exam sessions, from planning to the release of results."""

from __future__ import annotations

import uuid
from typing import Any

from exam_app import clock
from exam_app.api.replies import ok
from exam_app.api.resource import Resource
from exam_app.rules.permissions import Permission, Role
from exam_app.schemas import session_results, sessions
from exam_app.schemas.attempt_analytics import SessionStats
from exam_app.schemas.dashboard import Snapshot
from exam_app.schemas.session_report import SessionReport
from exam_app.schemas.sessions import SessionChange, SessionDetails
from exam_app.services.organizations.visibility import managed_session, session_for
from exam_app.services.reports import session_report
from exam_app.services.results import releases
from exam_app.services.results import views as result_views
from exam_app.services.sessions import dashboard, details, lifecycle, planning
from exam_app.services.sessions import views as session_views
from exam_app.web.identity import current_user, needs

blueprint = Resource("sessions", __name__, url_prefix="/api/sessions", description="Exam sessions")


@blueprint.post("")
@needs(Permission.MANAGE_SESSIONS)
@blueprint.arguments(sessions.SessionIn)
@blueprint.replies(sessions.ExamSession, status=201)
def create(data: dict[str, Any]) -> dict[str, Any]:
    """Schedule a session of a published test for a class."""
    session = planning.create_session(current_user(), **data)
    return ok(session_views.describe_session(session), "Session scheduled")


@blueprint.get("")
@needs(Permission.MONITOR)
@blueprint.replies(sessions.Sessions)
def listing() -> dict[str, Any]:
    """The sessions that the caller may proctor."""
    return ok({"sessions": session_views.sessions_of_staff(current_user())})


@blueprint.get("/my-sessions")
@needs(Permission.START, role=Role.STUDENT)
@blueprint.replies(sessions.Sessions)
def my_sessions() -> dict[str, Any]:
    """The student's sessions, each with their own attempt."""
    return ok({"sessions": session_views.sessions_of_student(current_user())})


@blueprint.get("/<uuid:session_id>")
@needs(Permission.VIEW)
@blueprint.replies(SessionDetails)
def show(session_id: uuid.UUID) -> dict[str, Any]:
    """One session; for staff with its proctors and participants."""
    user = current_user()
    return ok(details.details(user, session_for(user, session_id), clock.now()))


@blueprint.put("/<uuid:session_id>")
@needs(Permission.MANAGE_SESSIONS)
@blueprint.arguments(SessionChange)
@blueprint.replies(sessions.ExamSession)
def change(data: dict[str, Any], session_id: uuid.UUID) -> dict[str, Any]:
    """Change a scheduled session before the waiting room opens; omitted fields stay as they are."""
    actor = current_user()
    session = managed_session(actor, session_id)
    session = planning.change_session(actor, session, clock.now(), **data)
    return ok(session_views.describe_session(session), "Session updated")


@blueprint.post("/<uuid:session_id>/start-waiting")
@needs(Permission.RUN_SESSION)
@blueprint.replies(sessions.ExamSession)
def start_waiting(session_id: uuid.UUID) -> dict[str, Any]:
    """Open the waiting room."""
    actor = current_user()
    session = lifecycle.open_waiting_room(actor, session_for(actor, session_id), clock.now())
    return ok(session_views.describe_session(session), "The waiting room is open")


@blueprint.post("/<uuid:session_id>/start")
@needs(Permission.RUN_SESSION)
@blueprint.replies(sessions.ExamSession)
def start(session_id: uuid.UUID) -> dict[str, Any]:
    """Start the exam for all connected students."""
    actor = current_user()
    session = lifecycle.start_session(actor, session_for(actor, session_id), clock.now())
    return ok(session_views.describe_session(session), "The exam has started")


@blueprint.post("/<uuid:session_id>/complete")
@needs(Permission.RUN_SESSION)
@blueprint.replies(sessions.ExamSession)
def complete(session_id: uuid.UUID) -> dict[str, Any]:
    """End the exam now for all students."""
    actor = current_user()
    session = lifecycle.complete_session(actor, session_for(actor, session_id), clock.now())
    return ok(session_views.describe_session(session), "The exam is over")


@blueprint.delete("/<uuid:session_id>")
@needs(Permission.MANAGE_SESSIONS)
@blueprint.replies(sessions.ExamSession)
def cancel(session_id: uuid.UUID) -> dict[str, Any]:
    """Cancel a session that has not started."""
    actor = current_user()
    session = lifecycle.cancel_session(actor, managed_session(actor, session_id), clock.now())
    return ok(session_views.describe_session(session), "The session was cancelled")


@blueprint.get("/<uuid:session_id>/monitor")
@needs(Permission.MONITOR)
@blueprint.replies(Snapshot)
def monitor(session_id: uuid.UUID) -> dict[str, Any]:
    """The snapshot of the proctor dashboard."""
    viewer = current_user()
    return ok(dashboard.snapshot(session_for(viewer, session_id), viewer, clock.now()))


@blueprint.get("/<uuid:session_id>/results")
@needs(Permission.MONITOR)
@blueprint.replies(session_results.SessionResults)
def show_results(session_id: uuid.UUID) -> dict[str, Any]:
    """Each student's result, and the distribution of the results."""
    return ok(result_views.session_results(current_user(), session_id))


@blueprint.get("/<uuid:session_id>/stats")
@needs(Permission.MONITOR)
@blueprint.replies(SessionStats)
def stats(session_id: uuid.UUID) -> dict[str, Any]:
    """Counts, progress, and the distribution of scores."""
    return ok(result_views.session_stats(session_for(current_user(), session_id), clock.now()))


@blueprint.get("/<uuid:session_id>/report")
@needs(Permission.MONITOR)
@blueprint.replies(SessionReport, refusals=(409,))
def report(session_id: uuid.UUID) -> dict[str, Any]:
    """The report of a completed session."""
    return ok(session_report.report(session_for(current_user(), session_id), clock.now()))


@blueprint.post("/<uuid:session_id>/release")
@needs(Permission.RELEASE_RESULTS)
@blueprint.replies(sessions.ExamSession)
def release(session_id: uuid.UUID) -> dict[str, Any]:
    """Release the results to the students, and notify them."""
    actor = current_user()
    session = releases.release_results(actor, managed_session(actor, session_id), clock.now())
    return ok(session_views.describe_session(session), "The results were released")
