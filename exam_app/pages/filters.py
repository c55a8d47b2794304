"""Jinja filters that turn states, times and numbers into readable text."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint
from markupsafe import Markup

from exam_app import clock
from exam_app.rules import direction as directions
from exam_app.rules import durations
from exam_app.rules.eligibility import REASONS
from exam_app.rules.statistics.labels import discrimination_label, reliability_label

SESSION_STATES = {
    "scheduled": "Scheduled",
    "waiting": "Waiting room open",
    "in_progress": "In progress",
    "completed": "Completed",
    "cancelled": "Cancelled",
}
ATTEMPT_STATES = {
    "not_started": "Not started",
    "in_progress": "In progress",
    "paused": "Paused",
    "submitted": "Handed in",
    "expired": "Handed in when time was up",
    "graded": "Graded",
    "cancelled": "Cancelled",
}

ATTENDANCE = {
    "present": "Joined",
    "late": "Joined late",
    "waited": "Joined, did not start",
    "absent": "Absent",
}
ADJUSTMENTS = {
    "accommodation": "Accommodation",
    "extension": "More time",
    "pause": "Pause",
    "outage_credit": "Credit for an outage",
    "reopening": "Reopened",
}
ALERT_STATES = {"open": "Open", "acknowledged": "Acknowledged", "dismissed": "Dismissed"}


def session_state(status: str) -> str:
    return SESSION_STATES.get(status, status)


def attempt_state(status: str | None) -> str:
    return ATTEMPT_STATES.get(status, status) if status else "Did not start"


def direction(text: str | None) -> str:
    """The attribute `dir` of an element that contains only this text."""
    return directions.direction(text or "")


def isolated(name: str | None) -> Markup:
    """A name or text of people inside a sentence or beside other elements: it does not turn them round."""
    return Markup('<bdi dir="{}">{}</bdi>').format(direction(name), name or "")


def isolated_text(name: str | None) -> str:
    """The same where no element can be: in titles and attributes."""
    return directions.isolated(name or "")


def reason(code: str) -> str:
    """The sentence for a reason code; any other text is returned unchanged."""
    return REASONS.get(code, code)


def moment(value: str | datetime | None, shape: str = "datetime") -> Markup:
    """A `<time>` element labelled UTC, which the pages' script rewrites in the browser's time zone.

    `shape`: `time` (time of day), `exact` (date and time), or `datetime` (relative to now when it is near).
    """
    if not value:
        return Markup("")
    at = value if isinstance(value, datetime) else datetime.fromisoformat(value.replace("Z", "+00:00"))
    at = at.astimezone(UTC)
    text = at.strftime("%H:%M:%S") if shape == "time" else f"{at.day} {at:%B %Y, %H:%M}"
    stamp = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return Markup('<time datetime="{}" data-local-time="{}">{} UTC</time>').format(stamp, shape, text)


def number(value: Any, digits: int = 1) -> str:
    """A number without trailing zeros (``7.5``, ``12``), or a dash for None and ``""``."""
    if value is None or value == "":
        return "–"
    text = f"{float(value):.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def fixed(value: float | None, digits: int) -> str:
    """A number with exactly `digits` decimals, for columns of correlations; a dash for None."""
    return "–" if value is None else f"{value:.{digits}f}".replace("-", "−")


def percent(value: Any) -> str:
    return "–" if value is None else f"{number(value)} %"


def signed_points(value: float | None) -> str:
    """A change in percentage points, with its sign: ``+5``, ``−2.5``, ``±0``."""
    if value is None:
        return "–"
    return "±0" if value == 0 else f"{'+' if value > 0 else '−'}{number(abs(value))}"


def percent_down(value: float) -> str:
    """A success rate, rounded down so that it never reads 100 % by rounding: 99.996 is ``99.99 %``."""
    return f"{number(math.floor(value * 100) / 100, 2)} %"


def milliseconds(value: float | None) -> str:
    """``4.2 ms``, ``42 ms``, ``1.3 s``."""
    if value is None:
        return "–"
    return f"{number(value, 1 if value < 10 else 0)} ms" if value < 1000 else f"{number(value / 1000)} s"


def duration(seconds: int | float | None) -> str:
    return "–" if seconds is None else durations.readable(seconds)


def attendance_label(attendance: str) -> str:
    return ATTENDANCE[attendance]


def adjustment(kind: str) -> str:
    return ADJUSTMENTS[kind]


def alert_state(state: str) -> str:
    return ALERT_STATES[state]


def extra_time(accommodation: dict[str, Any]) -> str:
    """``25 % more time and 10 min more``, or an empty string."""
    parts = []
    if (factor := accommodation["timeMultiplier"]) > 1:
        parts.append(f"{number((factor - 1) * 100)} % more time")
    if minutes := accommodation["extraMinutes"]:
        parts.append(f"{minutes} min more")
    return " and ".join(parts)


def count(amount: int, one: str, many: str | None = None) -> str:
    """``1 question``, ``3 questions``."""
    return f"{amount} {one if amount == 1 else many or one + 's'}"


def _page_time() -> dict[str, str | None]:
    """When the page was made: its script computes the age of things from it, not from the device's clock."""
    return {"page_time": clock.iso(clock.now())}


_FILTERS = (
    session_state,
    attempt_state,
    reason,
    direction,
    isolated,
    isolated_text,
    moment,
    number,
    fixed,
    percent,
    signed_points,
    percent_down,
    milliseconds,
    duration,
    attendance_label,
    adjustment,
    alert_state,
    extra_time,
    reliability_label,
    discrimination_label,
    count,
)


def register(blueprint: Blueprint) -> None:
    blueprint.app_context_processor(_page_time)
    for function in _FILTERS:
        blueprint.add_app_template_filter(function)
