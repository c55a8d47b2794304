"""Evaluating the integrity rules on the events they are about: nothing here polls.

Page reports, devices, client IPs and silences are judged as they occur. A save that may be rapid guessing is
only noted in Redis, and judged by the next session maintenance: the write path of an answer stays short, and
if Redis is down only that note is lost.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from redis import RedisError
from sqlalchemy import exists, select, update

from exam_app import clock
from exam_app.errors import AttemptNotInProgress
from exam_app.extensions import db
from exam_app.infrastructure import after_commit
from exam_app.infrastructure.redis_client import redis
from exam_app.models import Activity, AnswerChange, Attempt, ChangeOutcome, IntegrityAlert, Outage, User
from exam_app.realtime import deltas, student_row
from exam_app.rules.attempt_states import AttemptStatus
from exam_app.rules.integrity import checks as rules
from exam_app.rules.integrity.checks import Gap, Page, Violation
from exam_app.rules.paper import CompiledPaper
from exam_app.services.activity import activities
from exam_app.services.authoring import papers
from exam_app.services.organizations.visibility import own_attempt
from exam_app.services.proctoring import alerts

log = logging.getLogger(__name__)
_RAPID_GUESSING_KEY = "integrity:hurried"
_VIOLATION = "tab_violation"
_CHUNK = 500
MAX_USER_AGENT = 500


# --- what the page reports ----------------------------------------------------------------------


def record_violation(student: User, attempt_id: uuid.UUID, kind: str, duration_ms: int, now: datetime) -> int:
    """Record that the student left the page or similar: evidence with its duration, not a verdict. Commits.

    :returns: how many have been recorded for this attempt.
    :raises AttemptNotInProgress: the attempt is closed or paused.
    """
    attempt = own_attempt(student, attempt_id)
    # Counted in the database, so that concurrent devices lose no count.
    count = db.session.scalar(
        update(Attempt)
        .where(Attempt.id == attempt.id, Attempt.status == AttemptStatus.IN_PROGRESS)
        .values(violation_count=Attempt.violation_count + 1)
        .returning(Attempt.violation_count)
        .execution_options(synchronize_session=False)
    )
    if count is None:
        db.session.refresh(attempt)
        raise AttemptNotInProgress(details={"status": attempt.status.value})
    activity = _note(attempt, _VIOLATION, now, type=kind, durationMs=duration_ms)
    event = activities.describe(activity, student.full_name)
    change = student_row.counted(violations=count)
    after_commit.run(deltas.student_changed, attempt.session_id, student.id, change, event)
    pending = {rule.__name__: rule for rule in rules.REPORTED[kind]}
    for raised in alerts.raised_rules(attempt.id):
        pending.pop(raised, None)
    if pending:
        settings, seen = papers.compiled(attempt.paper_id).integrity, _violations(attempt.id)
        found = {name: evidence for name, rule in pending.items() if (evidence := rule(seen, settings))}
        alerts.raise_alerts(attempt, found, now)
    db.session.commit()
    return int(count)


def violations_by_kind(attempt_id: uuid.UUID) -> list[dict[str, Any]]:
    """The number of reports of each kind of violation, and their total duration in seconds."""
    seconds: dict[str, list[float]] = {}
    for sign in _violations(attempt_id):
        seconds.setdefault(sign.kind, []).append(sign.seconds)
    return [{"type": kind, **rules.lengths(lengths)} for kind, lengths in seconds.items()]


def _violations(attempt_id: uuid.UUID) -> list[Violation]:
    query = select(Activity.details).where(Activity.attempt_id == attempt_id, Activity.type == _VIOLATION)
    return [
        Violation(details["type"], (details.get("durationMs") or 0) / 1000)
        for details in db.session.scalars(query.order_by(Activity.id))
    ]


# --- connections --------------------------------------------------------------------------------


def note_origin(attempt: Attempt, client_ip: str | None, user_agent: str, now: datetime) -> None:
    """Record the client IP and browser of an attempt: the first one, and each new one. Commits."""
    agent = stored_user_agent(user_agent)
    if client_ip is None or (attempt.address, attempt.user_agent) == (client_ip, agent):
        return
    if attempt.address is None:
        attempt.address, attempt.user_agent = client_ip, agent
    else:
        origins = [(row["address"], row["userAgent"]) for row in connections(attempt)]
        if (client_ip, agent) in origins:
            return
        _note(attempt, "origin_changed", now, address=client_ip, userAgent=agent)
        known = [known for known, _ in origins] + [client_ip]
        evidence = rules.address_changes(known, papers.compiled(attempt.paper_id).integrity)
        _raise_one(attempt, "address_changes", evidence, now)
    db.session.commit()


def stored_user_agent(user_agent: str) -> str:
    """The part of a User-Agent header that is stored."""
    return user_agent.replace("\x00", "")[:MAX_USER_AGENT]


def connections(attempt: Attempt) -> list[dict[str, Any]]:
    """The client IPs and browsers of an attempt, each pair once, in order."""
    if attempt.address is None:
        return []
    rows = db.session.execute(
        select(Activity.details, Activity.at)
        .where(Activity.attempt_id == attempt.id, Activity.type == "origin_changed")
        .order_by(Activity.id)
    )
    return [
        {"address": attempt.address, "userAgent": attempt.user_agent, "since": clock.iso(attempt.started_at)},
        *({**row.details, "since": clock.iso(row.at)} for row in rows),
    ]


def check_devices(attempt_id: uuid.UUID, states: Sequence[dict[str, Any]], now: datetime) -> None:
    """Check whether a student's several open pages, as `presence` has them, are on one device. Commits.

    Nothing happens before the attempt has begun; the same holds for `record_return`.
    """
    attempt = db.session.get(Attempt, attempt_id)
    if attempt is None or attempt.status != AttemptStatus.IN_PROGRESS:
        return
    pages = [
        Page(
            state.get("address"),
            state.get("agent", ""),
            state.get("device"),
            datetime.fromisoformat(state["since"]),
            datetime.fromisoformat(state["lastSeen"]),
        )
        for state in states
    ]
    evidence = rules.second_device(pages, papers.compiled(attempt.paper_id).integrity)
    _raise_one(attempt, "second_device", evidence, now)
    db.session.commit()


def record_return(attempt_id: uuid.UUID, name: str, now: datetime) -> None:
    """The student's first page is open again: end the gap that began when the last one closed. Commits."""
    attempt = db.session.get(Attempt, attempt_id)
    # Also while it is paused: a return that is not logged would make the absence as long as the exam.
    if attempt is None or attempt.status not in (AttemptStatus.IN_PROGRESS, AttemptStatus.PAUSED):
        return
    rows = db.session.execute(
        select(Activity.type, Activity.at)
        .where(Activity.attempt_id == attempt_id, Activity.type.in_(["student_left", "student_returned"]))
        .order_by(Activity.id)
    ).all()
    if not rows or rows[-1].type != "student_left":
        return
    seconds = int((now - rows[-1].at).total_seconds())
    activity = _note(attempt, "student_returned", now, seconds=seconds)
    event = activities.describe(activity, name)
    after_commit.run(deltas.student_changed, attempt.session_id, attempt.student_id, {}, event)
    gaps = _gaps([(row.type, row.at) for row in rows] + [("student_returned", now)])
    settings = papers.compiled(attempt.paper_id).integrity
    evidence = rules.silence(gaps, _outages_since(gaps[0].began_at), settings)
    _raise_one(attempt, "silence", evidence, now)
    db.session.commit()


