"""Order and conflict of changes: what a change does to the answer it meets."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

MERGE, LOCAL, SERVER = "merge", "local", "server"
_OLDEST = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Change:
    """One write of one answer, as it arrived. `base_version` None means: on whatever is current."""

    change_id: uuid.UUID
    question_id: int
    response: dict[str, Any]
    base_version: int | None = None
    flagged: bool = False
    time_spent: int = 0
    client_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class CurrentAnswer:
    """The answer that is in force: what a new change is judged against."""

    version: int
    response: dict[str, Any]
    typed_at: datetime
    device: str | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`applies`: the change becomes the answer. `is_conflict`: it met one its author had not seen."""

    applies: bool
    is_conflict: bool


def typed_at(client_time: datetime | None, sent_at: datetime | None, arrived_at: datetime) -> datetime:
    """When a change was made, by the server's clock.

    Both client times are of the device's own clock, so their difference is the change's age whatever
    that clock shows. Never later than the arrival; without client times it is the arrival.
    """
    if client_time is None:
        return arrived_at
    age = (sent_at or arrived_at) - client_time
    return arrived_at - min(max(age, timedelta(0)), _OLDEST)


def judge(
    change: Change,
    response: dict[str, Any],
    typed: datetime,
    device: str | None,
    current: CurrentAnswer | None,
    strategy: str,
) -> Verdict:
    """What `change` does to the answer in force; `response` is its response in normal form.

    1. Nothing there, or made on the version that is there: it applies.
    2. Made on an older version by the same device (an ack was lost, a batch carries two): the one
       typed later stands, and nobody needs to be told.
    3. Made on an older version by another device: a conflict, resolved by `strategy`. `merge` lets
       the one typed later win, `local` the change, `server` what is there.
    """
    if current is None or change.base_version is None or change.base_version >= current.version:
        return Verdict(applies=True, is_conflict=False)
    typed_later = typed >= current.typed_at
    if device is not None and device == current.device:
        return Verdict(applies=typed_later, is_conflict=False)
    if response == current.response:
        return Verdict(applies=typed_later, is_conflict=False)
    applies = strategy == LOCAL or (strategy == MERGE and typed_later)
    return Verdict(applies=applies, is_conflict=True)
