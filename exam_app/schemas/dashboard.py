"""The snapshot of a session's dashboard."""

from __future__ import annotations

from marshmallow import Schema, fields

from exam_app.rules.attempt_states import AttemptStatus
from exam_app.schemas import proctoring
from exam_app.schemas.base import moment, one_of
from exam_app.schemas.integrity import Alert, Outage
from exam_app.schemas.sessions import ExamSession


class MonitorRow(Schema):
    studentId = fields.UUID()
    firstName = fields.String()
    lastName = fields.String()
    attemptId = fields.UUID(allow_none=True)
    status = one_of(AttemptStatus, allow_none=True)
    pausedAt = moment(allow_none=True)
    connected = fields.Boolean()
    visible = fields.Boolean()
    awaySince = moment(allow_none=True)
    pending = fields.Integer()
    notSavingSince = moment(allow_none=True)
    lastSeen = moment(allow_none=True)
    deadlineReceived = fields.Boolean(allow_none=True)
    currentQuestionIndex = fields.Integer()
    questionsAnswered = fields.Integer()
    totalQuestions = fields.Integer()
    completionPercentage = fields.Float()
    violations = fields.Integer()
    highlights = fields.Integer()
    alerts = fields.Integer(metadata={"description": "Open alerts"})
    expiresAt = moment(allow_none=True)
    timeAdded = fields.Integer()
    multiplier = fields.Float()
    requests = fields.Integer()
    submittedAt = moment(allow_none=True)
    receipt = fields.String(allow_none=True)


class Event(Schema):
    eventId = fields.Integer()
    at = moment()
    type = fields.String()
    studentId = fields.UUID(allow_none=True)
    studentName = fields.String(allow_none=True)
    attemptId = fields.UUID(allow_none=True)
    text = fields.String()
    details = fields.Dict()


class Stats(Schema):
    """Numbers of students by state; `averageCompletion` is in percent."""

    enrolled = fields.Integer()
    connected = fields.Integer()
    offline = fields.Integer()
    notSaving = fields.Integer()
    working = fields.Integer()
    handedIn = fields.Integer()
    averageCompletion = fields.Float()


class AnsweredCount(Schema):
    questionId = fields.Integer()
    orderIndex = fields.Integer()
    answered = fields.Integer()


class Actions(Schema):
    """What the viewer may do from the dashboard."""

    pause = fields.Boolean()
    resume = fields.Boolean()
    cancel = fields.Boolean()
    submit = fields.Boolean()
    extend = fields.Boolean()
    reopen = fields.Boolean()
    message = fields.Boolean()


class Snapshot(Schema):
    session = fields.Nested(ExamSession)
    seq = fields.Integer(allow_none=True)
    serverTime = moment()
    totalQuestions = fields.Integer()
    students = fields.List(fields.Nested(MonitorRow))
    stats = fields.Nested(Stats)
    events = fields.List(fields.Nested(Event))
    alerts = fields.List(fields.Nested(Alert))
    outages = fields.List(fields.Nested(Outage))
    questions = fields.List(fields.Nested(AnsweredCount))
    requests = fields.List(fields.Nested(proctoring.HelpRequest))
    messages = fields.List(fields.Nested(proctoring.SentMessage))
    actions = fields.Nested(Actions)
