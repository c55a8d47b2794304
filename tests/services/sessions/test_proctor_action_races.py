"""Concurrent actions in a session, over real connections.

At most one raised hand, exact counts, no clock that runs while the session is paused, and no message missed.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.errors import AppError
from exam_app.extensions import db
from exam_app.models import Activity, Attempt, ExamSession, HelpRequest, Message, MessageRecipient, User
from exam_app.rules.attempt_states import AttemptStatus
from exam_app.services.attempts import closing
from exam_app.services.proctoring import help_requests, messages
from exam_app.services.sessions import dashboard, lifecycle, proctor_actions
from exam_app.services.taking import joining, submissions
from tests.factories import AttemptFactory, EnrolmentFactory, ExamSessionFactory, UserFactory
from tests.helpers.clients import wait_for_deltas
from tests.helpers.threads import at_once
from tests.helpers.times import NOW, later, minutes

ROUNDS = 6


@pytest.fixture
def database(committed_database: None) -> None:
    """Rows are visible to every connection."""


@pytest.fixture
def people(cast: SimpleNamespace, running: Any) -> SimpleNamespace:
    """Ids and actions: each action loads its rows over a connection of its own."""
    carl, priya, ines, session = cast.carl.id, cast.priya.id, cast.ines.id, running.id

    def raising(attempt_id: Any, at: Any = NOW) -> Any:
        return lambda: help_requests.raise_hand(db.session.get(User, carl), attempt_id, "", None, at)

    def lowering(attempt_id: Any) -> Any:
        return lambda: help_requests.lower_hand(db.session.get(User, carl), attempt_id, later(5))

    def resolving(request_id: int, by: Any = priya) -> Any:
        return lambda: help_requests.resolve(
            db.session.get(ExamSession, session), db.session.get(User, by), request_id, "", later(5)
        )

    def control(verb: Any, at: Any = NOW) -> Any:
        return lambda: verb(
            db.session.get(ExamSession, session), db.session.get(User, priya), None, "Fire alarm", at
        )

    return SimpleNamespace(
        carl=carl,
        priya=priya,
        ines=ines,
        session=session,
        raising=raising,
        lowering=lowering,
        resolving=resolving,
        control=control,
    )


def unexpected(outcomes: list[Any]) -> list[Any]:
    return [o for o in outcomes if isinstance(o, Exception) and not isinstance(o, AppError)]


def types_of(attempt_id: Any) -> list[str]:
    return [row.type for row in db.session.query(Activity).filter_by(attempt_id=attempt_id)]


# --- raised hands -------------------------------------------------------------------------------


def test_two_devices_raise_one_hand(app: Flask, people: Any, attempt: Any) -> None:
    first, *others = at_once(app, *[people.raising(attempt.id)] * 4)
    assert others == [first] * 3
    assert db.session.query(HelpRequest).count() == 1
    assert types_of(attempt.id).count("hand_raised") == 1


def test_two_proctors_resolve_one_hand(app: Flask, people: Any, attempt: Any) -> None:
    request_id = people.raising(attempt.id)()["requestId"]
    outcomes = at_once(app, people.resolving(request_id), people.resolving(request_id, people.ines))
    assert outcomes[0] == outcomes[1]
    assert outcomes[0]["resolvedBy"] in ("Priya Patel", "Ines Ibarra")
    assert types_of(attempt.id).count("request_resolved") == 1


def test_a_hand_is_lowered_while_it_is_resolved(app: Flask, people: Any, attempt: Any) -> None:
    """Resolved, lowered, and raised again by another device: at most one is open, and each is closed once."""
    for _ in range(ROUNDS):
        request_id = people.raising(attempt.id)()["requestId"]
        outcomes = at_once(
            app, people.resolving(request_id), people.lowering(attempt.id), people.raising(attempt.id)
        )
        assert not unexpected(outcomes), outcomes
        kinds = types_of(attempt.id)
        ends = kinds.count("request_resolved") + kinds.count("hand_lowered")
        raised = db.session.query(HelpRequest).filter(HelpRequest.resolved_at.is_(None)).count()
        assert raised <= 1
        assert kinds.count("hand_raised") == ends + raised == db.session.query(HelpRequest).count()
        session = db.session.get(ExamSession, people.session)
        rows = dashboard.student_rows(session, later(5))
        assert rows[0]["requests"] == raised
        people.lowering(attempt.id)()


@pytest.mark.parametrize("end", ["deadline", "student", "proctor"])
def test_no_raised_hand_outlives_the_attempt(
    app: Flask, people: Any, cast: SimpleNamespace, running: Any, end: str
) -> None:
    for _ in range(ROUNDS):
        attempt = AttemptFactory(student=cast.carl, session=running)
        attempt_id = attempt.id
        ends = {
            "deadline": lambda: closing.close_due(minutes(33)),
            "student": lambda a=attempt_id: submissions.submit(
                db.session.get(User, people.carl), a, None, True, later(5)
            ),
            "proctor": people.control(proctor_actions.cancel, later(5)),
        }
        outcomes = at_once(app, people.raising(attempt_id), ends[end])
        assert not unexpected(outcomes), outcomes
        closing.close_due(minutes(33))  # closing skips locked rows and retries them later
        assert db.session.query(HelpRequest).filter(HelpRequest.resolved_at.is_(None)).count() == 0
        _make_way(attempt_id)


def _make_way(attempt_id: Any) -> None:
    """A student has one attempt in a session: make room for the next round."""
    attempt = db.session.get(Attempt, attempt_id, populate_existing=True)
    attempt.status = AttemptStatus.CANCELLED
    db.session.commit()


# --- pausing the session ------------------------------------------------------------------------


def test_every_attempt_begun_during_a_pause_is_paused(
    app: Flask, cast: SimpleNamespace, exam: Any, people: Any
) -> None:
    """A student who joins while the session is being paused is paused, in either order."""
    priya = people.priya
    for _ in range(ROUNDS):
        session = ExamSessionFactory(
            in_progress=True, school_class=cast.biology, test=exam, proctors=[cast.priya]
        )
        AttemptFactory(student=cast.carl, session=session)
        session_id, cora = session.id, cast.cora.id
        outcomes = at_once(
            app,
            lambda s=session_id: proctor_actions.pause(
                db.session.get(ExamSession, s), db.session.get(User, priya), None, "Alarm", minutes(10)
            ),
            *[lambda s=session_id, c=cora: _join(c, s)] * 2,
        )
        assert not unexpected(outcomes), outcomes
        attempts = db.session.query(Attempt).filter_by(session_id=session_id).all()
        assert [attempt.status for attempt in attempts] == ["paused", "paused"]

        session = db.session.get(ExamSession, session_id)
        proctor_actions.resume(session, db.session.get(User, priya), None, "All clear", minutes(15))
        db.session.expire_all()
        assert {a.deadline_at for a in attempts} == {minutes(35)} == {session.ends_at}


def _join(student_id: Any, session_id: Any) -> Any:
    joining.join_session(db.session.get(User, student_id), session_id, minutes(10))


def test_concurrent_pause_and_resume_have_one_outcome(
    app: Flask, people: Any, running: Any, attempt: Any
) -> None:
    for round_ in range(ROUNDS):
        at = minutes(round_ + 1)
        outcomes = at_once(
            app,
            people.control(proctor_actions.pause, at),
            people.control(proctor_actions.resume, at),
            people.control(proctor_actions.pause, at),
        )
        assert not unexpected(outcomes), outcomes
        db.session.refresh(running)
        db.session.refresh(attempt)
        assert (running.paused_at is None) == (attempt.status == AttemptStatus.IN_PROGRESS)
        people.control(proctor_actions.resume, at)()


def test_ending_a_paused_session_closes_every_attempt(
    app: Flask, people: Any, running: Any, attempt: Any
) -> None:
    outcomes = at_once(
        app,
        people.control(proctor_actions.pause),
        lambda: lifecycle.complete_session(
            db.session.get(User, people.priya), db.session.get(ExamSession, people.session), later(5)
        ),
    )
    assert not unexpected(outcomes), outcomes
    db.session.refresh(running)
    db.session.refresh(attempt)
    assert (running.status, running.paused_at) == ("completed", None)
    assert attempt.status in (AttemptStatus.SUBMITTED, AttemptStatus.GRADED)


# --- messages -----------------------------------------------------------------------------------


def test_concurrent_receipts_of_a_class_are_all_counted(
    app: Flask, people: Any, cast: SimpleNamespace, running: Any, sent: list[SimpleNamespace]
) -> None:
    students = [UserFactory(organization=cast.school) for _ in range(12)]
    for student in students:
        EnrolmentFactory(class_id=cast.biology.id, student_id=student.id)
    message = messages.send(running, cast.priya, None, "Ten minutes left", NOW)["messageId"]

    def receipt(student_id: Any, confirmed: bool) -> Any:
        return lambda: messages.note_received(
            db.session.get(User, student_id), [message], confirmed, later(1)
        )

    ids = [student.id for student in students]
    outcomes = at_once(app, *[receipt(i, confirmed) for i in ids for confirmed in (False, True)])
    assert outcomes == [[message]] * 24
    wait_for_deltas()
    published = [event.data for event in sent if event.name == "message_receipts"]
    assert max(t["received"] for t in published) == max(t["confirmed"] for t in published) == 12
    (shown,) = messages.of_session(people.session)
    assert (shown["recipients"], shown["received"], shown["confirmed"]) == (14, 12, 12)


def test_a_student_who_joins_during_sending_gets_the_message(
    app: Flask, people: Any, cast: SimpleNamespace, running: Any, socket: Any, time_machine: Any
) -> None:
    """A message arrives as an event or is in the state: the page joins the room before the state is read."""
    time_machine.move_to(NOW)
    cora = socket(cast.cora)
    session = {"sessionId": str(running.id)}
    for number in range(ROUNDS):
        text = f"Message {number}"
        state, _ = at_once(
            app,
            lambda: cora.ask("session_join", session),
            lambda t=text: messages.send(
                db.session.get(ExamSession, people.session), db.session.get(User, people.priya), None, t, NOW
            ),
        )
        assert not isinstance(state, Exception), state
        received = [event.data["text"] for event in cora.received() if event.name == "message"]
        assert text in received + [message["text"] for message in state["messages"]]
    assert db.session.query(Message).count() == ROUNDS
    assert db.session.query(MessageRecipient).count() == 2 * ROUNDS
