"""Options of result files."""

from __future__ import annotations

from marshmallow import ValidationError, fields, validate

from exam_app.rules.local_time import zones
from exam_app.schemas.base import Incoming


def _known(name: str) -> None:
    """A validator function, so that the document does not list 600 names."""
    if name not in zones():
        raise ValidationError("Not a time zone.")


class FileQuery(Incoming):
    time_zone = fields.String(
        data_key="timeZone",
        load_default="UTC",
        validate=[validate.Length(max=50), _known],
        metadata={"description": "Time zone of the times in the file, such as Europe/Berlin"},
    )


class CsvQuery(FileQuery):
    decimal = fields.String(
        load_default="point",
        validate=validate.OneOf(["point", "comma"]),
        metadata={"description": "With a decimal comma, the delimiter is a semicolon"},
    )
