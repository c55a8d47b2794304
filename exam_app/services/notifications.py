"""Telling people: rows for the app and for the outbox, in the transaction of what they tell about."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from exam_app import after_commit, clock, live, queues
from exam_app.errors import NotFound
from exam_app.extensions import db
from exam_app.models import Attempt, Notification, OutboxMail, User
from exam_app.rules.attempt_states import SubmissionMethod
from exam_app.services import papers

_NOWHERE = ".invalid"
"""No mail ever gets to an address that ends so (RFC 2606): those who only rehearse have one."""


def notify_handed_in(closed: list[tuple[Attempt, str]], now: datetime) -> None:
    """Confirm to each student that the attempt was handed in, with its receipt; the caller commits."""
    rows = []
    for attempt, receipt in closed:
        title = papers.compiled(attempt.paper_id).title
        at = f"{attempt.submitted_at:%H:%M:%S} UTC"
        by_clock = attempt.submission_method == SubmissionMethod.AUTOMATIC
        what = f"Time was up at {at}: your answers were handed in." if by_clock else f"You handed in at {at}."
        if attempt.submission_method == SubmissionMethod.FORCED:
            what = f"The exam was ended at {at}: your answers were handed in."
        rows.append(
            _row(
                attempt,
                "attempt_handed_in",
                f"Handed in: {title}",
                f"{what} Your receipt is {receipt}. Keep it: it proves what the server holds.",
                now,
            )
        )
    _insert(rows, now)


def notify_released(graded: list[Attempt], now: datetime) -> None:
    """Tell each student that the result can be seen; the caller commits."""
    _insert(
        [
            _row(
                attempt,
                "result_released",
                f"Your result: {papers.compiled(attempt.paper_id).title}",
                "Your result has been released. Sign in to see it.",
                now,
            )
            for attempt in graded
        ],
        now,
    )


def notify_result_changed(changed: list[tuple[Attempt, dict[str, Any]]], now: datetime) -> None:
    """Tell each student that a result they could see is another one, as its version (a row of `results`) has
    it; the caller commits."""
    rows = []
    for attempt, version in changed:
        title = papers.compiled(attempt.paper_id).title
        body = f"It was graded again: {version['reason']}. Sign in to see it."
        row = _row(attempt, "result_changed", f"Your result has changed: {title}", body, now)
        rows.append({**row, "key": f"{row['key']}:{version['number']}"})
    _insert(rows, now)


def notify_late_verdict(attempt: Attempt, accepted: bool, count: int, reason: str, now: datetime) -> None:
    """Tell the student what was decided about answers that came late; the caller commits."""
    title = papers.compiled(attempt.paper_id).title
    answers = "answer" if count == 1 else "answers"
    verdict = "accepted" if accepted else "not accepted"
    after = " Your receipt is a new one." if accepted else ""
    row = _row(
        attempt,
        "late_answers_decided",
        f"Late {answers} {verdict}: {title}",
        f"{count} {answers} that came after the deadline: {verdict}. {reason}.{after}",
        now,
    )
    _insert([{**row, "key": f"{row['key']}:{now.timestamp()}"}], now)


def _row(attempt: Attempt, kind: str, title: str, body: str, now: datetime) -> dict[str, Any]:
    return {
        "id": uuid.uuid4(),
        "user_id": attempt.student_id,
        "key": f"{kind}:{attempt.id}",
        "kind": kind,
        "title": title,
        "body": body,
        "link": f"/attempts/{attempt.id}/result",
        "created_at": now,
    }


def _insert(rows: list[dict[str, Any]], now: datetime) -> None:
    """Write notifications and their mails; what was told before (same person and key) is left out."""
    if not rows:
        return
    new = set(
        db.session.scalars(
            insert(Notification).values(rows).on_conflict_do_nothing().returning(Notification.id)
        )
    )
    told = [row for row in rows if row["id"] in new]
    if told and current_app.config["SMTP_URL"]:
        addresses = dict(
            db.session.execute(
                select(User.id, User.email).where(User.id.in_([row["user_id"] for row in told]))
            ).all()
        )
        mails = [
            {
                "notification_id": row["id"],
                "address": addresses[row["user_id"]],
                "next_try_at": now,
                "tries": 0,
                "created_at": now,
            }
            for row in told
            if not addresses[row["user_id"]].endswith(_NOWHERE)
        ]
        if mails:
            db.session.execute(insert(OutboxMail).values(mails))
            after_commit.run(queues.enqueue_mail)
    for row in told:
        payload = {"notificationId": str(row["id"]), **{k: row[k] for k in ("kind", "title", "body", "link")}}
        after_commit.run(live.notification, row["user_id"], payload)


def notifications_of(user: User, limit: int = 50) -> list[dict[str, Any]]:
    """The person's notifications, newest first."""
    rows = db.session.scalars(
        select(Notification)
        .where(Notification.user_id == user.id)
        .order_by(Notification.created_at.desc())
        .limit(limit)
    )
    return [
        {
            "notificationId": str(row.id),
            "kind": row.kind,
            "title": row.title,
            "body": row.body,
            "link": row.link,
            "createdAt": clock.iso(row.created_at),
            "readAt": clock.iso(row.read_at),
        }
        for row in rows
    ]


def unread_count(user: User) -> int:
    unread = select(func.count()).where(Notification.user_id == user.id, Notification.read_at.is_(None))
    return db.session.scalar(unread) or 0


def mark_read(user: User, notification_id: uuid.UUID) -> None:
    """Commits. Reading twice keeps the first time.

    :raises NotFound: not the person's own.
    """
    found = db.session.execute(
        update(Notification)
        .where(Notification.id == notification_id, Notification.user_id == user.id)
        .values(read_at=func.coalesce(Notification.read_at, clock.now()))
        .execution_options(synchronize_session=False)
    )
    if found.rowcount == 0:  # type: ignore[attr-defined]
        raise NotFound
    db.session.commit()
