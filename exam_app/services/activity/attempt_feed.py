"""Reading the log of attempts as it grows, without missing an entry.

Log ids are assigned at INSERT and become visible at COMMIT, which is another order: a reader that has read up
to 6 and continues after it would miss a 5 that is committed later. So entries are read in the order of the
transactions that wrote them (the row's `xmin`), and only those of transactions older than every running one:
no earlier entry can appear any more. A position is the pair of transaction and entry, and any client may
store it.

The statements bypass the ORM; the caller has checked access to the attempts before.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, BigInteger, Uuid, bindparam, text

from exam_app import clock
from exam_app.extensions import db
from exam_app.realtime.shapes import ActivityEvent
from exam_app.rules.attempt_events import VISIBLE_TO_STUDENTS, Head
from exam_app.rules.attempt_states import AttemptStatus
from exam_app.services.activity.activities import describe_event

MOST_AT_ONCE = 500

_HEADS = text(
    """
    SELECT a.id, a.status, a.version, a.answered_count, a.deadline_at, a.submitted_at, a.receipt
      FROM attempts a
     WHERE a.id = ANY(:attempts)
    """
).bindparams(bindparam("attempts", type_=ARRAY(Uuid)))

_HORIZON = text(
    """
    SELECT pg_snapshot_xmin(s)::text::bigint AS complete, pg_snapshot_xmax(s)::text::bigint AS next
      FROM pg_current_snapshot() AS s
    """
)

# xmin has the lower 32 bits of the 64-bit transaction number; the upper ones are taken from `next`, assuming
# an age below 2^32. A row may be newer than `next`: then it is not complete either.
_ENTRIES = text(
    """
    SELECT x.number, a.id, a.at, a.type, a.attempt_id, a.student_id, a.details,
           trim(u.first_name || ' ' || u.last_name) AS student_name
      FROM unnest(:attempts, :numbers, :ids) AS known(attempt_id, number, id)
      JOIN activities a ON a.attempt_id = known.attempt_id
      CROSS JOIN LATERAL (SELECT :next - mod(:next - a.xmin::text::bigint, 4294967296) AS number) x
      LEFT JOIN users u ON u.id = a.student_id
     WHERE x.number < :complete AND (x.number, a.id) > (known.number, known.id)
     ORDER BY x.number, a.id
     LIMIT :most
    """
).bindparams(
    bindparam("attempts", type_=ARRAY(Uuid)),
    bindparam("numbers", type_=ARRAY(BigInteger)),
    bindparam("ids", type_=ARRAY(BigInteger)),
)


class Position(NamedTuple):
    """A position in the log: the number of the transaction, and the entry's id. Written `12-34`."""

    number: int
    id: int

    def __str__(self) -> str:
        return f"{self.number}-{self.id}"

    @classmethod
    def read(cls, written: str) -> Position | None:
        """None if it is not a valid position."""
        number, _, id = written.partition("-")
        digits = number.isascii() and number.isdigit() and (id or "0").isascii() and (id or "0").isdigit()
        if not digits or len(written) > 40:
            return None
        position = cls(int(number), int(id or 0))
        return position if max(position) < 2**63 else None


START = Position(0, 0)


class Horizon(NamedTuple):
    """Transactions below `complete` have ended; `next` is the number of the first that had not begun."""

    complete: int
    next: int

    @property
    def here(self) -> Position:
        """The position after everything that can be read by now."""
        return Position(self.complete, 0)


@dataclass(frozen=True)
class Entry:
    position: Position
    attempt_id: uuid.UUID
    type: str
    event: ActivityEvent

    def visible_to(self, is_student: bool) -> ActivityEvent | None:
        """As an event of the feed; for students without details, and None if it is not for them."""
        if not is_student:
            return self.event
        return {**self.event, "details": {}} if self.type in VISIBLE_TO_STUDENTS else None


def heads(attempt_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Head]:
    """The state of these attempts. Read it before the horizon: see `Horizon.next`."""
    rows = db.session.connection().execute(_HEADS, {"attempts": list(attempt_ids)})
    return {row.id: Head(AttemptStatus(row.status), *row[2:]) for row in rows}


def horizon() -> Horizon:
    return Horizon(*db.session.connection().execute(_HORIZON).one())


def entries_after(known: Mapping[uuid.UUID, Position], until: Horizon) -> list[Entry]:
    """The log entries after the known positions of these attempts, in order; the first `MOST_AT_ONCE`."""
    # A position that this database cannot have issued (it was restored) is ignored.
    places = [place if place.number <= until.next else START for place in known.values()]
    rows = db.session.connection().execute(
        _ENTRIES,
        {
            "attempts": list(known),
            "numbers": [place.number for place in places],
            "ids": [place.id for place in places],
            **until._asdict(),
            "most": MOST_AT_ONCE,
        },
    )
    return [_entry(row) for row in rows]


def describe_head(attempt_id: uuid.UUID, head: Head, now: datetime) -> dict[str, Any]:
    """The state of an attempt, as included in every event about it."""
    return {
        "attemptId": str(attempt_id),
        "status": head.status.value,
        "version": head.version,
        "questionsAnswered": head.answered_count,
        "expiresAt": clock.iso(head.deadline_at),
        "submittedAt": clock.iso(head.submitted_at),
        "receipt": head.receipt,
        "serverTime": clock.iso(now),
    }


def _entry(row: Any) -> Entry:
    described = describe_event(
        row.id, row.type, row.at, row.student_id, row.student_name, row.attempt_id, row.details
    )
    return Entry(Position(row.number, row.id), row.attempt_id, row.type, described)
