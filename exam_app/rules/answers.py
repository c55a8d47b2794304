"""Ordering and conflicts of changes: what a change does to the current answer."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

MERGE, LOCAL, SERVER = "merge", "local", "server"
_OLDEST = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Change:
    """One write of one answer, as it arrived. `base_version` None: based on whatever is current."""

    change_id: uuid.UUID
    question_id: int
    response: dict[str, Any]
    base_version: int | None = None
    flagged: bool = False
    time_spent: int = 0
    client_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class CurrentAnswer:
    """The current answer, which a new change is judged against."""

    version: int
    response: dict[str, Any]
    typed_at: datetime
    device: str | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`applies`: the change becomes the answer. `is_conflict`: its author had not seen the current answer."""

    applies: bool
    is_conflict: bool


def typed_at(client_time: datetime | None, sent_at: datetime | None, arrived_at: datetime) -> datetime:
    """When a change was made, by the server's clock.

    Both client times come from the device's own clock, so their difference is the age of the change even if
    that clock is wrong. Never later than the arrival. Without the time of sending, the device's clock is
    trusted: that orders the changes of one student but is no evidence. Without client times: the arrival.
    """
    if client_time is None:
        return arrived_at
    age = (sent_at or arrived_at) - client_time
    return arrived_at - min(max(age, timedelta(0)), _OLDEST)


def measured_at(
    client_time: datetime | None, sent_at: datetime | None, arrived_at: datetime
) -> datetime | None:
    """As `typed_at`, if the device measured the age of the change; otherwise None."""
    return typed_at(client_time, sent_at, arrived_at) if client_time and sent_at else None


def judge(
    change: Change,
    response: dict[str, Any],
    typed: datetime,
    device: str | None,
    current: CurrentAnswer | None,
    strategy: str,
) -> Verdict:
    """What `change` does to the current answer; `response` is its response in normal form.

    1. No current answer, or based on the current version: it applies.
    2. Based on an older version by the same device (an ack was lost, or a batch carries two): the one typed
       later wins, without a conflict.
    3. Based on an older version by another device: a conflict, resolved by `strategy`. With `merge` the one
       typed later wins, with `local` the change, with `server` the current answer.
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
