"""Concurrent requests over real connections: exactly one outcome, and nothing is lost."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from exam_app.errors import AttemptExpired, NotEligible, SessionNotJoinable
from exam_app.extensions import db
from exam_app.models import (
    Activity,
    Attempt,
    Enrolment,
    ExamSession,
    Paper,
    Participant,
    Result,
    Test,
    TimeAdjustment,
    User,
)
from exam_app.rules.attempt_states import OPEN, AttemptStatus, SessionStatus
from exam_app.rules.permissions import Role
from exam_app.services.answers import saving
from exam_app.services.attempts import closing, starting
from exam_app.services.authoring import papers
from exam_app.services.grading import bulk_grading
from exam_app.services.grading.versions import latest_result
from exam_app.services.organizations import accounts, classes
from exam_app.services.sessions import lifecycle
from exam_app.services.taking import joining, submissions
from exam_app.services.timing import deadlines
from tests.factories import (
    RIGHT,
    AttemptFactory,
    BatchFactory,
    ChangeFactory,
    ExamSessionFactory,
    SchoolClassFactory,
    TestFactory,
    UserFactory,
)
from tests.helpers.answers import answers_of, assert_log_explains_answers, log_of, questions
from tests.helpers.threads import at_once, at_once_elsewhere
from tests.helpers.times import NOW, later, minutes

ROUNDS = 4


@pytest.fixture
def database(committed_database: None) -> None:
    """Rows are visible to every connection."""


def batch(attempt: Any, *kinds: str, at: Any = NOW, **extra: Any) -> Any:
    ids = questions(attempt.test)
    changes = [ChangeFactory(question_id=ids[kind], response=RIGHT[kind], **extra) for kind in kinds]
    return BatchFactory(attempt=attempt, changes=changes, arrived_at=at)


def practice_attempts(cast: SimpleNamespace) -> list[Any]:
    """Carl's attempts at several tests, all due after 30 minutes."""
    test = TestFactory(author=cast.ines, published=True)
    return [AttemptFactory(student=UserFactory(organization=cast.school), test=test) for _ in range(ROUNDS)]


# --- saving -------------------------------------------------------------------------------------


def test_saves_of_one_attempt_lose_nothing(app: Flask, attempt: Any) -> None:
    batches = [batch(attempt, *kinds) for kinds in [*((kind,) for kind in RIGHT), tuple(RIGHT)]]
    outcomes = at_once(app, *(lambda b=b: saving.save(b) for b in batches))
    assert all(isinstance(outcome, dict) for outcome in outcomes), outcomes
    assert attempt.version == 10
    assert sorted(entry.seq for entry in log_of(attempt.id)) == list(range(1, 11))
    assert len(answers_of(attempt.id)) == attempt.answered_count == 5
    assert_log_explains_answers(attempt)


def test_the_same_change_from_two_connections_is_applied_once(app: Flask, attempt: Any) -> None:
    same = batch(attempt, "true_false")
    replies = at_once(app, *(lambda: saving.save(same) for _ in range(4)))
    assert sorted(reply["saved"][0].get("replayed", False) for reply in replies) == [False, True, True, True]
    assert {reply["saved"][0]["answerId"] for reply in replies} == {
        replies[0]["saved"][0]["answerId"],
    }
    assert attempt.version == 1
    assert_log_explains_answers(attempt)


def test_concurrent_copies_of_a_late_change_are_stored_once(app: Flask, attempt: Any) -> None:
    same = batch(attempt, "true_false", at=minutes(31))
    outcomes = at_once(app, *(lambda: saving.save(same) for _ in range(3)))
    assert [type(outcome) for outcome in outcomes] == [AttemptExpired] * 3
    assert len(log_of(attempt.id)) == 1


def test_a_save_at_the_deadline_is_kept_in_either_order(app: Flask, cast: SimpleNamespace) -> None:
    for attempt in practice_attempts(cast):
        in_time = batch(attempt, "true_false", at=later(1802))
        saved, _ = at_once(app, lambda b=in_time: saving.save(b), lambda: closing.close_due(later(1802)))
        closing.close_due(later(1803))  # a locked row is left for the next run
        assert saved["saved"][0]["version"] == 1
        assert attempt.status == AttemptStatus.EXPIRED
        assert attempt.grading_needed
        assert_log_explains_answers(attempt)


