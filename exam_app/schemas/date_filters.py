"""Filters by date."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from exam_app.schemas.base import in_utc
from exam_app.schemas.paging import Paging

_LONGEST = 40


class DayOrMoment(fields.String):
    """A day such as ``2025-01-15``, in UTC, or a time with offset; with `end_of_day` a day means its end."""

    def __init__(self, end_of_day: bool = False, **kwargs: Any) -> None:
        metadata = {"maxLength": _LONGEST, "example": "2025-01-15"}
        super().__init__(metadata=metadata, **kwargs)
        self.end_of_day = end_of_day

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        written = str(super()._deserialize(value, attr, data, **kwargs))
        try:
            if len(written) > _LONGEST:
                raise ValueError
            if len(written) == 10:
                moment = datetime.combine(date.fromisoformat(written), time.min, UTC)
                if self.end_of_day:
                    moment = datetime.combine(moment, time.max, UTC)
            else:
                moment = datetime.fromisoformat(written)
        except ValueError:
            raise ValidationError("Send a day such as 2025-01-15, or a time with its offset.") from None
        if moment.tzinfo is None:
            raise ValidationError("Send a time with its offset, such as 2025-01-15T10:30:00Z.")
        return in_utc(moment)


class Dated(Paging):
    """A page of a list within a time range; both ends are inclusive."""

    date_from = DayOrMoment(data_key="dateFrom")
    date_to = DayOrMoment(data_key="dateTo", end_of_day=True)

    @validates_schema
    def check_order(self, data: dict[str, Any], **_: Any) -> None:
        if "date_from" in data and "date_to" in data and data["date_from"] > data["date_to"]:
            raise ValidationError("Is before dateFrom.", "dateTo")
