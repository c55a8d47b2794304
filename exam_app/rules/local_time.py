"""Conversion of a local date and time of day in a time zone to UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from exam_app.errors import InvalidInput

YEARS = range(1970, 3000)
_PARTS_OF_THE_WORLD = {
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian",
    "Pacific",
}  # fmt: skip


@lru_cache
def zones() -> tuple[str, ...]:
    """The names of the inhabited time zones, such as ``Europe/Berlin``; `UTC` first."""
    places = (name for name in available_timezones() if name.partition("/")[0] in _PARTS_OF_THE_WORLD)
    return ("UTC", *sorted(places))


def moment_of(day: str, time_of_day: str, zone: str) -> datetime:
    """The moment in UTC of ``2026-05-04``, ``09:30``, ``Europe/Berlin``.

    In the hour that occurs twice when the clocks go back, the first occurrence is used.

    :raises InvalidInput: naming `date`, `time` or `timeZone`.
    """
    problems: dict[str, list[str]] = {}
    on, at = _day(day), _time(time_of_day)
    if on is None:
        problems["date"] = ["Enter the day, such as 2026-05-04."]
    if at is None:
        problems["time"] = ["Enter the time of day, such as 09:30."]
    if zone not in zones():
        problems["timeZone"] = ["Choose the time zone."]
    if problems or on is None or at is None:
        raise InvalidInput(details=problems)
    local = datetime.combine(on, at)
    moment = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local:
        skipped = f"On this day the clocks in {zone} go forward over {time_of_day}. Choose another time."
        raise InvalidInput(details={"time": [skipped]})
    return moment


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None
