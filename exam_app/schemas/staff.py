"""Classes, sessions, questions and tests as those who run exams see and send them."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from exam_app.models import Release
from exam_app.rules.attempt_states import AttemptStatus, SessionStatus, SubmissionMethod
from exam_app.schemas.base import ID, OPTIONAL, Incoming, Time, moment, one_of, whole
from exam_app.schemas.branches import branch_id

_NAME = validate.Length(min=1, max=200, error="Enter 1 to 200 characters.")
_NOT_BLANK = validate.Regexp(r"\s*\S", error="Enter a name.")


class Paging(Incoming):
    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=1_000_000))
    limit = fields.Integer(load_default=20, validate=validate.Range(min=1, max=100))


class Pagination(Schema):
    currentPage = fields.Integer()
    totalPages = fields.Integer()
    total = fields.Integer()
    hasNext = fields.Boolean()
    hasPrev = fields.Boolean()


class ClassChange(Incoming):
    name = fields.String(required=True, validate=[_NAME, _NOT_BLANK])
    description = fields.String(load_default="", validate=validate.Length(max=5000))
    teacher_id = fields.UUID(data_key="teacherId")


class ClassIn(ClassChange):
    branch_id = branch_id()


class ClassFilter(Incoming):
    teacher_id = fields.UUID(data_key="teacherId")


class EnrolIn(Incoming):
    student_id = fields.UUID(required=True, data_key="studentId")


class RosterIn(Incoming):
    csv = fields.String(
        required=True,
        validate=validate.Length(max=1_000_000),
        metadata={"examples": ["email,first_name,last_name\ncora@school.example,Cora,Castle\n"]},
    )
    password = fields.String(required=True, validate=validate.Length(min=8, max=200))


class RosterReport(Schema):
    created = fields.Integer()
    enrolled = fields.Integer()
    unchanged = fields.Integer()


class Student(Schema):
    studentId = fields.UUID()
    firstName = fields.String()
    lastName = fields.String()
    email = fields.String()


class SchoolClass(Schema):
    classId = fields.UUID()
    name = fields.String()
    description = fields.String()
    teacherId = fields.UUID()
    teacherName = fields.String()
    branchId = fields.Integer(allow_none=True)
    status = fields.String()
    createdAt = moment()
    studentCount = fields.Integer(metadata=OPTIONAL)
    students = fields.List(fields.Nested(Student), metadata=OPTIONAL)


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
    """How many results are in a tenth of the scale, in percent."""

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
