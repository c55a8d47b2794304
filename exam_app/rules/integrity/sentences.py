"""The evidence of an alert as a neutral sentence: figures, and no conclusion."""

from __future__ import annotations

from typing import Any

from exam_app.rules import durations

_AWAY = "was away from the page"
_OFTEN = {
    "tab_switches": "left the page",
    "blurs": "used another window",
    "absence": _AWAY,
    "total_absence": _AWAY,
    "fullscreen_exits": "left full screen",
    "copies": "copied text",
    "pastes": "pasted text",
    "right_clicks": "opened the context menu",
    "silence": "was unreachable",
}
RULES = (*_OFTEN, "second_device", "address_changes", "fast_answers")


def seen(rule: str, evidence: dict[str, Any]) -> str:
    """The predicate after a student's name: ``left the page 4 times, 2 min 10 s in all; …``."""
    if rule == "second_device":
        return f"was open in two browsers at the same time for {durations.readable(evidence['seconds'])}"
    if rule == "address_changes":
        return f"worked from {evidence['changes'] + 1} networks"
    if rule == "fast_answers":
        return f"answered {evidence['count']} questions within {durations.readable(evidence['seconds'])}"
    words = f"{_OFTEN[rule]} {_times(evidence['count'])}"
    if evidence["seconds"] < 1:
        return words
    words += f", {durations.readable(evidence['seconds'])}"
    if evidence["count"] == 1:
        return words
    return f"{words} in all; the longest was {durations.readable(evidence['longestSeconds'])}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
