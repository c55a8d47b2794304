"""What a test asks of the exam page, and the threshold of each rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Settings = Mapping[str, Any]

PAGE_RULES = ("preventCopy", "preventPaste", "preventRightClick", "requireFullscreen")
"""What the exam page does; all off by default."""

THRESHOLDS: dict[str, tuple[int, int]] = {
    # How often it happened.
    "tabSwitches": (3, 1000),
    "blurs": (5, 1000),
    "fullscreenExits": (2, 1000),
    "copies": (3, 1000),
    "pastes": (3, 1000),
    "rightClicks": (5, 1000),
    # A phone that switches from Wi-Fi to mobile data changes its address once, for no relevant reason.
    "addressChanges": (2, 1000),
    # Seconds away from the page: in one absence, and in total.
    "absenceSeconds": (30, 86_400),
    "totalAbsenceSeconds": (120, 86_400),
    # Seconds without a heartbeat of the page, minus outages of the service.
    "silenceSeconds": (120, 86_400),
    # Seconds in which two browsers or devices were open at the same time.
    "secondDeviceSeconds": (15, 86_400),
    # Seconds per answer, over several in a row, that are too few to read a question.
    "fastAnswerSeconds": (2, 600),
}
"""Each threshold's default and largest permitted value; None in a test's settings: off."""

DEFAULTS: dict[str, Any] = {
    **dict.fromkeys(PAGE_RULES, False),
    **{name: default for name, (default, _) in THRESHOLDS.items()},
}


def complete(stored: Settings | None) -> dict[str, Any]:
    """All settings: those of a test or paper, and defaults for the rest. Older papers have none."""
    return {**DEFAULTS, **(stored or {})}


def page_rules(settings: Settings) -> dict[str, bool]:
    """The part that is sent to the exam page; thresholds stay on the server."""
    return {name: settings[name] for name in PAGE_RULES}