def test_a_save_while_its_attempt_is_graded_is_in_the_last_result(app: Flask, cast: SimpleNamespace) -> None:
    rows = practice_attempts(cast)
    closing.close_due(later(1802))
    for attempt in rows:
        in_time = batch(attempt, "true_false", at=later(1801))
        at_once(app, lambda b=in_time: saving.save(b), lambda: bulk_grading.grade_closed(later(1803)))
        bulk_grading.grade_closed(later(1804))
        assert attempt.status == AttemptStatus.GRADED and not attempt.grading_needed
        assert latest_result(attempt.id).score == 4


# --- the end of an attempt ----------------------------------------------------------------------


def test_submit_and_deadline_have_one_outcome(app: Flask, cast: SimpleNamespace) -> None:
    for attempt in practice_attempts(cast):
        last = batch(attempt, "true_false", at=later(1802))
        student_id, attempt_id = attempt.student_id, attempt.id

        def submit(b: Any = last, s: Any = student_id, a: Any = attempt_id) -> Any:
            return submissions.submit(db.session.get(User, s), a, b, True, later(1802))

        view, _ = at_once(app, submit, lambda: closing.close_due(later(1802)))
        assert view["attempt"]["isCompleted"], view
        bulk_grading.grade_closed(later(1803))
        assert attempt.status == AttemptStatus.GRADED
        assert attempt.submitted_at == minutes(30)
        ends = db.session.query(Activity).filter(
            Activity.attempt_id == attempt.id,
            Activity.type.in_(["attempt_submitted", "attempt_expired"]),
        )
        assert ends.count() == 1
        assert latest_result(attempt.id).score == 4
        assert_log_explains_answers(attempt)


def test_two_devices_submit_concurrently_with_pending_changes(app: Flask, attempt: Any) -> None:
    student_id, attempt_id = attempt.student_id, attempt.id
    batches = [batch(attempt, "true_false"), batch(attempt, "numerical")]

    def submit(held: Any) -> Any:
        return submissions.submit(db.session.get(User, student_id), attempt_id, held, True, later(600))

    views = at_once(app, *(lambda b=b: submit(b) for b in batches))
    assert [view["attempt"]["isCompleted"] for view in views] == [True, True]
    assert views[0]["receipt"] == views[1]["receipt"] is not None
    assert db.session.query(Result).count() == 1
    assert_log_explains_answers(attempt)


def test_an_extension_and_the_deadline_have_one_outcome(app: Flask, cast: SimpleNamespace, exam: Any) -> None:
    for _ in range(ROUNDS):
        session = ExamSessionFactory(in_progress=True, school_class=cast.biology, test=exam)
        attempt = AttemptFactory(student=cast.carl, session=session)
        session_id, actor_id = session.id, cast.ines.id

        def extend(s: Any = session_id, a: Any = actor_id) -> Any:
            found, actor = db.session.get(ExamSession, s), db.session.get(User, a)
            return deadlines.extend_time(found, actor, None, 10, "Fire alarm", later(1802))

        reply, closed = at_once(app, extend, lambda: closing.close_due(later(1802)))
        ledger = db.session.query(TimeAdjustment).filter_by(attempt_id=attempt.id).count()
        if reply["done"]:
            assert (closed, ledger, attempt.status) == (0, 1, AttemptStatus.IN_PROGRESS)
            assert attempt.deadline_at == minutes(40)
            closing.close_due(minutes(60))
        else:
            assert (ledger, attempt.status) == (0, AttemptStatus.EXPIRED)
            assert attempt.submitted_at == minutes(30)


def test_two_workers_share_the_work(app: Flask, cast: SimpleNamespace) -> None:
    rows = practice_attempts(cast)
    assert sum(at_once(app, *[lambda: closing.close_due(minutes(31))] * 3)) == len(rows)
    assert db.session.query(Activity).filter_by(type="attempt_expired").count() == len(rows)
    assert sum(at_once(app, *[lambda: bulk_grading.grade_closed(minutes(31))] * 3)) == len(rows)
    assert db.session.query(Result).count() == len(rows)


# --- starting -----------------------------------------------------------------------------------


def test_two_starts_give_one_open_attempt(app: Flask, cast: SimpleNamespace) -> None:
    student_id = cast.carl.id
    for _ in range(ROUNDS):
        test = TestFactory(author=cast.ines, practice=True, published=True)

        def start(t: int = test.id) -> Any:
            return starting.start_attempt(db.session.get(User, student_id), t, NOW).id

        outcomes = at_once(app, start, start, start)
        (attempt,) = db.session.query(Attempt).filter_by(test_id=test.id)
        assert outcomes.count(attempt.id) == 1
        for refusal in (outcome for outcome in outcomes if outcome != attempt.id):
            assert isinstance(refusal, NotEligible)
            assert refusal.details == {"reasons": ["open_attempt"], "attemptId": str(attempt.id)}


