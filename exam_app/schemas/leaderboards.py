"""The leaderboard of a test: names that students have chosen, and no ids."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from exam_app.schemas.base import Incoming


class LeaderboardEntryIn(Incoming):
    name = fields.String(
        required=True,
        validate=validate.Length(min=1, max=200),
        metadata={
            "description": "What everybody reads: 40 characters at most, one of them a letter or digit"
        },
    )


class Place(Schema):
    """Equal results share a rank; ranks are among those who are listed."""

    rank = fields.Integer()
    name = fields.String()
    percentage = fields.Float()
    isOwn = fields.Boolean()


class Leaderboard(Schema):
    testId = fields.Integer()
    title = fields.String()
    isOpen = fields.Boolean(metadata={"description": "Whether the test has a leaderboard now"})
    ownName = fields.String(allow_none=True, metadata={"description": "null: the caller is not listed"})
    places = fields.List(fields.Nested(Place), metadata={"description": "100 at most, and one's own"})
