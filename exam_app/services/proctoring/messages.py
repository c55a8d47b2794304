"""Messages from staff to the students of a session, and their receipts.

There is a row for each recipient: a page that was offline finds the message in its state, and "received by 28
of 30" is counted, not estimated.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, insert, or_, select, update

from exam_app import clock
from exam_app.errors import InvalidInput, NotFound
from exam_app.extensions import db
from exam_app.infrastructure import after_commit
from exam_app.models import Attempt, Enrolment, ExamSession, Message, MessageRecipient, User
from exam_app.models.user import BY_NAME
from exam_app.realtime import deltas, emit
from exam_app.realtime.shapes import SentMessage, StudentMessage
from exam_app.services.activity import activities

SHOWN = 50

_OF_STUDENT = (
    select(Message, User, MessageRecipient)
    .join(MessageRecipient, MessageRecipient.message_id == Message.id)
    .join(User, User.id == Message.sender_id)
    .where(Message.session_id == bindparam("session"), MessageRecipient.student_id == bindparam("student"))
    .order_by(Message.id)
)


def send(
    session: ExamSession, actor: User, attempt_ids: list[uuid.UUID] | None, text: str, now: datetime
) -> SentMessage:
    """Send a message to the students of these attempts, or with None to the whole class list. Commits.

    :returns: `{messageId, text, from, sentAt, recipients, received, confirmed, toAll, studentIds}`
    :raises NotFound: one of the attempts is not in this session. Nothing is sent then.
    :raises InvalidInput: the text is empty, or there are no recipients.
    """
    text = text.strip()
    if not text:
        raise InvalidInput(details={"text": ["Enter the text of the message."]})
    students = _addressees(session, attempt_ids)
    if not students:
        raise InvalidInput(
            details={"attemptIds": ["There are no students in this class. Add them to the class first."]}
        )
    message = Message(
        organization_id=session.organization_id,
        session_id=session.id,
        sender_id=actor.id,
        to_all=attempt_ids is None,
        text=text,
        created_at=now,
    )
    db.session.add(message)
    db.session.flush()
    db.session.execute(
        insert(MessageRecipient), [{"message_id": message.id, "student_id": student} for student in students]
    )
    activities.record(
        "message_sent",
        now,
        session.organization_id,
        session_id=session.id,
        actor_id=actor.id,
        messageId=message.id,
        recipients=len(students),
        text=text,
    )
    payload = _describe(message, actor, len(students), 0, 0, students)
    shown: StudentMessage = {
        "messageId": message.id,
        "text": text,
        "from": actor.full_name,
        "sentAt": payload["sentAt"],
    }
    after_commit.run(emit.message, session.id, None if message.to_all else students, shown)
    after_commit.run(emit.message_sent, session.id, payload)
    db.session.commit()
    return payload


def note_received(student: User, message_ids: list[int], confirmed: bool, now: datetime) -> list[int]:
    """Record that a page of the student shows these messages; with `confirmed`, that the student confirmed
    them. Commits.

    Idempotent. Counted after the commit, so that of two concurrent receipts the later count includes both; a
    dashboard keeps the higher count of a message, since receipts are never withdrawn.

    :returns: which of the messages are the student's.
    """
    own = (MessageRecipient.student_id == student.id) & MessageRecipient.message_id.in_(message_ids)
    is_news: ColumnElement[bool] = MessageRecipient.received_at.is_(None)
    values: dict[str, Any] = {"received_at": func.coalesce(MessageRecipient.received_at, now)}
    if confirmed:
        is_news = or_(is_news, MessageRecipient.confirmed_at.is_(None))
        values["confirmed_at"] = func.coalesce(MessageRecipient.confirmed_at, now)
    changed = db.session.scalars(
        update(MessageRecipient)
        .where(own, is_news)
        .values(values)
        .returning(MessageRecipient.message_id)
        .execution_options(synchronize_session=False)
    ).all()
    db.session.commit()
    if changed:
        _publish_counts(list(changed))
    return list(db.session.scalars(select(MessageRecipient.message_id).where(own)))


def of_student(session_id: uuid.UUID, student_id: uuid.UUID) -> list[dict[str, Any]]:
    """The messages to a student in a session, oldest first, with their receipts."""
    rows = db.session.execute(_OF_STUDENT, {"session": session_id, "student": student_id})
    return [
        {
            "messageId": message.id,
            "text": message.text,
            "from": sender.full_name,
            "sentAt": clock.iso(message.created_at),
            "received": recipient.received_at is not None,
            "confirmed": recipient.confirmed_at is not None,
        }
        for message, sender, recipient in rows
    ]


def of_session(session_id: uuid.UUID, limit: int | None = SHOWN) -> list[SentMessage]:
    """The newest messages of a session with their receipts, newest first, in one query; None: all."""
    newest = (
        select(Message.id)
        .where(Message.session_id == session_id)
        .order_by(Message.id.desc())
        .limit(limit)
        .scalar_subquery()
    )
    students = func.array_agg(MessageRecipient.student_id).filter(~Message.to_all)
    rows = db.session.execute(
        select(Message, User, *_COUNTS, students)
        .join(MessageRecipient, MessageRecipient.message_id == Message.id)
        .join(User, User.id == Message.sender_id)
        .where(Message.id.in_(newest))
        .group_by(Message.id, User.id)
        .order_by(Message.id.desc())
    )
    return [
        _describe(message, sender, recipients, received, confirmed, chosen or [])
        for message, sender, recipients, received, confirmed, chosen in rows
    ]


def recipients(session: ExamSession, message_id: int) -> dict[str, Any]:
    """Everyone a message was sent to, by name, with the times of their receipts.

    :returns: `{messageId, recipients: [{studentId, studentName, receivedAt, confirmedAt}]}`
    :raises NotFound: not a message of this session.
    """
    rows = db.session.execute(
        select(MessageRecipient, User)
        .join(Message, Message.id == MessageRecipient.message_id)
        .join(User, User.id == MessageRecipient.student_id)
        .where(Message.id == message_id, Message.session_id == session.id)
        .order_by(*BY_NAME)
    ).all()
    if not rows:
        raise NotFound
    return {
        "messageId": message_id,
        "recipients": [
            {
                "studentId": str(student.id),
                "studentName": student.full_name,
                "receivedAt": clock.iso(recipient.received_at),
                "confirmedAt": clock.iso(recipient.confirmed_at),
            }
            for recipient, student in rows
        ],
    }


_COUNTS = (
    func.count(),
    func.count(MessageRecipient.received_at),
    func.count(MessageRecipient.confirmed_at),
)


def _addressees(session: ExamSession, attempt_ids: list[uuid.UUID] | None) -> list[uuid.UUID]:
    if attempt_ids is None:
        enrolled = select(Enrolment.student_id).where(Enrolment.class_id == session.class_id)
        return list(db.session.scalars(enrolled))
    chosen = select(Attempt.id, Attempt.student_id).where(
        Attempt.session_id == session.id, Attempt.id.in_(attempt_ids)
    )
    students = dict(db.session.execute(chosen).all())
    if unknown := [str(attempt_id) for attempt_id in attempt_ids if attempt_id not in students]:
        raise NotFound(
            "Some of these attempts are not in this session. Reload the page.", {"attemptIds": unknown}
        )
    return list(set(students.values()))


def _publish_counts(message_ids: list[int]) -> None:
    rows = db.session.execute(
        select(Message.session_id, Message.id, *_COUNTS)
        .join(MessageRecipient, MessageRecipient.message_id == Message.id)
        .where(Message.id.in_(message_ids))
        .group_by(Message.id)
    )
    for session_id, message_id, recipients, received, confirmed in rows:
        deltas.message_received(
            session_id,
            {
                "messageId": message_id,
                "recipients": recipients,
                "received": received,
                "confirmed": confirmed,
            },
        )


def _describe(
    message: Message,
    sender: User,
    recipients: int,
    received: int,
    confirmed: int,
    students: Sequence[uuid.UUID],
) -> SentMessage:
    return {
        "messageId": message.id,
        "text": message.text,
        "from": sender.full_name,
        "sentAt": clock.iso(message.created_at),
        "recipients": recipients,
        "received": received,
        "confirmed": confirmed,
        "toAll": message.to_all,
        "studentIds": [] if message.to_all else [str(student) for student in students],
    }
