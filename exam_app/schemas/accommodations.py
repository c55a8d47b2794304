"""Accommodations."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from exam_app.schemas.base import Incoming, whole


class AccommodationIn(Incoming):
    time_multiplier = fields.Decimal(
        places=2, data_key="timeMultiplier", required=True, validate=validate.Range(min=1, max=10)
    )
    extra_minutes = whole(data_key="extraMinutes", required=True, validate=validate.Range(min=0, max=1440))
    note = fields.String(load_default="", validate=validate.Length(max=500))


class Accommodation(Schema):
    studentId = fields.UUID()
    timeMultiplier = fields.Float()
    extraMinutes = fields.Integer()
    note = fields.String()


class CountingAccommodation(Accommodation):
    """The effective accommodation in a session: its own, else the permanent one (`standing`), else none."""

    sessionId = fields.UUID()
    source = fields.String(validate=validate.OneOf(["session", "standing", "none"]))


class AccommodatedClass(Schema):
    students = fields.Integer(metadata={"description": "Students who got the accommodation"})
    attemptsMoved = fields.Integer(metadata={"description": "Running attempts whose deadline moved"})
