"""Replaying the log of changes: what the answers must be if the log is complete and correct."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol, TypeVar

from exam_app.rules.answers import Change, CurrentAnswer, judge

APPLIED, SUPERSEDED, LATE = "applied", "superseded", "late"


class LoggedChange(Protocol):
    """A row of the log; `seq` is the attempt's version after it."""

    @property
    def seq(self) -> int: ...
    @property
    def change_id(self) -> uuid.UUID: ...
    @property
    def question_id(self) -> int: ...
    @property
    def response(self) -> dict[str, Any]: ...
    @property
    def base_version(self) -> int: ...
    @property
    def typed_at(self) -> datetime: ...
    @property
    def device(self) -> str | None: ...
    @property
    def outcome(self) -> str: ...


Row = TypeVar("Row", bound=LoggedChange)


def replay(log: Iterable[Row], strategy: str) -> tuple[dict[int, Row], list[Row]]:
    """Judge every change again, in order of `seq`.

    :returns: the effective change for each question, and the changes whose recorded outcome differs from the
        rule's. The effective change follows the record, so a wrong outcome is reported once and not again for
        every later change.
    """
    in_force: dict[int, Row] = {}
    misjudged: list[Row] = []
    for entry in log:
        if entry.outcome == LATE:
            continue
        applies = _verdict(entry, in_force.get(entry.question_id), strategy)
        if entry.outcome != (APPLIED if applies else SUPERSEDED):
            misjudged.append(entry)
        if entry.outcome == APPLIED:
            in_force[entry.question_id] = entry
    return in_force, misjudged


def _verdict(entry: LoggedChange, before: LoggedChange | None, strategy: str) -> bool:
    change = Change(entry.change_id, entry.question_id, entry.response, entry.base_version)
    current = CurrentAnswer(before.seq, before.response, before.typed_at, before.device) if before else None
    return judge(change, entry.response, entry.typed_at, entry.device, current, strategy).applies
