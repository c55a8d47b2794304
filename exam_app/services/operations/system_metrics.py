"""The state of the installation for an administrator: attempts, saves, mails and users of their own
organization; queues and processes of the whole installation.

Counts per minute come from Redis, current values from the database. If Redis is down its part is empty, and
`redisAnswers` is false.
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from redis import RedisError
from sqlalchemy import Select, func, select

from exam_app import clock
from exam_app.extensions import db
from exam_app.infrastructure import metrics, queues
from exam_app.infrastructure.queues import FailedJob, QueueState
from exam_app.models import Attempt, ExamSession, Notification, OutboxMail, User
from exam_app.realtime import emit
from exam_app.realtime.shapes import SessionStats
from exam_app.rules.attempt_states import JOINABLE, AttemptStatus
from exam_app.rules.histogram import BOUNDS, quantile
from exam_app.services.notifications import outbox
from exam_app.services.organizations.visibility import visible_attempts, visible_sessions

WINDOW_MINUTES = 15
HISTORY_MINUTES = 60
_FAILURES = 5
_WEEK = timedelta(days=7)
_QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
_OPEN_STATES = (AttemptStatus.IN_PROGRESS, AttemptStatus.PAUSED)

Minute = tuple[datetime, dict[str, int]]


@dataclass
class _Signals:
    """The values from Redis."""

    answers: bool = False
    minutes: list[Minute] = field(default_factory=list)
    processes: list[metrics.WebProcess] = field(default_factory=list)
    queues: list[QueueState] = field(default_factory=list)
    failures: list[FailedJob] = field(default_factory=list)
    clock_at: datetime | None = None
    rooms: dict[uuid.UUID, SessionStats] = field(default_factory=dict)


def figures(user: User, now: datetime) -> dict[str, Any]:
    """For an administrator; see `schemas.system_metrics.Metrics`."""
    sessions = _open_sessions(user)
    open_attempts = _open_attempts(user)
    totals = sum(open_attempts.values(), Counter())
    signals = _signals(user.organization_id, [session.id for session in sessions], now)
    window = _summed(signals.minutes[-WINDOW_MINUTES:])
    connected = metrics.connections(signals.processes, now)
    students, staff = connected.get(user.organization_id, (0, 0))
    return {
        "at": clock.iso(now),
        "windowMinutes": WINDOW_MINUTES,
        "redisAnswers": signals.answers,
        "attempts": {
            "inProgress": totals[AttemptStatus.IN_PROGRESS],
            "paused": totals[AttemptStatus.PAUSED],
            "selfPaced": open_attempts[None].total(),
            "sessions": [
                _describe_session(session, open_attempts[session.id], signals.rooms.get(session.id))
                for session in sessions
            ],
        },
        "connections": {"students": students, "staff": staff},
        "saves": _describe_saves(window, _summed(signals.minutes)),
        "requests": _describe_requests(window),
        "closing": {"closed": sum(metrics.durations(window, "closing_seconds")), **_late(window)},
        "queues": [_describe_queue(queue) for queue in signals.queues],
        "failures": [_describe_failure(failure) for failure in signals.failures],
        "mails": _mails(user, now),
        "processes": _describe_processes(signals, now),
        "history": [_describe_minute(minute) for minute in signals.minutes],
    }


def open_attempts() -> dict[AttemptStatus, int]:
    """Open attempts of the whole installation, by status."""
    found = (
        select(Attempt.status, func.count()).where(Attempt.status.in_(_OPEN_STATES)).group_by(Attempt.status)
    )
    return dict.fromkeys(_OPEN_STATES, 0) | dict(db.session.execute(found).all())


def unsent_mails() -> tuple[int, int, int]:
    """The numbers of unsent mails of the whole installation, of those that failed before, and of mails given
    up in the last week."""
    waiting, failed = db.session.execute(_UNSENT).one()
    return waiting, failed, db.session.scalar(_given_up(clock.now())) or 0


_UNSENT = select(func.count(), func.count().filter(OutboxMail.tries > 0)).where(*outbox.IS_UNSENT)


def _given_up(now: datetime) -> Select[int]:
    return select(func.count(OutboxMail.notification_id)).where(OutboxMail.gave_up_at > now - _WEEK)


def _signals(organization_id: int, session_ids: list[uuid.UUID], now: datetime) -> _Signals:
    try:
        return _Signals(
            answers=True,
            minutes=metrics.minutes_of(organization_id, now, HISTORY_MINUTES),
            processes=metrics.web_processes(),
            queues=queues.states(),
            failures=queues.newest_failures(_FAILURES),
            clock_at=queues.clock_ticked_at(),
            rooms=emit.last_stats(session_ids),
        )
    except RedisError:
        return _Signals()


def _open_sessions(user: User) -> Sequence[ExamSession]:
    return db.session.scalars(
        select(ExamSession)
        .where(visible_sessions(user), ExamSession.status.in_(JOINABLE))
        .order_by(ExamSession.scheduled_at, ExamSession.id)
    ).all()


def _open_attempts(user: User) -> defaultdict[uuid.UUID | None, Counter[AttemptStatus]]:
    """By session and status; None has the self-paced attempts."""
    rows = db.session.execute(
        select(Attempt.session_id, Attempt.status, func.count())
        .where(visible_attempts(user), Attempt.status.in_(_OPEN_STATES))
        .group_by(Attempt.session_id, Attempt.status)
    ).all()
    found: defaultdict[uuid.UUID | None, Counter[AttemptStatus]] = defaultdict(Counter)
    for session_id, status, count in rows:
        found[session_id][status] = count
    return found


def _mails(user: User, now: datetime) -> dict[str, Any]:
    own = (Notification, Notification.id == OutboxMail.notification_id)
    person = (User, (User.id == Notification.user_id) & (User.organization_id == user.organization_id))
    waiting, failed = db.session.execute(_UNSENT.join(*own).join(*person)).one()
    error = db.session.scalar(
        select(OutboxMail.last_error)
        .join(*own)
        .join(*person)
        .where(OutboxMail.sent_at.is_(None), OutboxMail.last_error.is_not(None))
        .order_by(OutboxMail.next_try_at.desc())
        .limit(1)
    )
    given_up = db.session.scalar(_given_up(now).join(*own).join(*person))
    return {"waiting": waiting, "failed": failed, "givenUp": given_up, "lastError": error}


def _describe_session(
    session: ExamSession, open_attempts: Counter[AttemptStatus], room: SessionStats | None
) -> dict[str, Any]:
    """`room` has the counts last sent to the session's dashboards; until then connections are unknown."""
    return {
        "sessionId": str(session.id),
        "title": session.title,
        "className": session.school_class.name,
        "status": session.status.value,
        "inProgress": open_attempts[AttemptStatus.IN_PROGRESS],
        "paused": open_attempts[AttemptStatus.PAUSED],
        "enrolled": room["enrolled"] if room else None,
        "connected": room["connected"] if room else None,
        "offline": room["offline"] if room else None,
        "notSaving": room["notSaving"] if room else None,
        "handedIn": room["handedIn"] if room else None,
    }


