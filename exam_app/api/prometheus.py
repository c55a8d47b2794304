"""/metrics: the metrics of the whole installation for Prometheus, from any web process."""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Iterator

from flask import Blueprint, Response, current_app, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from redis import RedisError

from exam_app import clock
from exam_app.errors import NotAuthenticated, NotFound
from exam_app.infrastructure import metrics, queues
from exam_app.rules.histogram import BOUNDS
from exam_app.services.operations import system_metrics
from exam_app.web.extensions import limiter

blueprint = Blueprint("prometheus", __name__)
limiter.exempt(blueprint)


@blueprint.get("/metrics")
def scrape() -> Response:
    """Requires METRICS_TOKEN; without that setting the endpoint does not exist."""
    token: str | None = current_app.config["METRICS_TOKEN"]
    if token is None:
        raise NotFound
    sent = request.headers.get("Authorization", "")
    if not hmac.compare_digest(sent.encode(), f"Bearer {token}".encode()):
        raise NotAuthenticated
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Installation())
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Installation(Collector):
    def collect(self) -> Iterator[Metric]:
        yield from _stored()
        answers = GaugeMetricFamily("exam_redis_up", "Whether Redis responds; else its metrics are missing")
        try:
            counted = [*_counted(metrics.totals()), *_alive()]
            answers.add_metric([], 1)
        except RedisError:
            counted = []
            answers.add_metric([], 0)
        yield answers
        yield from counted


def _stored() -> Iterator[Metric]:
    attempts = GaugeMetricFamily("exam_attempts", "Open attempts", labels=["status"])
    for status, count in system_metrics.open_attempts().items():
        attempts.add_metric([status.value], count)
    yield attempts
    waiting, failed, given_up = system_metrics.unsent_mails()
    yield GaugeMetricFamily("exam_mails_waiting", "Mails in the outbox", value=waiting)
    yield GaugeMetricFamily("exam_mails_retrying", "Mails in the outbox that failed before", value=failed)
    yield GaugeMetricFamily("exam_mails_given_up", "Mails given up in the last week", value=given_up)


def _counted(totals: dict[str, int]) -> Iterator[Metric]:
    saves = CounterMetricFamily("exam_saves", "Saves of answers by outcome", labels=["outcome"])
    for outcome in ("saved", "refused", "failed"):
        saves.add_metric([outcome], totals.get(f"saves|{outcome}", 0))
    yield saves
    conflicts = totals.get("conflicts", 0)
    yield CounterMetricFamily("exam_conflicts", "Changes in conflict with another device", value=conflicts)
    yield _histogram("exam_save_seconds", "From the arrival of a save to its commit", totals, "save_seconds")
    closing = "From deadline and grace to the close of an attempt"
    yield _histogram("exam_closing_delay_seconds", closing, totals, "closing_seconds")
    requests = CounterMetricFamily(
        "exam_requests", "Requests by route, Socket.IO events by name", labels=["operation", "status"]
    )
    times = HistogramMetricFamily("exam_request_seconds", "Response time", labels=["operation"])
    operations: defaultdict[str, int] = defaultdict(int)
    for field, count in totals.items():
        if field.startswith("requests|"):
            _, operation, status = field.split("|")
            requests.add_metric([operation, status], count)
            operations[operation] += count
    for operation in operations:
        times.add_metric([operation], *_buckets(totals, f"request_seconds|{operation}"))
    yield requests
    yield times


def _alive() -> Iterator[Metric]:
    now = clock.now()
    processes = metrics.web_processes()
    people = metrics.connections(processes, now).values()
    connections = GaugeMetricFamily("exam_connections", "Open Socket.IO connections", labels=["who"])
    connections.add_metric(["students"], sum(students for students, _ in people))
    connections.add_metric(["staff"], sum(staff for _, staff in people))
    yield connections
    waiting = GaugeMetricFamily("exam_queue_jobs", "Queued jobs", labels=["queue"])
    failed = GaugeMetricFamily("exam_queue_failed_jobs", "Jobs that failed in the last day", labels=["queue"])
    workers = GaugeMetricFamily("exam_queue_workers", "Live workers of a queue", labels=["queue"])
    for queue in queues.states():
        waiting.add_metric([queue.name], queue.waiting)
        failed.add_metric([queue.name], queue.failed)
        workers.add_metric([queue.name], queue.workers)
    yield from (waiting, failed, workers)
    web = sum(process.is_alive(now) for process in processes)
    yield GaugeMetricFamily("exam_web_processes", "Web processes that are alive", value=web)
    ticks = queues.clock_ticked_at() is not None
    yield GaugeMetricFamily("exam_clock_up", "Whether the clock process is alive", value=ticks)


def _histogram(name: str, words: str, totals: dict[str, int], field: str) -> HistogramMetricFamily:
    family = HistogramMetricFamily(name, words)
    family.add_metric([], *_buckets(totals, field))
    return family


def _buckets(totals: dict[str, int], field: str) -> tuple[list[tuple[str, float]], float]:
    """Cumulative counts by upper bound, as Prometheus expects them, and the sum in seconds."""
    below, buckets = 0, []
    for bound, count in zip((*map(str, BOUNDS), "+Inf"), metrics.durations(totals, field), strict=True):
        below += count
        buckets.append((bound, float(below)))
    return buckets, totals.get(f"{field}|sum", 0) / 1_000_000
