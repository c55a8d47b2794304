"""Pictures of questions."""

from __future__ import annotations

from marshmallow import Schema, fields


class QuestionImage(Schema):
    """`[image 1]` in a text of the question refers to the one with orderIndex 1."""

    url = fields.String()
    altText = fields.String()
    orderIndex = fields.Integer()
