"""The effect of a change on the current answer."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_app.rules.answers import LOCAL, MERGE, SERVER, Change, CurrentAnswer, Verdict, judge, typed_at
from tests.helpers.times import NOW, later

OAK, FERN = {"selectedOptionIds": [1]}, {"selectedOptionIds": [2]}
CURRENT = CurrentAnswer(version=3, response=OAK, typed_at=NOW, device="laptop")


def change(base_version: int | None) -> Change:
    return Change(uuid.uuid4(), 1, FERN, base_version=base_version)


@pytest.mark.parametrize("strategy", [MERGE, LOCAL, SERVER])
@pytest.mark.parametrize("base_version", [None, 3, 4])
def test_a_change_on_what_is_there_applies(strategy: str, base_version: int | None) -> None:
    verdict = judge(change(base_version), FERN, later(-60), "phone", CURRENT, strategy)
    assert verdict == Verdict(applies=True, is_conflict=False)


@pytest.mark.parametrize("base_version", [None, 0, 7])
def test_the_first_change_applies(base_version: int | None) -> None:
    assert judge(change(base_version), FERN, NOW, None, None, SERVER) == Verdict(True, False)


@pytest.mark.parametrize(
    ("strategy", "typed", "device", "response", "applies", "is_conflict"),
    [
        (MERGE, later(1), "phone", FERN, True, True),
        (MERGE, NOW, "phone", FERN, True, True),
        (MERGE, later(-1), "phone", FERN, False, True),
        (LOCAL, later(-1), "phone", FERN, True, True),
        (SERVER, later(1), "phone", FERN, False, True),
        # the same device: an ack was lost, there is nothing to report
        (MERGE, later(1), "laptop", FERN, True, False),
        (MERGE, later(-1), "laptop", FERN, False, False),
        (SERVER, later(1), "laptop", FERN, True, False),
        # a device without an id counts as another one
        (MERGE, later(-1), None, FERN, False, True),
        # the same response twice is no conflict
        (MERGE, later(1), "phone", OAK, True, False),
        (SERVER, later(-1), "phone", OAK, False, False),
    ],
)
def test_a_change_on_an_older_version(
    strategy: str,
    typed: datetime,
    device: str | None,
    response: dict[str, Any],
    applies: bool,
    is_conflict: bool,
) -> None:
    verdict = judge(change(2), response, typed, device, CURRENT, strategy)
    assert verdict == Verdict(applies, is_conflict)


def test_devices_without_a_name_are_not_the_same_device() -> None:
    current = CurrentAnswer(version=3, response=OAK, typed_at=NOW, device=None)
    assert judge(change(2), FERN, later(1), None, current, SERVER) == Verdict(False, True)


@pytest.mark.parametrize(
    ("client_time", "sent_at", "expected"),
    [
        (None, None, NOW),
        (None, later(5), NOW),
        (later(-30), None, later(-30)),  # without the time of sending the device's clock is trusted
        (later(-30), later(0), later(-30)),
        (later(3570), later(3600), later(-30)),  # an hour ahead: only the age matters
        (later(10), later(5), NOW),  # typed after it was sent: never later than its arrival
        (later(10), None, NOW),
        (NOW - timedelta(days=4000), NOW, NOW - timedelta(days=365)),
    ],
)
def test_when_a_change_was_typed(
    client_time: datetime | None, sent_at: datetime | None, expected: datetime
) -> None:
    assert typed_at(client_time, sent_at, NOW) == expected


@given(client=st.integers(-(10**8), 10**8), sent=st.integers(-(10**8), 10**8))
def test_never_typed_later_than_it_arrived(client: int, sent: int) -> None:
    assert typed_at(later(client), later(sent), NOW) <= NOW


@given(moments=st.lists(st.integers(0, 3600), min_size=1, max_size=20, unique=True))
def test_merging_gives_the_change_typed_last_in_whatever_order_they_arrive(moments: list[int]) -> None:
    current: CurrentAnswer | None = None
    for number, moment in enumerate(moments, start=1):
        response, typed = {"text": str(moment)}, later(moment)
        if judge(change(0), response, typed, f"device {number}", current, MERGE).applies:
            current = CurrentAnswer(number, response, typed, f"device {number}")
    assert current is not None
    assert current.response == {"text": str(max(moments))}
