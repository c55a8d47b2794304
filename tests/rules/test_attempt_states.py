"""Every transition from every state, allowed or not."""

from __future__ import annotations

import pytest

from exam_app.rules.attempt_states import (
    OPEN,
    SESSION_TRANSITIONS,
    SUBMITTED_STATES,
    TRANSITIONS,
    AttemptStatus,
    SessionStatus,
    session_sources,
    sources,
)

# rows: from; columns: to, in the order of the enum
ATTEMPTS = """
             not_started in_progress paused submitted expired graded cancelled
not_started  -           yes         -      -         -       -      yes
in_progress  -           -           yes    yes       yes     -      yes
paused       -           yes         -      yes       -       -      yes
submitted    -           yes         -      -         -       yes    -
expired      -           yes         -      -         -       yes    -
graded       -           yes         -      -         -       -      -
cancelled    -           -           -      -         -       -      -
"""
SESSIONS = """
             scheduled waiting in_progress completed cancelled
scheduled    -         yes     -           -         yes
waiting      -         -       yes         -         yes
in_progress  -         -       -           yes       -
completed    -         -       yes         -         -
cancelled    -         -       -           -         -
"""


def cells(table: str) -> list[tuple[str, str, bool]]:
    head, *rows = table.strip().splitlines()
    return [
        (row.split()[0], target, word == "yes")
        for row in rows
        for target, word in zip(head.split(), row.split()[1:], strict=True)
    ]


def test_the_tables_here_are_complete() -> None:
    assert len(cells(ATTEMPTS)) == len(AttemptStatus) ** 2
    assert len(cells(SESSIONS)) == len(SessionStatus) ** 2


@pytest.mark.parametrize(("source", "target", "allowed"), cells(ATTEMPTS))
def test_attempts(source: str, target: str, allowed: bool) -> None:
    before, after = AttemptStatus(source), AttemptStatus(target)
    assert (after in TRANSITIONS[before]) is allowed
    assert (before in sources(after)) is allowed


@pytest.mark.parametrize(("source", "target", "allowed"), cells(SESSIONS))
def test_sessions(source: str, target: str, allowed: bool) -> None:
    before, after = SessionStatus(source), SessionStatus(target)
    assert (after in SESSION_TRANSITIONS[before]) is allowed
    assert (before in session_sources(after)) is allowed


def test_every_attempt_is_open_or_submitted_or_cancelled() -> None:
    assert set(AttemptStatus) == OPEN | SUBMITTED_STATES | {AttemptStatus.CANCELLED}
    assert not OPEN & SUBMITTED_STATES
