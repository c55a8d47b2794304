"""A session from planning to its end, and who may join."""

from __future__ import annotations

import uuid
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.errors import (
    Conflict,
    InvalidInput,
    InvalidTransition,
    NoStudentsConnected,
    NotFound,
    SessionNotJoinable,
)
from exam_app.extensions import db
from exam_app.models import Activity, Attempt, Participant
from exam_app.realtime import presence
from exam_app.rules.attempt_states import AttemptStatus, SessionStatus, SubmissionMethod
from exam_app.services.organizations.visibility import session_for
from exam_app.services.sessions import lifecycle, planning
from exam_app.services.sessions import views as session_views
from exam_app.services.taking import heartbeats, joining
from tests.factories import (
    AccommodationFactory,
    AttemptFactory,
    ExamSessionFactory,
    SchoolClassFactory,
    TestFactory,
    UserFactory,
)
from tests.helpers.presence import ON_PAGE, send_heartbeat
from tests.helpers.times import NOW, later, minutes

# --- planning -----------------------------------------------------------------------------------


def plan(actor: Any, school_class: Any, test: Any, **extra: Any) -> Any:
    return planning.create_session(actor, school_class.id, test.id, "  ", minutes(60), **extra)


def test_a_session_takes_the_current_paper_and_the_tests_title(cast: SimpleNamespace, exam: Any) -> None:
    session = plan(cast.ines, cast.biology, exam, proctor_ids=[cast.priya.id, cast.priya.id])
    assert (session.status, session.title) == (SessionStatus.SCHEDULED, exam.title)
    assert session.paper_id == exam.current_paper_id
    assert session_for(cast.priya, session.id) is session


def test_invalid_plans_are_refused(cast: SimpleNamespace, exam: Any) -> None:
    with pytest.raises(Conflict, match="not published"):
        plan(cast.ines, cast.biology, TestFactory(author=cast.ines))
    with pytest.raises(InvalidInput):
        plan(cast.ines, cast.biology, exam, proctor_ids=[cast.carl.id])
    colleague = UserFactory(instructor=True, organization=cast.school)
    with pytest.raises(NotFound):
        plan(colleague, cast.biology, exam)
    archived = SchoolClassFactory(teacher=cast.ines, archived_at=NOW)
    with pytest.raises(Conflict, match="archived"):
        plan(cast.ines, archived, exam)


# --- transitions --------------------------------------------------------------------------------

MOVES = {
    "waiting": lifecycle.open_waiting_room,
    "in_progress": lifecycle.start_session,
    "completed": lifecycle.complete_session,
    "cancelled": lifecycle.cancel_session,
}
ALLOWED = {
    ("scheduled", "waiting"),
    ("scheduled", "cancelled"),
    ("waiting", "in_progress"),
    ("waiting", "cancelled"),
    ("in_progress", "completed"),
}


@pytest.mark.parametrize("target", MOVES)
@pytest.mark.parametrize("source", [status.value for status in SessionStatus])
def test_every_transition_from_every_state(
    cast: SimpleNamespace, exam: Any, source: str, target: str
) -> None:
    trait = {} if source == "scheduled" else {source: True}
    session = ExamSessionFactory(school_class=cast.biology, test=exam, **trait)
    send_heartbeat(session, cast.carl)
    if (source, target) in ALLOWED:
        MOVES[target](cast.ines, session, later(10))
        assert session.status.value == target
    else:
        with pytest.raises(InvalidTransition) as refusal:
            MOVES[target](cast.ines, session, later(10))
        assert refusal.value.details == {"status": source}
        db.session.refresh(session)
        assert session.status.value == source


def test_a_transition_is_published(sitting: Any, cast: SimpleNamespace, sent: list[SimpleNamespace]) -> None:
    lifecycle.open_waiting_room(cast.priya, sitting, NOW)
    assert [(event.name, event.to) for event in sent] == [
        ("session_waiting", f"session:{sitting.id}"),
        ("session_waiting", f"monitor:{sitting.id}"),
    ]
    assert sent[1].data["seq"] == 1
    (logged,) = db.session.query(Activity).filter_by(type="session_waiting")
    assert logged.actor_id == cast.priya.id


# --- starting -----------------------------------------------------------------------------------


@pytest.fixture
def waiting(cast: SimpleNamespace, exam: Any) -> Any:
    return ExamSessionFactory(waiting=True, school_class=cast.biology, test=exam)


