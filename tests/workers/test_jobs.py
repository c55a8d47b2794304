"""The wiring of jobs on a real Valkey: enqueued after commit, late, twice, or lost."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from rq import Queue
from rq.registry import FailedJobRegistry
from rq.serializers import DefaultSerializer, JSONSerializer
from rq.worker import WorkerStatus

from exam_app.extensions import db
from exam_app.infrastructure import after_commit, queues
from exam_app.models import Activity, Notification, Result
from exam_app.rules.attempt_states import AttemptStatus, SessionStatus
from exam_app.services.answers import saving
from exam_app.services.taking import submissions
from tests.factories import RIGHT, AttemptFactory, BatchFactory, ChangeFactory
from tests.helpers.answers import questions
from tests.helpers.times import NOW, later, minutes
from workers import jobs
from workers.__main__ import JobWorker


@pytest.fixture
def work(app: Flask, database: None) -> Iterator[Callable[..., None]]:
    """Process the queues until they are empty, as a worker does."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def burst(*names: str) -> None:
        db.session.commit()
        worker = JobWorker(list(names or ("deadlines", "grading", "mail")), app.extensions["redis"])
        worker.app = app
        worker.work(burst=True, logging_level="WARNING")
        for name in worker.queue_names():
            failed = FailedJobRegistry(name, connection=app.extensions["redis"])
            assert failed.get_job_ids() == []
        db.session.expire_all()

    yield burst
    for number, handler in handlers.items():
        signal.signal(number, handler)


def waiting(app: Flask, name: str) -> list[str]:
    return [job.func_name for job in queues.queue_of(name).jobs]


def answer_one(attempt: Any, at: Any = NOW) -> None:
    ids = questions(attempt.test)
    change = ChangeFactory(question_id=ids["true_false"], response=RIGHT["true_false"])
    saving.save(BatchFactory(attempt=attempt, changes=[change], arrived_at=at))


def test_from_the_deadline_to_the_grade_through_the_queues(
    app: Flask, attempt: Any, running: Any, work: Callable[..., None], time_machine: Any
) -> None:
    answer_one(attempt)
    time_machine.move_to(later(1802), tick=False)
    queues.enqueue_close()
    work("deadlines")
    assert (attempt.status, attempt.submitted_at) == (AttemptStatus.EXPIRED, minutes(30))
    assert running.status == SessionStatus.COMPLETED
    assert waiting(app, "grading") == ["workers.jobs.grade_closed"]
    work("grading")
    assert attempt.status == AttemptStatus.GRADED
    assert db.session.query(Result).one().score == 4


def test_a_job_that_runs_late_records_the_deadline(
    attempt: Any, work: Callable[..., None], time_machine: Any
) -> None:
    queues.enqueue_close()
    time_machine.move_to(minutes(600), tick=False)
    work()
    assert attempt.submitted_at == minutes(30)


def test_a_job_that_runs_too_early_does_nothing(
    attempt: Any, work: Callable[..., None], time_machine: Any
) -> None:
    time_machine.move_to(later(1801), tick=False)
    queues.enqueue_close()
    work()
    assert attempt.status == AttemptStatus.IN_PROGRESS


def test_jobs_that_run_twice_do_it_once(attempt: Any, work: Callable[..., None], time_machine: Any) -> None:
    time_machine.move_to(minutes(31), tick=False)
    for _ in range(3):
        queues.enqueue_close()
        queues.enqueue_grading()
    work()
    work()
    assert db.session.query(Result).count() == db.session.query(Notification).count() == 1
    assert db.session.query(Activity).filter_by(type="attempt_expired").count() == 1


def test_work_lost_with_redis_is_found_again(
    app: Flask, attempt: Any, work: Callable[..., None], time_machine: Any
) -> None:
    """The queues are flushed between every two steps; the clock enqueues the jobs again."""
    from workers.clock import Ticker

    answer_one(attempt)
    time_machine.move_to(minutes(31), tick=False)
    queues.enqueue_close()
    app.extensions["redis"].flushall()
    work()
    assert attempt.status == AttemptStatus.IN_PROGRESS

    Ticker(app).tick()
    work("deadlines")
    app.extensions["redis"].flushall()
    work()
    assert (attempt.status, attempt.grading_needed) == (AttemptStatus.EXPIRED, True)

    time_machine.move_to(minutes(32), tick=False)
    Ticker(app).tick()
    work()
    assert attempt.status == AttemptStatus.GRADED
    assert db.session.query(Result).one().score == 4


