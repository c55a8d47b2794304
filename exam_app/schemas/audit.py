"""The audit log."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from exam_app.rules.permissions import Role
from exam_app.schemas.attempt_analytics import PersonName
from exam_app.schemas.base import moment, one_of
from exam_app.schemas.date_filters import Dated
from exam_app.schemas.paging import Pagination


class AuditFilter(Dated):
    actor_id = fields.UUID(data_key="actorId")
    student_id = fields.UUID(data_key="studentId")
    attempt_id = fields.UUID(data_key="attemptId")
    session_id = fields.UUID(data_key="sessionId")
    type = fields.String(validate=validate.Length(min=1, max=50))


class Actor(PersonName):
    userId = fields.UUID()
    role = one_of(Role)


class LogEntry(Schema):
    """`before` and `after` hold the changed values; null if nothing was changed."""

    eventId = fields.Integer()
    at = moment()
    type = fields.String()
    text = fields.String()
    actor = fields.Nested(Actor, allow_none=True)
    studentId = fields.UUID(allow_none=True)
    studentName = fields.String(allow_none=True)
    attemptId = fields.UUID(allow_none=True)
    sessionId = fields.UUID(allow_none=True)
    address = fields.String(allow_none=True)
    before = fields.Dict(allow_none=True)
    after = fields.Dict(allow_none=True)
    details = fields.Dict()


class LogPage(Schema):
    entries = fields.List(fields.Nested(LogEntry))
    pagination = fields.Nested(Pagination)
