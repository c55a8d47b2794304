"""Answer bundles: the file that a page without a network gives its student, and how it is imported.

The page encrypts what it could not deliver with the key of its attempt (AES-256-GCM). A file that decrypts
was therefore made by a page of this attempt and is unaltered; when its answers were typed is the device's own
claim. So comparing changes nothing, and imported changes enter the late-answer review queue.
"""

from __future__ import annotations

import json
import uuid
from base64 import b64decode, b64encode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from sqlalchemy import select, tuple_

from exam_app import clock
from exam_app.errors import Conflict, InvalidInput
from exam_app.extensions import db
from exam_app.models import AnswerChange, Attempt, User
from exam_app.rules.answer_bundles import bundle_key, header
from exam_app.rules.answers import Change, measured_at
from exam_app.rules.attempt_states import SUBMITTED_STATES, AttemptStatus
from exam_app.services.activity import audit
from exam_app.services.answers import bundles, late_views, saving
from exam_app.services.answers.judging import Batch
from exam_app.services.answers.reading import answers_of
from exam_app.services.organizations.visibility import attempt_for

_ALTERED = "This file was damaged or changed. Ask the student for the original file."
_OPEN = (
    "The attempt is still open, and a device of the student may deliver these answers by itself. "
    "Import the file after the attempt has been submitted."
)
_CANCELLED = "The attempt was cancelled, so it has no result. Keep the file as evidence of what it contains."


@dataclass(frozen=True)
class Sealed:
    """An encrypted file as uploaded; `iv` and `sealed` are base64."""

    attempt_id: uuid.UUID
    iv: str
    sealed: str


@dataclass(frozen=True)
class Bundle:
    """The content of a file. `offset` is the server's clock minus the device's at their last comparison;
    `acknowledged` are the questions and versions that the page knew to be saved."""

    changes: list[Change]
    made_at: datetime
    offset: timedelta | None
    device: str | None
    acknowledged: list[tuple[int, int]]


def decrypt(viewer: User, file: Sealed) -> tuple[Attempt, Any]:
    """The attempt that a file belongs to, and the decrypted JSON: only as trustworthy as the page that made
    it.

    :raises NotFound: no attempt that `viewer` may see.
    :raises InvalidInput: no page of this attempt encrypted it.
    """
    attempt = attempt_for(viewer, file.attempt_id)
    try:
        key = b64decode(bundles.answers_key(attempt.id))
        iv, sealed = (b64decode(part, validate=True) for part in (file.iv, file.sealed))
        return attempt, json.loads(AESGCM(key).decrypt(iv, sealed, header(str(attempt.id))))
    except (InvalidTag, ValueError, RecursionError):
        raise InvalidInput(_ALTERED, {"bundle": [_ALTERED]}) from None


def compare(attempt: Attempt, bundle: Bundle, now: datetime) -> dict[str, Any]:
    """The file's changes beside the server's answers, in the order of the questions. Nothing is written."""
    batch = _batch(attempt, bundle, now)
    known = _known(attempt, batch.changes)
    current = {answer.question_id: answer for answer in answers_of(attempt)}
    rows = [
        {
            "changeId": str(change.change_id),
            "isKnown": change.change_id in known,
            **late_views.describe(
                attempt,
                change.question_id,
                change.response,
                current.get(change.question_id),
                measured_at(change.client_time, batch.sent_at, now),
                change.client_time,
                now,
            ),
        }
        for change in batch.changes
    ]
    rows.sort(key=lambda row: (row["questionIndex"] or 0, row["questionId"], row["typedAt"]))
    return {
        "attemptId": str(attempt.id),
        "sessionId": str(attempt.session_id) if attempt.session_id else None,
        "studentId": str(attempt.student_id),
        "studentName": db.session.get_one(User, attempt.student_id).full_name,
        "status": attempt.status.value,
        "endedAt": clock.iso(late_views.ended_at(attempt)),
        "madeAt": clock.iso(min(now, bundle.made_at + (bundle.offset or timedelta(0)))),
        "clockOffset": bundle.offset // timedelta(milliseconds=1) if bundle.offset is not None else None,
        "deviceId": bundle.device,
        "obstacle": _obstacle(attempt),
        "undelivered": len(batch.changes) - len(known),
        "changes": rows,
        "lost": _lost(attempt, bundle),
    }


def import_changes(actor: User, attempt: Attempt, bundle: Bundle, now: datetime) -> dict[str, Any]:
    """Add the changes that have not arrived in any other way to the late-answer review queue. Commits.

    Idempotent, also beside a delivery over the network at the same moment: the attempt is locked, and a
    change id enters its log once.

    :returns: `{attemptId, taken, known}`, the last two counted in changes.
    :raises Conflict: the attempt is open or cancelled.
    """
    db.session.refresh(attempt, with_for_update=True)
    if obstacle := _obstacle(attempt):
        db.session.rollback()
        raise Conflict(obstacle, {"status": attempt.status.value})
    before = attempt.version
    batch = _batch(attempt, bundle, now)
    saving.store_late(batch, before)
    db.session.refresh(attempt)
    taken = attempt.version - before
    if taken:
        state = ({"version": before}, {"version": attempt.version})
        details = {"taken": taken, "deviceId": bundle.device, "madeAt": clock.iso(bundle.made_at)}
        audit.record_changes([attempt], "answer_bundle_taken", now, actor.id, [state], **details)
    db.session.commit()
    return {"attemptId": str(attempt.id), "taken": taken, "known": len(batch.changes) - taken}


def _batch(attempt: Attempt, bundle: Bundle, now: datetime) -> Batch:
    """The changes as if they arrived now. `sent_at` is the device's current time by its last comparison with
    the server's, so the age of a change is right however long the file took to arrive; None, and with it the
    age, if they were never compared."""
    once = {change.change_id: change for change in bundle.changes}
    return Batch(
        attempt_id=attempt.id,
        student_id=attempt.student_id,
        changes=list(once.values()),
        arrived_at=now,
        sent_at=None if bundle.offset is None else now - bundle.offset,
        device=bundle.device,
    )


def _known(attempt: Attempt, changes: Collection[Change]) -> set[uuid.UUID]:
    ids = [change.change_id for change in changes]
    return set(
        db.session.scalars(
            select(AnswerChange.change_id).where(
                AnswerChange.attempt_id == attempt.id, AnswerChange.change_id.in_(ids)
            )
        )
    )


def _lost(attempt: Attempt, bundle: Bundle) -> list[dict[str, Any]]:
    """What the page knew to be saved and the server does not have: all of it is missing after the database
    was restored from an older backup."""
    found = set(
        db.session.execute(
            select(AnswerChange.question_id, AnswerChange.seq).where(
                AnswerChange.attempt_id == attempt.id,
                tuple_(AnswerChange.question_id, AnswerChange.seq).in_(bundle.acknowledged),
            )
        ).all()
    )
    return [
        {**late_views.place(attempt, question_id), "version": version}
        for question_id, version in bundle.acknowledged
        if (question_id, version) not in found
    ]


def _obstacle(attempt: Attempt) -> str | None:
    if attempt.status in SUBMITTED_STATES:
        return None
    return _CANCELLED if attempt.status == AttemptStatus.CANCELLED else _OPEN


def answers_key(attempt_id: uuid.UUID) -> str:
    """The key with which the page of this attempt encrypts its undelivered answers, in base64. Only its
    student may have it."""
    return b64encode(bundle_key(current_app.config["SECRET_KEY"], str(attempt_id))).decode()