def test_a_job_is_enqueued_after_the_commit_and_not_after_a_rollback(app: Flask, attempt: Any) -> None:
    after_commit.run(queues.enqueue_grading)
    assert waiting(app, "grading") == []
    db.session.query(Result).count()
    db.session.rollback()
    db.session.query(Result).count()
    db.session.commit()
    assert waiting(app, "grading") == []
    db.session.query(Result).count()
    after_commit.run(queues.enqueue_grading)
    db.session.commit()
    assert waiting(app, "grading") == ["workers.jobs.grade_closed"]


def test_a_signal_that_fails_does_not_undo_what_was_committed(
    app: Flask, attempt: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from redis import Redis

    unreachable = Redis.from_url("redis://127.0.0.1:1", socket_connect_timeout=0.1)
    with monkeypatch.context() as patched:
        patched.setitem(app.extensions, "redis", unreachable)
        answer_one(attempt)
        view = submissions.submit(attempt.student, attempt.id, None, True, minutes(5))
    assert view["attempt"]["status"] == "graded"
    assert db.session.query(Result).one().score == 4
    caplog.clear()


def test_a_stop_in_the_middle_of_a_job_does_not_touch_redis(
    app: Flask, work: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The signal handler runs during any part of the job, which may hold a lock of the connection pool."""
    worker = JobWorker(["mail"], app.extensions["redis"])
    worker._state = WorkerStatus.BUSY
    monkeypatch.setattr(worker, "connection", None)
    worker.request_stop(signal.SIGTERM, None)
    assert worker._stop_requested


@pytest.mark.parametrize("serializer", [JSONSerializer, DefaultSerializer], ids=["JSON", "pickle"])
def test_only_jobs_of_the_product_are_run(
    app: Flask, work: Callable[..., None], tmp_path: Path, serializer: Any
) -> None:
    """Whoever can write to Redis must not be able to run anything they like."""
    forged = tmp_path / "forged"
    Queue("grading", connection=app.extensions["redis"], serializer=serializer).enqueue(
        "os.mkdir", str(forged)
    )
    with pytest.raises(AssertionError):  # it has failed
        work("grading")
    assert not forged.exists()
    assert waiting(app, "grading") == []


def test_a_job_publishes_to_the_proctors(
    attempt: Any, running: Any, work: Callable[..., None], time_machine: Any, sent: list[SimpleNamespace]
) -> None:
    time_machine.move_to(minutes(31), tick=False)
    queues.enqueue_close()
    work()
    published = [event for event in sent if event.to == f"monitor:{running.id}"]
    assert {"student_status_update", "session_completed"} <= {event.name for event in published}


def test_session_maintenance_sends_warnings(
    attempt: Any, work: Callable[..., None], time_machine: Any, sent: list[SimpleNamespace]
) -> None:
    attempt.warn_at = minutes(25)
    time_machine.move_to(minutes(25), tick=False)
    queues.enqueue_session_maintenance()
    work()
    assert [event.data["minutesLeft"] for event in sent if event.name == "time_warning"] == [5]


def test_every_job_runs_with_nothing_to_do(database: None) -> None:
    assert jobs.close_due() == jobs.grade_closed() == jobs.send_mail() == 0
    jobs.maintain_sessions()


def test_each_job_has_a_session_of_its_own(
    attempt: Any, cast: SimpleNamespace, running: Any, work: Callable[..., None], time_machine: Any
) -> None:
    """A job does not see stale objects that the previous one loaded."""
    time_machine.move_to(minutes(31), tick=False)
    queues.enqueue_close()
    queues.enqueue_close()
    other = AttemptFactory(student=cast.cora, session=running)
    work()
    assert {attempt.status, other.status} == {AttemptStatus.GRADED}
