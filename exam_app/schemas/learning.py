"""How a student develops over attempts. The formulas are in docs/statistics.md."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from exam_app.schemas.base import moment


class SeenResult(Schema):
    attemptId = fields.UUID()
    testId = fields.Integer()
    title = fields.String()
    startTime = moment()
    percentage = fields.Float()
    gain = fields.Float(
        allow_none=True,
        metadata={"description": "Percentage points gained over the previous attempt at the test"},
    )


class StruggleArea(Schema):
    """A category in which less than half of the points are currently earned."""

    category = fields.String()
    share = fields.Float(metadata={"description": "Percent, over the latest attempt at each test"})
    questions = fields.Integer()
    change = fields.Float(
        allow_none=True,
        metadata={"description": "Percentage points since the first attempts"},
    )


class Category(StruggleArea):
    """The current state of a category."""

    standing = fields.String(
        allow_none=True,
        validate=validate.OneOf(("strength", "between", "weakness")),
        metadata={"description": "From 70 %, between, below 50 %; null for fewer than three questions"},
    )


class Engagement(Schema):
    """Engagement in the last `days` days."""

    days = fields.Integer()
    attempts = fields.Integer()
    activeDays = fields.Integer()
    answered = fields.Float(
        allow_none=True, metadata={"description": "Percent of the questions that were answered"}
    )


class Learning(Schema):
    """Over the results that the caller may see, the oldest first."""

    userId = fields.UUID()
    attempts = fields.List(fields.Nested(SeenResult))
    learningVelocity = fields.Float(
        allow_none=True,
        metadata={"description": "Mean percentage points gained by each further attempt at a test"},
    )
    categories = fields.List(fields.Nested(Category), metadata={"description": "The strongest first"})
    struggleAreas = fields.List(fields.Nested(StruggleArea))
    engagement = fields.Nested(Engagement)
