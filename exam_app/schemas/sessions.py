"""Exam sessions: scheduling, changing, and the views of students and staff."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from exam_app.models import Release
from exam_app.rules.attempt_states import AttemptStatus, SessionStatus
from exam_app.schemas.base import ID, OPTIONAL, Incoming, Time, moment, one_of, whole


class SessionIn(Incoming):
    class_id = fields.UUID(required=True, data_key="classId", error_messages={"required": "Choose a class."})
    test_id = whole(
        required=True, data_key="testId", validate=ID, error_messages={"required": "Choose a test."}
    )
    title = fields.String(load_default="", validate=validate.Length(max=200))
    scheduled_at = Time(required=True, data_key="scheduledAt")
    global_timer = fields.Boolean(data_key="globalTimer", load_default=True)
    proctor_ids = fields.List(
        fields.UUID(), data_key="proctorIds", load_default=list, validate=validate.Length(max=100)
    )


class OwnAttempt(Schema):
    attemptId = fields.UUID()
    status = one_of(AttemptStatus)
    expiresAt = moment(allow_none=True)
    submittedAt = moment(allow_none=True)


class ExamSession(Schema):
    sessionId = fields.UUID()
    title = fields.String()
    classId = fields.UUID()
    className = fields.String()
    testId = fields.Integer()
    testTitle = fields.String()
    status = one_of(SessionStatus)
    scheduledAt = moment()
    startedAt = moment(allow_none=True)
    expiresAt = moment(allow_none=True)
    pausedAt = moment(allow_none=True)
    completedAt = moment(allow_none=True)
    globalTimer = fields.Boolean()
    durationMinutes = fields.Integer()
    questionCount = fields.Integer()
    totalPoints = fields.Float()
    instructions = fields.String()
    release = one_of(Release)
    resultsReleasedAt = moment(allow_none=True)
    attempt = fields.Nested(OwnAttempt, allow_none=True, metadata=OPTIONAL)


class Sessions(Schema):
    sessions = fields.List(fields.Nested(ExamSession))


class SessionChange(Incoming):
    title = fields.String(validate=validate.Length(max=200))
    scheduled_at = Time(data_key="scheduledAt")
    global_timer = fields.Boolean(data_key="globalTimer")
    proctor_ids = fields.List(fields.UUID(), data_key="proctorIds", validate=validate.Length(max=100))


class SessionProctor(Schema):
    userId = fields.UUID()
    name = fields.String()


class SessionParticipant(Schema):
    """A student of the class, or one who took part."""

    studentId = fields.UUID()
    firstName = fields.String()
    lastName = fields.String()
    attemptId = fields.UUID(allow_none=True)
    joinedAt = moment(allow_none=True)
    connectionStatus = fields.String(validate=validate.OneOf(["CONNECTED", "DISCONNECTED"]))
    lastActivity = moment(allow_none=True)


class SessionDetails(ExamSession):
    paperVersion = fields.Integer(metadata=OPTIONAL)
    proctors = fields.List(fields.Nested(SessionProctor), metadata=OPTIONAL)
    participants = fields.List(fields.Nested(SessionParticipant), metadata=OPTIONAL)
