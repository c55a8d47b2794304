"""Metrics: counted in each process, added up in Redis, read by administrators and by Prometheus."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from redis import Redis
from sqlalchemy import text

from exam_app import sockets
from exam_app.errors import AttemptExpired
from exam_app.extensions import db
from exam_app.infrastructure import metrics, queues
from exam_app.models import OutboxMail
from exam_app.services.answers import saving
from exam_app.services.attempts import closing
from exam_app.services.organizations import scope
from exam_app.services.sessions import dashboard
from tests.factories import (
    AttemptFactory,
    BatchFactory,
    BranchFactory,
    ExamSessionFactory,
    NotificationFactory,
    SchoolClassFactory,
    UserFactory,
)
from tests.helpers.answers import change, questions
from tests.helpers.clients import data
from tests.helpers.queries import counted
from tests.helpers.times import GRACE, NOW, later
from workers.__main__ import JobWorker

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]
METRICS = "/api/monitoring/metrics"
BREAK_SAVES = (
    "CREATE FUNCTION pg_temp.fail() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'unavailable' USING ERRCODE = 'admin_shutdown'; END $$",
    "CREATE TRIGGER fail BEFORE INSERT ON answer_changes FOR EACH ROW EXECUTE FUNCTION pg_temp.fail()",
)


@pytest.fixture
def figures(api: Any, cast: SimpleNamespace) -> Callable[..., dict[str, Any]]:
    """The figures shown to an administrator once all counts so far have been flushed."""

    def ask(person: Any = None) -> dict[str, Any]:
        metrics.flush()
        reported: dict[str, Any] = data(api(person or cast.ada).get(METRICS))
        return reported

    return ask


@pytest.fixture
def scrape(app: Flask, api: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Samples]:
    """The samples that Prometheus would store."""
    monkeypatch.setitem(app.config, "METRICS_TOKEN", "open sesame")

    def ask() -> Samples:
        metrics.flush()
        reply = api().get("/metrics", headers={"Authorization": "Bearer open sesame"})
        assert reply.status_code == 200
        return {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(reply.get_data(as_text=True))
            for sample in family.samples
        }

    return ask


@pytest.fixture
def break_redis(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    unreachable = Redis.from_url("redis://127.0.0.1:1", socket_connect_timeout=0.1)
    return lambda: monkeypatch.setitem(app.extensions, "redis", unreachable)


def labels(**named: str) -> frozenset[tuple[str, str]]:
    return frozenset(named.items())


def save(api: Any, student: Any, attempt: Any, word: str, **more: Any) -> Any:
    one = change(questions(attempt.test)["short_answer"], {"text": word}, **more)
    return api(student).post(f"/api/attempts/{attempt.id}/answers", {"changes": [one], "deviceId": word})


# --- counting -----------------------------------------------------------------------------------


def test_a_save_is_counted_with_its_time(
    api: Any, cast: SimpleNamespace, attempt: Any, figures: Callable[..., Any], scrape: Callable[..., Any]
) -> None:
    for word in ("leaf", "root"):
        assert save(api, cast.carl, attempt, word).status_code == 200
    saves = figures()["saves"]
    assert (saves["saved"], saves["failed"], saves["successPercent"]) == (2, 0, 100)
    assert sum(bucket["count"] for bucket in saves["histogram"]) == 2
    assert 0 < saves["latency"]["p50"] <= saves["latency"]["p99"]
    samples = scrape()
    assert samples["exam_saves_total", labels(outcome="saved")] == 2
    assert samples["exam_save_seconds_count", labels()] == 2
    assert samples["exam_save_seconds_bucket", labels(le="+Inf")] == 2
    assert samples["exam_save_seconds_sum", labels()] > 0
    operation = "POST /api/attempts/<uuid:attempt_id>/answers"
    assert samples["exam_requests_total", labels(operation=operation, status="200")] == 2


def test_an_event_is_counted_like_a_request(
    socket: Any, cast: SimpleNamespace, attempt: Any, figures: Callable[..., Any], scrape: Callable[..., Any]
) -> None:
    carl = socket(cast.carl)
    one = change(questions(attempt.test)["short_answer"], {"text": "leaf"})
    carl.ask("answers_save", {"attemptId": str(attempt.id), "changes": [one]})
    assert carl.refused("heartbeat", {"seq": "not a number"}) == "invalid_input"
    assert figures()["saves"]["saved"] == 1
    samples = scrape()
    assert samples["exam_requests_total", labels(operation="/student answers_save", status="200")] == 1
    assert samples["exam_requests_total", labels(operation="/student heartbeat", status="422")] == 1


def test_a_refusal_is_not_a_failure(attempt: Any, cast: SimpleNamespace, figures: Callable[..., Any]) -> None:
    """A save after the deadline is refused, which is the correct result."""
    db.session.commit()
    scope.limit_to(cast.school.id, None)
    with pytest.raises(AttemptExpired):
        saving.save(BatchFactory(attempt=attempt, arrived_at=later(1800 + GRACE + 1)))
    saves = figures()["saves"]
    assert (saves["saved"], saves["refused"], saves["failed"]) == (0, 1, 0)
    assert saves["successPercent"] is None


def test_an_error_is_a_failure_and_named(
    api: Any, cast: SimpleNamespace, attempt: Any, figures: Callable[..., Any], scrape: Callable[..., Any]
) -> None:
    for statement in BREAK_SAVES:
        db.session.execute(text(statement))
    assert save(api, cast.carl, attempt, "leaf").status_code == 503
    reported = figures()
    saves = reported["saves"]
    assert (saves["saved"], saves["failed"], saves["successPercent"]) == (0, 1, 0)
    operation = "POST /api/attempts/<uuid:attempt_id>/answers"
    assert reported["requests"]["failing"] == [{"operation": operation, "failed": 1}]
    assert reported["requests"]["failedPercent"] == 100
    assert scrape()["exam_requests_total", labels(operation=operation, status="503")] == 1


def test_a_conflict_is_counted(
    api: Any, cast: SimpleNamespace, attempt: Any, figures: Callable[..., Any], scrape: Callable[..., Any]
) -> None:
    save(api, cast.carl, attempt, "leaf", baseVersion=0)
    save(api, cast.carl, attempt, "root", baseVersion=0)
    saves = figures()["saves"]
    assert (saves["conflicts"], saves["conflictsInHour"], saves["conflictPercent"]) == (1, 1, 50)
    assert scrape()["exam_conflicts_total", labels()] == 1


def test_unknown_urls_share_one_label(api: Any, database: None, scrape: Callable[..., Any]) -> None:
    for number in range(3):
        assert api().get(f"/made-up-{number}").status_code == 404
    assert scrape()["exam_requests_total", labels(operation="ANY (no such address)", status="404")] == 3


def test_how_late_attempts_are_closed(
    attempt: Any, figures: Callable[..., Any], scrape: Callable[..., Any], time_machine: Any
) -> None:
    db.session.commit()
    time_machine.move_to(later(1800 + GRACE + 0.2), tick=False)
    closing.close_due(later(1800 + GRACE + 0.2))
    reported = figures()["closing"]
    assert reported["closed"] == 1
    assert 150 <= reported["p50Late"] <= 250
    assert scrape()["exam_closing_delay_seconds_sum", labels()] == pytest.approx(0.2, abs=0.001)


def test_figures_leave_the_window_but_not_the_total(
    api: Any,
    cast: SimpleNamespace,
    attempt: Any,
    figures: Callable[..., Any],
    scrape: Callable[..., Any],
    time_machine: Any,
) -> None:
    save(api, cast.carl, attempt, "leaf")
    before = figures()
    assert (before["saves"]["saved"], before["history"][-1]["saved"]) == (1, 1)
    time_machine.move_to(later(16 * 60), tick=False)
    now = figures()
    assert now["saves"]["saved"] == 0
    assert [minute["saved"] for minute in now["history"]][-17:-14] == [1, 0, 0]
    assert scrape()["exam_saves_total", labels(outcome="saved")] == 1


def test_with_redis_unreachable_nothing_fails_and_counts_are_kept(
    app: Flask,
    api: Any,
    cast: SimpleNamespace,
    attempt: Any,
    break_redis: Callable[[], None],
    scrape: Callable[..., Any],
    figures: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    present = app.extensions["redis"]
    break_redis()
    assert save(api, cast.carl, attempt, "leaf").status_code == 200
    reported = figures()
    assert not reported["redisAnswers"]
    assert reported["attempts"]["inProgress"] == 1
    assert (reported["queues"], reported["history"], reported["saves"]["successPercent"]) == ([], [], None)
    samples = scrape()
    assert samples["exam_redis_up", labels()] == 0
    assert samples["exam_attempts", labels(status="in_progress")] == 1
    monkeypatch.setitem(app.extensions, "redis", present)
    assert figures()["saves"]["saved"] == 1
    assert figures()["saves"]["saved"] == 1  # and only once


# --- current values -----------------------------------------------------------------------------


def test_connections_are_counted(
    cast: SimpleNamespace, figures: Callable[..., Any], scrape: Callable[..., Any]
) -> None:
    metrics.flush({cast.school.id: (3, 1), cast.elsewhere.id: (5, 2)})
    assert figures()["connections"] == {"students": 3, "staff": 1}
    assert figures(cast.otto)["connections"] == {"students": 5, "staff": 2}
    assert scrape()["exam_connections", labels(who="students")] == 8
    metrics.note_connections()
    newest = figures()["history"][-1]
    assert (newest["students"], newest["staff"]) == (3, 1)


def test_a_silent_web_process_has_no_connections(
    cast: SimpleNamespace, figures: Callable[..., Any], time_machine: Any
) -> None:
    metrics.flush({cast.school.id: (3, 1)})
    assert figures()["processes"]["web"] == 1
    time_machine.move_to(NOW + timedelta(seconds=metrics.SILENCE_SECONDS + 1), tick=False)
    reported = figures()
    assert reported["connections"] == {"students": 0, "staff": 0}
    assert (reported["processes"]["web"], reported["processes"]["webHeardAt"]) == (0, None)
    metrics.note_connections()
    assert metrics.web_processes() == []


def test_sockets_are_counted_by_organization(
    app: Flask, socket: Any, cast: SimpleNamespace, attempt: Any
) -> None:
    socket(cast.carl), socket(cast.carl), socket(cast.priya), socket(cast.otto)
    assert sockets.connected() == {cast.school.id: (2, 1), cast.elsewhere.id: (0, 1)}


def test_the_room_of_each_session(
    cast: SimpleNamespace, running: Any, attempt: Any, figures: Callable[..., Any]
) -> None:
    (row,) = figures()["attempts"]["sessions"]
    assert (row["sessionId"], row["inProgress"], row["connected"]) == (str(running.id), 1, None)
    dashboard.publish_stats([running.id], NOW)
    (row,) = figures()["attempts"]["sessions"]
    assert (row["enrolled"], row["connected"], row["offline"], row["handedIn"]) == (2, 0, 1, 0)


def test_a_waiting_room_counts_as_a_session(
    cast: SimpleNamespace, exam: Any, figures: Callable[..., Any]
) -> None:
    ExamSessionFactory(waiting=True, school_class=cast.biology, test=exam)
    (row,) = figures()["attempts"]["sessions"]
    assert (row["status"], row["inProgress"]) == ("waiting", 0)


def test_a_failed_job_shows_only_its_kind(
    app: Flask,
    cast: SimpleNamespace,
    figures: Callable[..., Any],
    scrape: Callable[..., Any],
    quiet_worker: Any,
) -> None:
    secret = "otto@elsewhere.example"
    queues.queue_of(queues.GRADING).enqueue("workers.jobs.grade_closed", secret)
    quiet_worker()
    reported = figures()
    (failure,) = reported["failures"]
    assert (failure["queue"], failure["error"]) == (queues.GRADING, "TypeError")
    assert secret not in str(reported)
    assert {queue["name"]: queue["failed"] for queue in reported["queues"]} == {
        "deadlines": 0,
        "grading": 1,
        "mail": 0,
    }
    assert scrape()["exam_queue_failed_jobs", labels(queue="grading")] == 1


@pytest.fixture
def quiet_worker(app: Flask) -> Iterator[Callable[[], None]]:
    """Processes the queues once; failing jobs are the subject of the test."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def burst() -> None:
        worker = JobWorker(list(queues.ALL), app.extensions["redis"])
        worker.app = app
        worker.work(burst=True, logging_level="CRITICAL")

    yield burst
    for number, handler in handlers.items():
        signal.signal(number, handler)


