"""Dates and times of day in time zones."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from exam_app.errors import InvalidInput
from exam_app.rules.local_time import moment_of, zones


@pytest.mark.parametrize(
    ("day", "time", "zone", "moment"),
    [
        ("2026-05-04", "09:30", "UTC", datetime(2026, 5, 4, 9, 30, tzinfo=UTC)),
        ("2026-05-04", "09:30", "Europe/Berlin", datetime(2026, 5, 4, 7, 30, tzinfo=UTC)),
        ("2026-01-04", "09:30", "Europe/Berlin", datetime(2026, 1, 4, 8, 30, tzinfo=UTC)),
        ("2026-05-04", "00:30", "Asia/Kathmandu", datetime(2026, 5, 3, 18, 45, tzinfo=UTC)),
        # Daylight saving time ends at three: this hour occurs twice.
        ("2026-10-25", "02:30", "Europe/Berlin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_time_in_a_zone_is_a_moment(day: str, time: str, zone: str, moment: datetime) -> None:
    assert moment_of(day, time, zone) == moment


@pytest.mark.parametrize(
    ("day", "time", "zone", "fields"),
    [
        ("", "", "", {"date", "time", "timeZone"}),
        ("2026-02-30", "09:30", "UTC", {"date"}),
        ("1066-10-14", "09:30", "UTC", {"date"}),
        ("2026-05-04", "25:00", "UTC", {"time"}),
        ("2026-05-04", "09:30", "Europe/Nowhere", {"timeZone"}),
        ("2026-05-04", "09:30", "../../etc/passwd", {"timeZone"}),
        ("2026-03-29", "02:30", "Europe/Berlin", {"time"}),
    ],
)
def test_an_invalid_time_is_refused_at_its_field(day: str, time: str, zone: str, fields: set[str]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        moment_of(day, time, zone)
    assert set(refusal.value.details) == fields


def test_time_zones_are_named_by_place() -> None:
    assert zones()[0] == "UTC"
    assert {"Europe/Berlin", "America/New_York", "Asia/Kolkata"} <= set(zones())
    assert "Etc/GMT+5" not in zones()
