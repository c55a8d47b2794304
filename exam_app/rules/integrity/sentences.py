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
BY_PAGE = "measured by the exam page"
_SOURCES = {
    "silence": "noticed by the server within 35 s",
    "second_device": "seen by the server, to about 10 s",
}
"""How a duration is known, if not from the exam page. 35 s are the ping interval and timeout of Socket.IO,
10 s the interval of heartbeats."""
RULES = (*_OFTEN, "second_device", "address_changes", "fast_answers")


def seen(rule: str, evidence: dict[str, Any]) -> str:
    """The predicate after a student's name: ``left the page 4 times, 2 min 10 s in all; …``, and how a
    duration is known."""
    if rule == "address_changes":
        return f"worked from {evidence['changes'] + 1} networks"
    if rule in _OFTEN and evidence["seconds"] < 1:
        return _often(rule, evidence)
    return f"{_lasting(rule, evidence)} ({_SOURCES.get(rule, BY_PAGE)})"


def _lasting(rule: str, evidence: dict[str, Any]) -> str:
    seconds = durations.readable(evidence["seconds"])
    if rule == "second_device":
        return f"was open in two browsers at the same time for {seconds}"
    if rule == "fast_answers":
        return f"answered {evidence['count']} questions within {seconds}"
    if evidence["count"] == 1:
        return f"{_often(rule, evidence)}, {seconds}"
    longest = durations.readable(evidence["longestSeconds"])
    return f"{_often(rule, evidence)}, {seconds} in all; the longest was {longest}"


def _often(rule: str, evidence: dict[str, Any]) -> str:
    return f"{_OFTEN[rule]} {_times(evidence['count'])}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
