"""What a test asks of the exam page, and from when on each rule speaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Settings = Mapping[str, Any]

PAGE_RULES = ("preventCopy", "preventPaste", "preventRightClick", "requireFullscreen")
"""What the exam page does: off, unless the test says otherwise."""

THRESHOLDS: dict[str, tuple[int, int]] = {
    # How often it was seen.
    "tabSwitches": (3, 1000),
    "blurs": (5, 1000),
    "fullscreenExits": (2, 1000),
    "copies": (3, 1000),
    "pastes": (3, 1000),
    "rightClicks": (5, 1000),
    # One phone between Wi-Fi and its own network changes once for no reason that matters.
    "addressChanges": (2, 1000),
    # Seconds away from the page: at once, and in all.
    "absenceSeconds": (30, 86_400),
    "totalAbsenceSeconds": (120, 86_400),
    # Seconds without a sign of the page, minutes in which the service itself was away taken off.
    "silenceSeconds": (120, 86_400),
    # Seconds for which two browsers or devices were both open.
    "secondDeviceSeconds": (15, 86_400),
    # Seconds an answer, over several in a row, that are too few to read a question in.
    "fastAnswerSeconds": (2, 600),
}
"""Each threshold's default and the largest value that makes sense; None in a test's settings: off."""

DEFAULTS: dict[str, Any] = {
    **dict.fromkeys(PAGE_RULES, False),
    **{name: default for name, (default, _) in THRESHOLDS.items()},
}


def complete(stored: Settings | None) -> dict[str, Any]:
    """All settings: what a test or paper has, and the defaults for the rest. Older papers have none."""
    return {**DEFAULTS, **(stored or {})}


def page_rules(settings: Settings) -> dict[str, bool]:
    """The part that the exam page is told; thresholds stay here."""
    return {name: settings[name] for name in PAGE_RULES}
