"""The leaderboard of a test, with display names and without ids."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from exam_app.schemas.base import Incoming


class LeaderboardEntryIn(Incoming):
    name = fields.String(
        required=True,
        validate=validate.Length(min=1, max=200),
        metadata={"description": "The display name: at most 40 characters, with a letter or digit"},
    )


class Place(Schema):
    """Equal results share a rank; ranks are among the listed students."""

    rank = fields.Integer()
    name = fields.String()
    percentage = fields.Float()
    isOwn = fields.Boolean()


class Leaderboard(Schema):
    testId = fields.Integer()
    title = fields.String()
    isOpen = fields.Boolean(metadata={"description": "Whether the leaderboard is enabled"})
    ownName = fields.String(allow_none=True, metadata={"description": "null: the caller is not listed"})
    places = fields.List(fields.Nested(Place), metadata={"description": "At most 100, and the caller's own"})