def _gaps(moments: list[tuple[str, datetime]]) -> list[Gap]:
    """From each disconnection to the reconnection that follows it."""
    return [
        Gap(left, back)
        for (kind, left), (next_kind, back) in pairwise(moments)
        if kind == "student_left" and next_kind == "student_returned"
    ]


def _outages_since(moment: datetime) -> list[Gap]:
    rows = db.session.scalars(select(Outage).where(Outage.ended_at > moment))
    return [Gap(row.began_at, row.ended_at) for row in rows]


# --- answers ------------------------------------------------------------------------------------


def note_rapid_guessing(attempt_id: uuid.UUID) -> None:
    """Note this attempt for `review_rapid_guessing`: one command, after the save is committed."""
    try:
        redis().sadd(_RAPID_GUESSING_KEY, str(attempt_id))
    except RedisError as error:
        log.warning("a fast save is not checked, Redis is unavailable: %s", error)


def review_rapid_guessing(now: datetime) -> None:
    """Judge the pace of the noted attempts. Commits."""
    popped: Any = redis().spop(_RAPID_GUESSING_KEY, _CHUNK)
    ids = [uuid.UUID(member.decode()) for member in popped]
    has_alert = exists().where(IntegrityAlert.attempt_id == Attempt.id, IntegrityAlert.rule == "fast_answers")
    attempts = db.session.scalars(select(Attempt).where(Attempt.id.in_(ids), ~has_alert)).all()
    changes = _timed_changes([attempt.id for attempt in attempts])
    found = []
    for attempt in attempts:
        paper = papers.compiled(attempt.paper_id)
        moments = _first_answers(paper, changes.get(attempt.id, []))
        if evidence := rules.fast_answers(moments, paper.integrity):
            found.append((attempt, {"fast_answers": evidence}))
    alerts.raise_for_all(found, now)
    db.session.commit()


def _timed_changes(attempt_ids: list[uuid.UUID]) -> dict[uuid.UUID, list[Any]]:
    """The changes that are or were effective, in the order of typing. Changes without a client time are left
    out: they may have been delayed before sending."""
    rows = db.session.execute(
        select(
            AnswerChange.attempt_id, AnswerChange.question_id, AnswerChange.response, AnswerChange.typed_at
        )
        .where(
            AnswerChange.attempt_id.in_(attempt_ids),
            AnswerChange.outcome == ChangeOutcome.APPLIED,
            AnswerChange.client_time.is_not(None),
        )
        .order_by(AnswerChange.typed_at)
    )
    changes: dict[uuid.UUID, list[Any]] = {}
    for row in rows:
        changes.setdefault(row.attempt_id, []).append(row)
    return changes


def _first_answers(paper: CompiledPaper, changes: list[Any]) -> list[datetime]:
    """When each question was first answered: flagging it is not an answer."""
    first: dict[int, datetime] = {}
    for change in changes:
        if paper.questions[change.question_id].type.is_answered(change.response):
            first.setdefault(change.question_id, change.typed_at)
    return list(first.values())


# --- inside -------------------------------------------------------------------------------------


def _raise_one(attempt: Attempt, rule: str, evidence: dict[str, Any] | None, now: datetime) -> None:
    if evidence is not None and rule not in alerts.raised_rules(attempt.id):
        alerts.raise_alerts(attempt, {rule: evidence}, now)


def _note(attempt: Attempt, kind: str, now: datetime, **details: Any) -> Activity:
    return activities.record(
        kind,
        now,
        attempt.organization_id,
        session_id=attempt.session_id,
        attempt_id=attempt.id,
        student_id=attempt.student_id,
        actor_id=attempt.student_id,
        **details,
    )