def test_the_clock_process_reports_heartbeats(figures: Callable[..., Any]) -> None:
    assert figures()["processes"]["clockHeardAt"] is None
    queues.clock_ticks()
    assert figures()["processes"]["clockHeardAt"] == "2026-05-04T09:00:00.000Z"


# --- access -------------------------------------------------------------------------------------


def test_another_organization_sees_nothing_of_ours(
    api: Any, cast: SimpleNamespace, attempt: Any, figures: Callable[..., Any]
) -> None:
    save(api, cast.carl, attempt, "leaf")
    news = NotificationFactory(user=cast.carl)
    db.session.add(OutboxMail(notification_id=news.id, address=cast.carl.email, next_try_at=NOW))
    assert figures()["mails"]["waiting"] == 1
    reported = figures(cast.otto)
    assert reported["attempts"] == {"inProgress": 0, "paused": 0, "selfPaced": 0, "sessions": []}
    assert reported["saves"]["saved"] == 0
    assert reported["mails"]["waiting"] == 0


def test_an_administrator_of_a_branch_sees_its_sessions_only(
    cast: SimpleNamespace, attempt: Any, figures: Callable[..., Any]
) -> None:
    north = BranchFactory(organization_id=cast.school.id)
    person = UserFactory(admin=True, organization=cast.school, branch_id=north.id)
    assert figures(person)["attempts"]["sessions"] == []
    assert figures(person)["attempts"]["inProgress"] == 0


def test_the_queries_do_not_grow_with_the_sessions(
    api: Any, cast: SimpleNamespace, exam: Any, figures: Callable[..., Any]
) -> None:
    def another_session() -> None:
        school_class = SchoolClassFactory(teacher=cast.ines, students=[cast.carl])
        session = ExamSessionFactory(in_progress=True, school_class=school_class, test=exam)
        AttemptFactory(student=cast.carl, session=session)

    def cost() -> int:
        with counted() as statements:
            figures()
        return len(statements)

    another_session()
    first = cost()
    for _ in range(3):
        another_session()
    assert cost() == first


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer wrong", "open sesame", "Bearer open sesäme"])
def test_prometheus_needs_the_token(app: Flask, api: Any, scrape: Any, sent: str) -> None:
    assert api().get("/metrics", headers={"Authorization": sent}).status_code == 401


def test_without_a_configured_token_metrics_are_not_found(api: Any, database: None) -> None:
    assert api().get("/metrics", headers={"Authorization": "Bearer None"}).status_code == 404