def _describe_saves(window: Counter[str], hour: Counter[str]) -> dict[str, Any]:
    saved, refused, failed = (window[f"saves|{word}"] for word in ("saved", "refused", "failed"))
    return {
        "saved": saved,
        "refused": refused,
        "failed": failed,
        "successPercent": _share(saved, saved + failed),
        "conflicts": window["conflicts"],
        "conflictsInHour": hour["conflicts"],
        "conflictPercent": _share(window["conflicts"], saved),
        "latency": _latency(window, "save_seconds"),
        "histogram": [
            {"upToMs": _ms(bound), "count": count}
            for bound, count in zip((*BOUNDS, None), metrics.durations(window, "save_seconds"), strict=True)
        ],
    }


def _describe_requests(window: Counter[str]) -> dict[str, Any]:
    failing = {name.partition("|")[2]: n for name, n in window.items() if name.startswith("errors|")}
    return {
        "answered": window["requests"],
        "failed": sum(failing.values()),
        "failedPercent": _share(sum(failing.values()), window["requests"]),
        "latency": _latency(window, "request_seconds"),
        "failing": [
            {"operation": name, "failed": count}
            for name, count in sorted(failing.items(), key=lambda one: (-one[1], one[0]))
        ],
    }


def _describe_queue(queue: QueueState) -> dict[str, Any]:
    return {
        "name": queue.name,
        "waiting": queue.waiting,
        "failed": queue.failed,
        "workers": queue.workers,
        "heardAt": clock.iso(queue.heard_at),
    }


def _describe_failure(failure: FailedJob) -> dict[str, Any]:
    return {
        "queue": failure.queue,
        "job": failure.name,
        "failedAt": clock.iso(failure.at),
        "error": failure.error,
    }


def _describe_processes(signals: _Signals, now: datetime) -> dict[str, Any]:
    web = [process.at for process in signals.processes if process.is_alive(now)]
    return {
        "web": len(web),
        "webHeardAt": clock.iso(max(web, default=None)),
        "clockHeardAt": clock.iso(signals.clock_at),
    }


def _describe_minute(minute: Minute) -> dict[str, Any]:
    at, fields = minute
    return {
        "at": clock.iso(at),
        "saved": fields.get("saves|saved", 0),
        "failed": fields.get("saves|failed", 0),
        **_latency(fields, "save_seconds"),
        "students": fields.get("students", 0),
        "staff": fields.get("staff", 0),
    }


def _late(window: Counter[str]) -> dict[str, float | None]:
    return {f"{name}Late": ms for name, ms in _latency(window, "closing_seconds").items()}


def _latency(fields: dict[str, int], name: str) -> dict[str, float | None]:
    """`{p50, p95, p99}` in milliseconds, estimated from buckets."""
    counts = metrics.durations(fields, name)
    return {key: _ms(quantile(counts, share)) for key, share in _QUANTILES.items()}


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 1)


def _share(part: int, whole: int) -> float | None:
    """In percent, with four decimals: one of a million is not zero."""
    return round(part * 100 / whole, 4) if whole else None


def _summed(minutes: list[Minute]) -> Counter[str]:
    total: Counter[str] = Counter()
    for _, fields in minutes:
        total.update(fields)
    return total
