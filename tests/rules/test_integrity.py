"""Each rule: at its threshold and just below it, switched off, and with a text that accuses nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_app.rules.activity_sentences import VIOLATION_TYPES
from exam_app.rules.integrity import checks, sentences
from exam_app.rules.integrity.checks import FAST_RUN, Gap, Page, Violation
from exam_app.rules.integrity.settings import DEFAULTS, PAGE_RULES, THRESHOLDS, complete, page_rules
from tests.helpers.times import NOW, later

OFTEN = {
    "tab_switch": (checks.tab_switches, "tabSwitches"),
    "blur": (checks.blurs, "blurs"),
    "fullscreen_exit": (checks.fullscreen_exits, "fullscreenExits"),
    "copy": (checks.copies, "copies"),
    "paste": (checks.pastes, "pastes"),
    "right_click": (checks.right_clicks, "rightClicks"),
}
LAPTOP = {"address": "10.0.0.1", "agent": "Firefox", "device": "laptop"}
PHONE = {"address": "10.0.0.2", "agent": "Safari", "device": "phone"}


def settings(**changed: Any) -> dict[str, Any]:
    return complete(changed)


def page(since: float, last_seen: float, **origin: Any) -> Page:
    return Page(**{**LAPTOP, **origin}, since=later(since), last_seen=later(last_seen))


# --- reports of the page ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", OFTEN)
def test_a_rule_fires_at_its_threshold(kind: str) -> None:
    rule, threshold = OFTEN[kind]
    asked = settings(**{threshold: 3})
    others = [Violation(other, 5) for other in OFTEN if other != kind] * 3
    assert rule(others + [Violation(kind, 1)] * 2, asked) is None
    found = rule([*others, Violation(kind, 1), Violation(kind, 4.6), Violation(kind, 2.5)], asked)
    assert found == {"count": 3, "seconds": 8, "longestSeconds": 4}


def test_every_kind_of_violation_has_its_rule() -> None:
    assert set(checks.REPORTED) == set(VIOLATION_TYPES) == set(OFTEN)
    assert all(OFTEN[kind][0] in rules for kind, rules in checks.REPORTED.items())


def test_a_long_absence() -> None:
    asked = settings(absenceSeconds=30)
    assert (
        checks.absence([Violation("tab_switch", 29.9), Violation("blur", 29.9), Violation("copy", 60)], asked)
        is None
    )
    found = checks.absence([Violation("tab_switch", 2), Violation("blur", 30)], asked)
    assert found == {"count": 2, "seconds": 32, "longestSeconds": 30}


def test_a_long_total_absence() -> None:
    asked = settings(totalAbsenceSeconds=120)
    assert checks.total_absence([Violation("tab_switch", 29)] * 4, asked) is None
    found = checks.total_absence([Violation("tab_switch", 24)] * 5, asked)
    assert found == {"count": 5, "seconds": 120, "longestSeconds": 24}


@given(
    seen=st.lists(st.builds(Violation, st.sampled_from(VIOLATION_TYPES), st.floats(0, 86_400))),
    more=st.builds(Violation, st.sampled_from(VIOLATION_TYPES), st.floats(0, 86_400)),
)
def test_more_observations_never_clear_a_finding(seen: list[Violation], more: Violation) -> None:
    """Further observations never remove evidence, and a rule that is off reports nothing."""
    off = settings(**dict.fromkeys(THRESHOLDS))
    for rules in checks.REPORTED.values():
        for rule in rules:
            found = rule(seen, settings())
            assert found is None or rule([*seen, more], settings()) is not None
            assert found is None or found["longestSeconds"] <= found["seconds"]
            assert rule(seen, off) is None


# --- devices and client IPs ---------------------------------------------------------------------


def test_two_devices_at_the_same_time() -> None:
    asked = settings(secondDeviceSeconds=15)
    laptop = page(0, 100)
    assert checks.second_device([laptop, page(80, 94, **PHONE)], asked) is None
    assert checks.second_device([laptop, page(80, 95, **PHONE)], asked) == {"seconds": 15}
    assert checks.second_device([laptop, page(80, 95, **PHONE)], settings(secondDeviceSeconds=None)) is None


@pytest.mark.parametrize(
    ("other", "is_another"),
    [
        ({}, False),  # a second tab
        ({"address": "10.0.0.9"}, False),  # the same browser, on another network
        ({"device": None}, False),  # it has not identified itself, and has the same client IP
        ({"device": "phone"}, True),  # two machines with the same client IP
        ({"device": None, "agent": "Safari"}, True),
        ({"device": None, "address": "10.0.0.9"}, True),
    ],
)
def test_what_counts_as_another_device(other: dict[str, Any], is_another: bool) -> None:
    found = checks.second_device([page(0, 100), page(0, 100, **other)], settings())
    assert (found is not None) is is_another


def test_moving_to_another_network_is_no_second_device() -> None:
    """The old connection becomes silent when the new one opens."""
    old = page(0, 60, device=None)
    assert checks.second_device([old, page(61, 100, device=None, address="10.0.0.9")], settings()) is None


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), st.sampled_from([LAPTOP, PHONE]))))
def test_the_order_of_connections_does_not_matter(drawn: list[tuple[int, int, dict[str, str]]]) -> None:
    pages = [page(min(a, b), max(a, b), **origin) for a, b, origin in drawn]
    assert checks.second_device(pages, settings()) == checks.second_device(pages[::-1], settings())


@pytest.mark.parametrize(
    ("client_ips", "changes"),
    [
        (["10.0.0.1"], 0),
        (["10.0.0.1", "10.0.0.2", "10.0.0.1"], 1),
        (["2001:db8::1", "2001:db8::ffff:2"], 0),
        (["2001:db8::1", "2001:db8:0:1::1"], 1),
        (["10.0.0.1", "::ffff:10.0.0.1"], 0),
        (["10.0.0.1", "unix:"], 1),
    ],
)
def test_changes_of_the_network(client_ips: list[str], changes: int) -> None:
    assert checks.address_changes(client_ips, settings(addressChanges=changes + 1)) is None
    found = checks.address_changes(client_ips, settings(addressChanges=max(1, changes)))
    assert found == ({"changes": changes} if changes else None)
    assert checks.address_changes(client_ips, settings(addressChanges=None)) is None


# --- pace and silence ---------------------------------------------------------------------------


@pytest.mark.parametrize(("apart", "is_fast"), [(1.99, True), (2, False)])
def test_answers_faster_than_one_can_read(apart: float, is_fast: bool) -> None:
    slow = [later(600 + 60 * i) for i in range(5)]
    fast = [later(apart * i) for i in range(FAST_RUN)]
    found = checks.fast_answers([*slow, *reversed(fast)], settings(fastAnswerSeconds=2))
    assert found == ({"count": FAST_RUN, "seconds": 7} if is_fast else None)
    assert checks.fast_answers(fast, settings(fastAnswerSeconds=None)) is None
    assert checks.fast_answers(fast[1:], settings(fastAnswerSeconds=600)) is None


@given(st.lists(st.tuples(st.floats(0, 30), st.integers(1, 3)), min_size=1, max_size=12))
def test_the_quick_check_misses_nothing(saves: list[tuple[float, int]]) -> None:
    """If the pace over all saves was too fast, the cheap check requested a full one at some save, after its
    last answer had arrived.
    """
    at, moments, before, asked = NOW, [], None, False
    for apart, more in saves:
        at += timedelta(seconds=apart)
        since = None if before is None else at - before
        moments += [at] * more
        before = at
        if checks.may_be_rapid_guessing(more, len(moments), since, settings()):
            asked = asked or checks.fast_answers(moments, settings()) is not None
    assert asked == (checks.fast_answers(moments, settings()) is not None)


def test_a_save_without_a_first_answer_is_not_examined() -> None:
    assert not checks.may_be_rapid_guessing(0, 9, timedelta(0), settings())
    assert not checks.may_be_rapid_guessing(-1, 9, timedelta(0), settings())
    assert not checks.may_be_rapid_guessing(4, 4, timedelta(0), settings())
    assert not checks.may_be_rapid_guessing(5, 9, timedelta(0), settings(fastAnswerSeconds=None))


def test_a_long_silence() -> None:
    asked = settings(silenceSeconds=120)
    gaps = [Gap(NOW, later(40)), Gap(later(100), later(219))]
    assert checks.silence(gaps, [], asked) is None
    longer = [*gaps, Gap(later(300), later(420))]
    assert checks.silence(longer, [], asked) == {"count": 3, "seconds": 279, "longestSeconds": 120}
    assert checks.silence(longer, [], settings(silenceSeconds=None)) is None
    assert checks.silence([], [], asked) is None


def test_an_outage_is_not_counted_as_silence() -> None:
    gap, asked = [Gap(later(100), later(300))], settings(silenceSeconds=120)
    half = Gap(later(50), later(181))
    assert checks.silence(gap, [Gap(NOW, later(100)), Gap(later(300), later(400))], asked) is not None
    assert checks.silence(gap, [half], asked) is None
    assert checks.silence(gap, [Gap(later(50), later(180))], asked) == {
        "count": 1,
        "seconds": 120,
        "longestSeconds": 120,
    }
    assert checks.silence(gap, [half, half], settings(silenceSeconds=119)) is not None  # counted once


# --- settings and texts -------------------------------------------------------------------------


def test_settings_missing_in_a_test_get_their_default() -> None:
    assert complete(None) == complete({}) == DEFAULTS
    assert complete({"blurs": None})["blurs"] is None
    assert page_rules(complete({"preventCopy": True})) == {name: name == "preventCopy" for name in PAGE_RULES}


BY_PAGE = " (measured by the exam page)"


@pytest.mark.parametrize(
    ("rule", "evidence", "sentence"),
    [
        (
            "tab_switches",
            {"count": 4, "seconds": 130, "longestSeconds": 48},
            "left the page 4 times, 2 min 10 s in all; the longest was 48 s" + BY_PAGE,
        ),
        (
            "absence",
            {"count": 1, "seconds": 45, "longestSeconds": 45},
            "was away from the page once, 45 s" + BY_PAGE,
        ),
        ("pastes", {"count": 3, "seconds": 0, "longestSeconds": 0}, "pasted text 3 times"),
        (
            "second_device",
            {"seconds": 75},
            "was open in two browsers at the same time for 1 min 15 s (seen by the server, to about 10 s)",
        ),
        ("address_changes", {"changes": 2}, "worked from 3 networks"),
        ("fast_answers", {"count": 5, "seconds": 7}, "answered 5 questions within 7 s" + BY_PAGE),
        (
            "silence",
            {"count": 2, "seconds": 300, "longestSeconds": 200},
            "was unreachable 2 times, 5 min in all; the longest was 3 min 20 s"
            " (noticed by the server within 35 s)",
        ),
    ],
)
def test_evidence_as_a_sentence(rule: str, evidence: dict[str, Any], sentence: str) -> None:
    assert sentences.seen(rule, evidence) == sentence


def test_every_rule_has_a_message() -> None:
    reported = {rule.__name__ for rules in checks.REPORTED.values() for rule in rules}
    assert reported | {"second_device", "address_changes", "fast_answers", "silence"} == set(sentences.RULES)
