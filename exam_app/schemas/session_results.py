"""The results of a session: their distribution, and each student's."""

from __future__ import annotations

from marshmallow import Schema, fields

from exam_app.rules.attempt_states import AttemptStatus, SubmissionMethod
from exam_app.schemas.base import moment, one_of
from exam_app.schemas.sessions import ExamSession


class SessionResult(Schema):
    studentId = fields.UUID()
    firstName = fields.String()
    lastName = fields.String()
    attemptId = fields.UUID(allow_none=True)
    status = one_of(AttemptStatus, allow_none=True)
    markingDue = fields.Integer()
    submittedAt = moment(allow_none=True)
    submissionMethod = one_of(SubmissionMethod, allow_none=True)
    violations = fields.Integer()
    alerts = fields.Integer()
    score = fields.Float(allow_none=True)
    maxScore = fields.Float(allow_none=True)
    percentage = fields.Float(allow_none=True)
    grade = fields.String(allow_none=True)
    passed = fields.Boolean(allow_none=True)


class Share(Schema):
    """The number of results in a tenth of the scale, in percent."""

    class Meta:
        include = {"from": fields.Integer()}

    to = fields.Integer()
    count = fields.Integer()


class Statistics(Schema):
    """In percent; null without results."""

    count = fields.Integer()
    mean = fields.Float(allow_none=True)
    median = fields.Float(allow_none=True)
    standardDeviation = fields.Float(allow_none=True)
    highest = fields.Float(allow_none=True)
    lowest = fields.Float(allow_none=True)
    passRate = fields.Float(allow_none=True)
    distribution = fields.List(fields.Nested(Share))


class SessionResults(Schema):
    session = fields.Nested(ExamSession)
    statistics = fields.Nested(Statistics)
    students = fields.List(fields.Nested(SessionResult))
