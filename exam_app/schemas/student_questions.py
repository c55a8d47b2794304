"""Questions as students see them, by type. No schema here has a field that could hold an answer key."""

from __future__ import annotations

from marshmallow import Schema, fields

from exam_app.schemas.base import OPTIONAL
from exam_app.schemas.pictures import QuestionImage


class Option(Schema):
    optionId = fields.Integer()
    optionText = fields.String()
    orderIndex = fields.Integer()


class Stem(Schema):
    stemId = fields.Integer()
    stemText = fields.String()
    orderIndex = fields.Integer()


class MatchingChoice(Schema):
    choiceId = fields.Integer()
    choiceText = fields.String()
    orderIndex = fields.Integer()


class OrderingItem(Schema):
    itemId = fields.Integer()
    itemText = fields.String()
    orderIndex = fields.Integer()


class Gap(Schema):
    gapId = fields.Integer()
    gapType = fields.String()
    options = fields.List(fields.Nested(Option), metadata=OPTIONAL)
    units = fields.List(fields.String(), metadata=OPTIONAL)


class StudentQuestion(Schema):
    """The fields depend on the type: see the student's view in docs/question-types.md."""

    questionId = fields.Integer()
    questionText = fields.String()
    questionType = fields.String()
    points = fields.Float()
    orderIndex = fields.Integer()
    passageId = fields.Integer(allow_none=True)
    images = fields.List(fields.Nested(QuestionImage))
    options = fields.List(fields.Nested(Option), metadata=OPTIONAL)
    stems = fields.List(fields.Nested(Stem), metadata=OPTIONAL)
    choices = fields.List(fields.Nested(MatchingChoice), metadata=OPTIONAL)
    items = fields.List(fields.Nested(OrderingItem), metadata=OPTIONAL)
    gaps = fields.List(fields.Nested(Gap), metadata=OPTIONAL)
    units = fields.List(fields.String(), metadata=OPTIONAL)
    minWords = fields.Integer(allow_none=True, metadata=OPTIONAL)
    maxWords = fields.Integer(allow_none=True, metadata=OPTIONAL)
    lines = fields.Integer(metadata=OPTIONAL)
    isAnswered = fields.Boolean(metadata=OPTIONAL)
