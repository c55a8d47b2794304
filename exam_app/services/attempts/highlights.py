"""Students' highlights in the passages of a paper."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from exam_app import clock
from exam_app.errors import AttemptNotInProgress, Conflict, InvalidInput, NotFound
from exam_app.extensions import db
from exam_app.infrastructure import after_commit
from exam_app.models import Attempt, Highlight, User
from exam_app.realtime import deltas, student_row
from exam_app.rules.attempt_states import AttemptStatus
from exam_app.rules.passages import MOST_MARKED, length, stretch
from exam_app.services.activity import activities
from exam_app.services.authoring import papers
from exam_app.services.organizations.visibility import own_attempt

MOST = 500
"""Maximum number of highlights of an attempt at a time."""

_CURRENT = (
    select(Highlight)
    .where(Highlight.attempt_id == bindparam("attempt"), Highlight.removed_at.is_(None))
    .order_by(Highlight.at, Highlight.id)
)


def add(
    student: User,
    attempt_id: uuid.UUID,
    highlight_id: uuid.UUID | None,
    passage_id: int,
    text: str,
    start: int,
    end: int,
    now: datetime,
) -> dict[str, Any]:
    """Store a highlight. The same `highlight_id` a second time changes nothing. Commits.

    :returns: `{highlightId, highlights}`: its id, and how many there are now.
    :raises InvalidInput: the passage does not have this text at this place.
    :raises Conflict: there are too many, or the id is that of another attempt's highlight.
    :raises AttemptNotInProgress: the attempt is closed or paused.
    """
    attempt = _lock_attempt(student, attempt_id)
    _check(attempt, passage_id, text, start, end)
    highlight_id = highlight_id or uuid.uuid4()
    values = {
        "id": highlight_id,
        "attempt_id": attempt.id,
        "passage_id": passage_id,
        "start": start,
        "end": end,
        "text": text,
        "at": now,
    }
    added = db.session.scalar(
        insert(Highlight).values(values).on_conflict_do_nothing().returning(Highlight.id)
    )
    if added is None:
        _own_highlight(attempt, highlight_id)
        db.session.rollback()
    elif attempt.highlight_count >= MOST:
        db.session.rollback()
        raise Conflict(f"There are already {MOST} highlights, which is the maximum. Remove one first.")
    else:
        attempt.highlight_count += 1
        place = {"passageId": passage_id, "text": text, "start": start, "end": end}
        _record_and_publish(student, attempt, "text_highlighted", now, **place)
    return {"highlightId": str(highlight_id), "highlights": attempt.highlight_count}


def remove(student: User, attempt_id: uuid.UUID, highlight_id: uuid.UUID, now: datetime) -> dict[str, Any]:
    """Remove a highlight; it stays on record. A second time changes nothing. Commits.

    :returns: `{highlights}`: how many are left.
    :raises NotFound: the attempt has no such highlight.
    :raises AttemptNotInProgress: the attempt is closed or paused.
    """
    attempt = _lock_attempt(student, attempt_id)
    highlight = _own_highlight(attempt, highlight_id)
    if highlight.removed_at is not None:
        db.session.rollback()
    else:
        highlight.removed_at = now
        attempt.highlight_count -= 1
        place = {"passageId": highlight.passage_id, "start": highlight.start, "end": highlight.end}
        _record_and_publish(student, attempt, "highlight_removed", now, **place)
    return {"highlights": attempt.highlight_count}


def current(attempt: Attempt) -> list[dict[str, Any]]:
    """The current highlights for the exam page, in the order they were made."""
    return [_describe(row) for row in db.session.scalars(_CURRENT, {"attempt": attempt.id})]


def history(attempt: Attempt) -> list[dict[str, Any]]:
    """All highlights, for staff: with the passage's title, and when they were removed."""
    passages = papers.compiled(attempt.paper_id).passages
    query = select(Highlight).where(Highlight.attempt_id == attempt.id)
    return [
        {
            **_describe(row),
            "passageTitle": passages[row.passage_id]["title"],
            "at": clock.iso(row.at),
            "removedAt": clock.iso(row.removed_at),
        }
        for row in db.session.scalars(query.order_by(Highlight.at, Highlight.id))
    ]


def _describe(row: Highlight) -> dict[str, Any]:
    return {
        "highlightId": str(row.id),
        "passageId": row.passage_id,
        "start": row.start,
        "end": row.end,
        "text": row.text,
    }


def _lock_attempt(student: User, attempt_id: uuid.UUID) -> Attempt:
    """The running attempt, locked until the commit, so that its highlights are counted one after the
    other."""
    attempt = own_attempt(student, attempt_id)
    db.session.refresh(attempt, with_for_update={"key_share": True, "of": Attempt})
    if attempt.status != AttemptStatus.IN_PROGRESS:
        status = attempt.status.value
        db.session.rollback()
        raise AttemptNotInProgress(details={"status": status})
    return attempt


def _own_highlight(attempt: Attempt, highlight_id: uuid.UUID) -> Highlight:
    highlight = db.session.get(Highlight, highlight_id)
    if highlight is None or highlight.attempt_id != attempt.id:
        db.session.rollback()
        raise NotFound("This attempt has no highlight with this id. Reload the page.")
    return highlight


def _check(attempt: Attempt, passage_id: int, text: str, start: int, end: int) -> None:
    passage = papers.compiled(attempt.paper_id).passages.get(passage_id)
    if passage is None:
        raise InvalidInput(details={"passageId": ["The paper has no such passage. Reload the page."]})
    marked = stretch(passage["text"], start, end)
    if marked is None:
        raise InvalidInput(details={"end": ["Send positions within the passage, the end after the start."]})
    if text != marked and not (length(text) == MOST_MARKED and marked.startswith(text)):
        raise InvalidInput(
            details={"text": ["The passage has another text at this position. Reload the page."]}
        )


def _record_and_publish(student: User, attempt: Attempt, kind: str, now: datetime, **details: Any) -> None:
    activity = activities.record(
        kind,
        now,
        attempt.organization_id,
        session_id=attempt.session_id,
        attempt_id=attempt.id,
        student_id=student.id,
        actor_id=student.id,
        **details,
    )
    event = activities.describe(activity, student.full_name)
    change = student_row.counted(highlights=attempt.highlight_count)
    after_commit.run(deltas.student_changed, attempt.session_id, student.id, change, event)
    db.session.commit()
