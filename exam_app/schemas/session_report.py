"""The report of a completed session."""

from __future__ import annotations

from marshmallow import Schema, fields

from exam_app.models import AdjustmentKind
from exam_app.rules.attempt_states import SubmissionMethod
from exam_app.rules.attendance import Attendance
from exam_app.schemas.base import moment, one_of
from exam_app.schemas.proctoring import HelpRequest, SentMessage
from exam_app.schemas.session_results import Statistics
from exam_app.schemas.sessions import ExamSession


class ReportHead(Schema):
    """Names. `endedBy` is null if the session ended automatically."""

    teacher = fields.String()
    proctors = fields.List(fields.String())
    paperVersion = fields.Integer()
    openedBy = fields.String(allow_none=True)
    startedBy = fields.String(allow_none=True)
    endedBy = fields.String(allow_none=True)
    writtenAt = moment()


class StudentAttendance(Schema):
    studentId = fields.UUID()
    studentName = fields.String()
    attendance = one_of(Attendance)
    joinedAt = moment(allow_none=True)
    startedAt = moment(allow_none=True)
    lateSeconds = fields.Integer(allow_none=True)
    leftAt = moment(
        allow_none=True,
        metadata={"description": "When the student disconnected for good without submitting"},
    )
    submittedAt = moment(allow_none=True)
    submissionMethod = one_of(SubmissionMethod, allow_none=True)
    receipt = fields.String(allow_none=True)


class AttendanceList(Schema):
    expected = fields.Integer()
    present = fields.Integer()
    late = fields.Integer()
    waited = fields.Integer()
    absent = fields.Integer()
    left = fields.Integer()
    students = fields.List(fields.Nested(StudentAttendance))


class ReportedAdjustment(Schema):
    at = moment()
    studentName = fields.String()
    kind = one_of(AdjustmentKind)
    seconds = fields.Integer()
    reason = fields.String()
    grantedBy = fields.String(allow_none=True)


class Incident(Schema):
    """`kind`: `connection_lost` and `outage` (with their length), `integrity_alert` (with its state), or what
    staff did: `attempt_paused`, `attempt_resumed`, `attempt_cancelled`, `attempt_reset`."""

    at = moment()
    kind = fields.String()
    studentName = fields.String(allow_none=True)
    text = fields.String()
    seconds = fields.Integer(allow_none=True)
    state = fields.String(allow_none=True)
    note = fields.String()
    by = fields.String(allow_none=True)


class ReportedQuestion(Schema):
    """A question that students reported; `orderIndex` counts from 1 in the order of the test."""

    questionId = fields.Integer()
    orderIndex = fields.Integer()
    questionText = fields.String()
    reports = fields.List(fields.Nested(HelpRequest))


class QuestionStatistics(Schema):
    """`facility`: points earned over points possible, in percent, over all graded attempts."""

    questionId = fields.Integer()
    orderIndex = fields.Integer()
    questionText = fields.String()
    points = fields.Float()
    attempts = fields.Integer()
    answered = fields.Integer()
    correct = fields.Integer()
    facility = fields.Float(allow_none=True)


class SessionReport(Schema):
    session = fields.Nested(ExamSession)
    head = fields.Nested(ReportHead)
    attendance = fields.Nested(AttendanceList)
    timeAdjustments = fields.List(fields.Nested(ReportedAdjustment))
    incidents = fields.List(fields.Nested(Incident))
    messages = fields.List(fields.Nested(SentMessage))
    hands = fields.List(fields.Nested(HelpRequest))
    reportedQuestions = fields.List(fields.Nested(ReportedQuestion))
    statistics = fields.Nested(Statistics)
    questions = fields.List(fields.Nested(QuestionStatistics))
