"""The events that follow from the previous and the new state of an attempt."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from exam_app.rules.attempt_events import Head, events_between
from exam_app.rules.attempt_states import TRANSITIONS, AttemptStatus
from tests.helpers.times import NOW, minutes

S = AttemptStatus
HEAD = Head(S.IN_PROGRESS, 3, 2, minutes(30), None, None)


@pytest.mark.parametrize(
    ("change", "events"),
    [
        ({}, []),
        ({"version": 4}, ["answers_changed"]),
        ({"deadline_at": minutes(40)}, ["deadline_changed"]),
        ({"status": S.PAUSED}, ["attempt_paused"]),
        ({"status": S.SUBMITTED, "submitted_at": NOW}, ["attempt_closed"]),
        ({"status": S.EXPIRED}, ["attempt_closed"]),
        ({"status": S.CANCELLED}, ["attempt_closed"]),
        ({"status": S.GRADED, "receipt": "AB"}, ["attempt_closed", "attempt_graded"]),
        ({"version": 4, "deadline_at": minutes(40)}, ["answers_changed", "deadline_changed"]),
    ],
)
def test_a_running_attempt(change: dict[str, Any], events: list[str]) -> None:
    assert events_between(HEAD, replace(HEAD, **change)) == events


@pytest.mark.parametrize(
    ("before", "after", "events"),
    [
        (S.PAUSED, S.IN_PROGRESS, ["attempt_resumed"]),
        (S.PAUSED, S.SUBMITTED, ["attempt_closed"]),
        (S.SUBMITTED, S.GRADED, ["attempt_graded"]),
        (S.EXPIRED, S.GRADED, ["attempt_graded"]),
        (S.EXPIRED, S.IN_PROGRESS, ["attempt_reopened"]),
        (S.GRADED, S.PAUSED, ["attempt_reopened"]),
    ],
)
def test_other_transitions(before: S, after: S, events: list[str]) -> None:
    assert events_between(replace(HEAD, status=before), replace(HEAD, status=after)) == events


def test_every_transition_has_an_event() -> None:
    for before, afters in TRANSITIONS.items():
        for after in afters:
            assert events_between(replace(HEAD, status=before), replace(HEAD, status=after)), (before, after)


def test_a_receipt_that_arrives_afterwards() -> None:
    closed = replace(HEAD, status=S.SUBMITTED)
    assert events_between(closed, replace(closed, receipt="AB")) == ["attempt_closed"]