def test_two_devices_join_and_get_one_attempt(app: Flask, running: Any, cast: SimpleNamespace) -> None:
    student_id, session_id = cast.carl.id, running.id

    def join() -> Any:
        return joining.join_session(db.session.get(User, student_id), session_id, NOW)[1].id

    outcomes = at_once(app, join, join, join)
    assert len(set(outcomes)) == 1, outcomes
    assert db.session.query(Attempt).count() == db.session.query(Participant).count() == 1
    assert db.session.query(Activity).filter_by(type="attempt_started").count() == 1


def test_joining_while_the_session_ends_leaves_no_open_attempt(
    app: Flask, running: Any, cast: SimpleNamespace
) -> None:
    """The session ends exactly between reading the session and creating the attempt."""
    ids = SimpleNamespace(session=running.id, ines=cast.ines.id)

    def end() -> None:
        session, ines = db.session.get(ExamSession, ids.session), db.session.get(User, ids.ines)
        lifecycle.complete_session(ines, session, minutes(5))

    def after(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "INSERT INTO session_participants" in statement:
            at_once_elsewhere(app, end)

    event.listen(db.engine, "after_cursor_execute", after)
    try:
        with pytest.raises(SessionNotJoinable):
            joining.join_session(cast.carl, running.id, minutes(5))
    finally:
        event.remove(db.engine, "after_cursor_execute", after)
    db.session.rollback()
    db.session.expire_all()
    assert db.session.get(ExamSession, ids.session).status == "completed"
    assert db.session.query(Attempt).filter(Attempt.status.in_(OPEN)).count() == 0


def test_two_requests_end_a_session(app: Flask, running: Any, attempt: Any, cast: SimpleNamespace) -> None:
    session_id, actor_id = running.id, cast.ines.id

    def end() -> Any:
        session, actor = db.session.get(ExamSession, session_id), db.session.get(User, actor_id)
        return lifecycle.complete_session(actor, session, minutes(5)).status

    outcomes = at_once(app, end, end)
    assert outcomes.count(SessionStatus.COMPLETED) == 1
    assert [type(outcome).__name__ for outcome in outcomes].count("InvalidTransition") == 1
    assert db.session.query(Activity).filter_by(type="session_completed").count() == 1


def test_a_save_and_the_end_of_the_session(
    app: Flask, running: Any, attempt: Any, cast: SimpleNamespace
) -> None:
    ids = SimpleNamespace(session=running.id, ines=cast.ines.id)
    change = batch(attempt, "true_false", at=later(60))

    def end() -> None:
        session, actor = db.session.get(ExamSession, ids.session), db.session.get(User, ids.ines)
        lifecycle.complete_session(actor, session, later(60))

    saved, _ = at_once(app, lambda: saving.save(change), end)
    bulk_grading.grade_closed(later(61))
    kept = isinstance(saved, dict)
    assert kept or isinstance(saved, AttemptExpired)
    assert latest_result(attempt.id).score == (4 if kept else 0)
    assert_log_explains_answers(attempt)


# --- lists --------------------------------------------------------------------------------------


def test_enrolling_the_same_student_twice(app: Flask, cast: SimpleNamespace) -> None:
    chemistry, ines_id, carl_id = SchoolClassFactory(teacher=cast.ines).id, cast.ines.id, cast.carl.id

    def enrol() -> None:
        classes.enrol(classes.class_for(db.session.get(User, ines_id), chemistry), carl_id)

    outcomes = at_once(app, enrol, enrol)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "NoneType"], outcomes
    assert db.session.query(Enrolment).filter_by(class_id=chemistry).count() == 1


def test_adding_the_same_person_twice(app: Flask, cast: SimpleNamespace) -> None:
    school_id = cast.school.id

    def add() -> None:
        accounts.create_user(school_id, "new@school.example", "no hash", "New", "Person", Role.STUDENT)
        db.session.commit()

    outcomes = at_once(app, add, add)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "NoneType"], outcomes


def test_two_concurrent_publications_make_two_papers(app: Flask, cast: SimpleNamespace) -> None:
    test_id = TestFactory(author=cast.ines).id
    outcomes = at_once(app, *[lambda: papers.publish(db.session.get(Test, test_id), None).number] * 3)
    assert sorted(outcomes) == [1, 2, 3]
    ids = [paper.id for paper in db.session.query(Paper).filter_by(test_id=test_id)]
    assert db.session.get(Test, test_id).current_paper_id in ids
