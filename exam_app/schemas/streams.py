"""Streams of server-sent events."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from exam_app.schemas.base import Incoming


class StreamQuery(Incoming):
    """`connectionId` is chosen by the client."""

    ticket = fields.String(load_default=None, validate=validate.Length(max=100))
    connection_id = fields.String(
        data_key="connectionId", load_default=None, validate=validate.Length(min=1, max=64)
    )


class Ticket(Schema):
    ticket = fields.String()
    expiresIn = fields.Integer(metadata={"description": "Seconds"})
