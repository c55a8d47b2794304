"""Answers that a person marks."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from exam_app.rules.attempt_states import AttemptStatus
from exam_app.schemas.base import ID, Incoming, moment, one_of
from exam_app.schemas.management import Points
from exam_app.schemas.staff import Pagination, Paging


class MarkIn(Incoming):
    """Points from 0 to what the question is worth, and what is said about it to the student. With `seen`, as
    the list of what is due has it, nothing is marked over that came into force after it was read."""

    points = Points(required=True, validate=validate.Range(min=0, max=9_999_999))
    comment = fields.String(load_default="", validate=validate.Length(max=5000))
    seen = fields.String(load_default=None, validate=validate.Length(max=40))


class MarkedAnswer(Schema):
    """`markingDue` is how many answers of the attempt still wait; with none of them it is graded."""

    attemptId = fields.UUID()
    answerId = fields.UUID()
    questionId = fields.Integer()
    points = fields.Float()
    maxPoints = fields.Float()
    comment = fields.String()
    markingDue = fields.Integer()
    status = one_of(AttemptStatus)


class DueFilter(Paging):
    test_id = fields.Integer(data_key="testId", load_default=None, validate=ID)
    session_id = fields.UUID(data_key="sessionId", load_default=None)


class DueAnswer(Schema):
    answerId = fields.UUID()
    attemptId = fields.UUID()
    sessionId = fields.UUID(allow_none=True)
    testId = fields.Integer()
    testTitle = fields.String()
    studentId = fields.UUID()
    studentName = fields.String()
    submittedAt = moment()
    questionId = fields.Integer()
    questionText = fields.String()
    questionType = fields.String()
    maxPoints = fields.Float()
    answer = fields.String()
    words = fields.Integer()
    seen = fields.String()


class DueAnswers(Schema):
    answers = fields.List(fields.Nested(DueAnswer))
    pagination = fields.Nested(Pagination)
