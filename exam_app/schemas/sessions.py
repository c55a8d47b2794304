"""One session in full, and a change of its plan."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from exam_app.schemas.base import OPTIONAL, Incoming, Time, moment
from exam_app.schemas.staff import ExamSession


class SessionChange(Incoming):
    title = fields.String(validate=validate.Length(max=200))
    scheduled_at = Time(data_key="scheduledAt")
    global_timer = fields.Boolean(data_key="globalTimer")
    proctor_ids = fields.List(fields.UUID(), data_key="proctorIds", validate=validate.Length(max=100))


class SessionProctor(Schema):
    userId = fields.UUID()
    name = fields.String()


class SessionParticipant(Schema):
    """Somebody on the list of the class, or who took part."""

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