def test_a_session_does_not_start_without_students(waiting: Any, cast: SimpleNamespace) -> None:
    with pytest.raises(NoStudentsConnected):
        lifecycle.start_session(cast.ines, waiting, NOW)
    send_heartbeat(waiting, cast.carl, NOW)
    with pytest.raises(NoStudentsConnected):  # silent for too long
        lifecycle.start_session(cast.ines, waiting, later(60))


def test_the_start_gives_an_attempt_to_everybody_who_is_connected(
    waiting: Any, cast: SimpleNamespace, sent: list[SimpleNamespace]
) -> None:
    send_heartbeat(waiting, cast.carl)
    lifecycle.start_session(cast.ines, waiting, later(5))
    assert (waiting.started_at, waiting.ends_at) == (later(5), later(1805))
    (attempt,) = db.session.query(Attempt)
    assert (attempt.student_id, attempt.session_id) == (cast.carl.id, waiting.id)
    assert (attempt.status, attempt.deadline_at) == (AttemptStatus.IN_PROGRESS, later(1805))
    started = next(event for event in sent if event.name == "session_started")
    assert started.data["expiresAt"] == "2026-05-04T09:30:05.000Z"


def test_a_student_who_is_not_enrolled_gets_no_attempt(waiting: Any, cast: SimpleNamespace) -> None:
    send_heartbeat(waiting, UserFactory(organization=cast.school))
    send_heartbeat(waiting, cast.carl)
    lifecycle.start_session(cast.ines, waiting, NOW)
    assert [attempt.student_id for attempt in db.session.query(Attempt)] == [cast.carl.id]


def test_permanent_extra_time_is_applied_at_the_start(waiting: Any, cast: SimpleNamespace) -> None:
    AccommodationFactory(student=cast.carl)
    for student in (cast.carl, cast.cora):
        send_heartbeat(waiting, student)
    lifecycle.start_session(cast.ines, waiting, NOW)
    deadlines = {attempt.student_id: attempt.deadline_at for attempt in db.session.query(Attempt)}
    assert deadlines == {cast.carl.id: minutes(45), cast.cora.id: minutes(30)}


# --- joining ------------------------------------------------------------------------------------


@pytest.mark.parametrize("trait", [None, "completed", "cancelled"])
def test_a_session_that_is_not_open_cannot_be_joined(
    cast: SimpleNamespace, exam: Any, trait: str | None
) -> None:
    session = ExamSessionFactory(school_class=cast.biology, test=exam, **({trait: True} if trait else {}))
    with pytest.raises(SessionNotJoinable) as refusal:
        joining.join_session(cast.carl, session.id, NOW)
    assert refusal.value.details == {"status": trait or "scheduled"}
    assert db.session.query(Participant).count() == 0


def test_in_the_waiting_room_there_is_no_attempt_yet(waiting: Any, cast: SimpleNamespace) -> None:
    session, attempt = joining.join_session(cast.carl, waiting.id, NOW)
    assert (session.id, attempt) == (waiting.id, None)
    with pytest.raises(SessionNotJoinable):
        joining.start_in_session(cast.carl, waiting.id, NOW)


def test_late_students_have_less_time_under_the_global_timer(running: Any, cast: SimpleNamespace) -> None:
    _, attempt = joining.join_session(cast.carl, running.id, minutes(20))
    assert (attempt.started_at, attempt.deadline_at) == (minutes(20), minutes(30))


def test_without_the_global_timer_every_student_has_the_full_time(cast: SimpleNamespace, exam: Any) -> None:
    session = ExamSessionFactory(in_progress=True, global_timer=False, school_class=cast.biology, test=exam)
    _, attempt = joining.join_session(cast.carl, session.id, minutes(20))
    assert attempt.deadline_at == minutes(50)


def test_joining_again_gives_the_same_attempt(running: Any, cast: SimpleNamespace) -> None:
    first = joining.join_session(cast.carl, running.id, NOW)[1]
    again = joining.join_session(cast.carl, running.id, minutes(5))[1]
    assert again.id == first.id
    assert db.session.query(Participant).count() == 1
    assert db.session.query(Activity).filter_by(type="student_joined").count() == 1


def test_no_attempt_begins_after_the_end(running: Any, cast: SimpleNamespace) -> None:
    with pytest.raises(SessionNotJoinable, match="over"):
        joining.join_session(cast.carl, running.id, minutes(30))
    assert db.session.query(Attempt).count() == 0


def test_a_student_with_an_attempt_may_rejoin_after_the_end(cast: SimpleNamespace, exam: Any) -> None:
    session = ExamSessionFactory(completed=True, school_class=cast.biology, test=exam)
    attempt = AttemptFactory(student=cast.carl, session=session, expired=True)
    assert joining.join_session(cast.carl, session.id, minutes(40))[1].id == attempt.id


@pytest.mark.parametrize("who", ["not_enrolled", "otto"])
def test_a_student_who_is_not_enrolled_does_not_find_the_session(
    running: Any, cast: SimpleNamespace, who: str
) -> None:
    person = UserFactory(organization=cast.school) if who == "not_enrolled" else cast.otto
    with pytest.raises(NotFound):
        joining.join_session(person, running.id, NOW)
    with pytest.raises(NotFound):
        joining.join_session(cast.carl, uuid.uuid4(), NOW)


# --- the end ------------------------------------------------------------------------------------


def test_completing_submits_open_attempts(running: Any, attempt: Any, cast: SimpleNamespace) -> None:
    paused = AttemptFactory(student=cast.cora, session=running, paused=True)
    lifecycle.complete_session(cast.priya, running, minutes(12))
    for one in (attempt, paused):
        assert (one.status, one.submission_method) == (AttemptStatus.SUBMITTED, SubmissionMethod.FORCED)
        assert (one.submitted_at, one.grading_needed) == (minutes(12), True)
    assert running.completed_at == minutes(12)


def test_completing_after_the_deadline_records_the_deadline(
    running: Any, attempt: Any, cast: SimpleNamespace
) -> None:
    lifecycle.complete_session(cast.ines, running, minutes(30) + timedelta(seconds=1))
    assert attempt.submitted_at == minutes(30)


# --- access -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "sees"),
    [("ada", True), ("ines", True), ("priya", True), ("carl", True), ("otto", False), ("colleague", False)],
)
def test_who_may_see_a_session(sitting: Any, cast: SimpleNamespace, who: str, sees: bool) -> None:
    colleague = UserFactory(instructor=True, organization=cast.school)
    person = colleague if who == "colleague" else getattr(cast, who)
    if sees:
        assert session_for(person, sitting.id).id == sitting.id
    else:
        with pytest.raises(NotFound):
            session_for(person, sitting.id)


def test_a_proctor_of_another_session_does_not_see_it(cast: SimpleNamespace, exam: Any) -> None:
    session = ExamSessionFactory(school_class=cast.biology, test=exam)
    with pytest.raises(NotFound):
        session_for(cast.priya, session.id)


def test_lists_of_sessions(running: Any, attempt: Any, cast: SimpleNamespace) -> None:
    (own,) = session_views.sessions_of_student(cast.carl)
    assert own["attempt"]["attemptId"] == str(attempt.id)
    (other,) = session_views.sessions_of_student(cast.cora)
    assert other["attempt"] is None
    assert other["questionCount"] == 5 and other["totalPoints"] == 20
    assert [len(session_views.sessions_of_staff(p)) for p in (cast.ada, cast.ines, cast.priya)] == [1] * 3
    assert session_views.sessions_of_staff(cast.otto) == []


# --- presence -----------------------------------------------------------------------------------


def test_a_silent_client_is_reported_once(
    running: Any, cast: SimpleNamespace, sent: list[SimpleNamespace]
) -> None:
    send_heartbeat(running, cast.carl)
    heartbeats.sweep_presence([running.id], later(29))
    assert presence.here(running.id, later(29)) != {}
    heartbeats.sweep_presence([running.id], later(31))
    heartbeats.sweep_presence([running.id], later(32))
    assert [event.name for event in sent].count("student_left") == 1
    assert db.session.query(Activity).filter_by(type="student_left").count() == 1


def test_a_hidden_page_is_away_since_it_was_hidden(running: Any, cast: SimpleNamespace) -> None:
    send_heartbeat(running, cast.carl)
    hidden = {**ON_PAGE, "visible": False}
    sign = heartbeats.record_heartbeat(
        running.id, cast.carl.id, "Carl", "sid", heartbeats.ConnectionState(), hidden, later(10)
    )
    heartbeats.record_heartbeat(running.id, cast.carl.id, "Carl", "sid", sign, hidden, later(20))
    (state,) = presence.here(running.id, later(20)).values()
    assert state["awaySince"] == "2026-05-04T09:00:10.000Z"
