"""Lists of attempts, and their filters."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from exam_app.rules.attempt_states import SUBMITTED_STATES, AttemptStatus, SubmissionMethod
from exam_app.schemas.base import ID, Word, moment, one_of
from exam_app.schemas.date_filters import Dated
from exam_app.schemas.paging import Pagination

COMPLETED = "completed"


class HistoryFilter(Dated):
    """`status=completed` means submitted, in any later state: the same as `completed=true`."""

    statuses = Word(
        data_key="status", validate=validate.OneOf([*(s.value for s in AttemptStatus), COMPLETED])
    )
    completed = fields.Boolean()
    session_id = fields.UUID(data_key="sessionId")

    @post_load
    def read_status(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        if word := data.pop("statuses", None):
            data["statuses"] = SUBMITTED_STATES if word == COMPLETED else frozenset({AttemptStatus(word)})
        return data


class TestAttemptsFilter(HistoryFilter):
    __test__ = False

    student_id = fields.UUID(data_key="userId")


class UserAttemptsFilter(HistoryFilter):
    test_id = fields.Integer(data_key="testId", validate=ID)


class AttemptsFilter(UserAttemptsFilter):
    student_id = fields.UUID(data_key="studentId")


class AttemptPages(Pagination):
    totalAttempts = fields.Integer()


class Taker(Schema):
    firstName = fields.String()
    lastName = fields.String()
    email = fields.String()


class IdentifiedTaker(Taker):
    userId = fields.UUID()


class CourseTitle(Schema):
    title = fields.String()


class TestTitle(Schema):
    __test__ = False

    title = fields.String()
    course = fields.Nested(CourseTitle, allow_none=True)


class AttemptRow(Schema):
    """An attempt in a list. To its student, score and grade are null until the result may be seen."""

    attemptId = fields.UUID()
    testId = fields.Integer()
    test = fields.Nested(TestTitle)
    sessionId = fields.UUID(allow_none=True)
    userId = fields.UUID()
    user = fields.Nested(Taker)
    attemptNumber = fields.Integer()
    status = one_of(AttemptStatus)
    startTime = moment()
    endTime = moment(allow_none=True)
    expiresAt = moment()
    submittedAt = moment(allow_none=True)
    submissionMethod = one_of(SubmissionMethod, allow_none=True)
    timeSpent = fields.Integer(metadata={"description": "Seconds"})
    score = fields.Float(allow_none=True)
    maxScore = fields.Float()
    percentage = fields.Float(allow_none=True)
    grade = fields.String(allow_none=True)
    passed = fields.Boolean(allow_none=True)
    questionsAnswered = fields.Integer()
    isCompleted = fields.Boolean()
    isGraded = fields.Boolean()


class AttemptList(Schema):
    attempts = fields.List(fields.Nested(AttemptRow))
    pagination = fields.Nested(AttemptPages)


class TestStatistics(Schema):
    """Over all attempts at the test that the caller may see; averages are percentages, null without any."""

    __test__ = False

    totalAttempts = fields.Integer()
    completedAttempts = fields.Integer()
    inProgressAttempts = fields.Integer()
    averageScore = fields.Float(allow_none=True)
    averageTime = fields.String(allow_none=True, metadata={"example": "1h 32m"})
    passRate = fields.Float(allow_none=True)


class TestAttempts(AttemptList):
    __test__ = False

    statistics = fields.Nested(TestStatistics)


class UserAttemptRow(AttemptRow):
    canRetake = fields.Boolean()
    attemptsRemaining = fields.Integer()


class UserSummary(Schema):
    """Over all attempts of the user; scores are percentages, of the results that the caller may see."""

    totalAttempts = fields.Integer()
    completedAttempts = fields.Integer()
    averageScore = fields.Float(allow_none=True)
    bestScore = fields.Float(allow_none=True)
    totalTimeSpent = fields.String(metadata={"example": "18h 45m"})
    coursesCompleted = fields.Integer()


class UserAttempts(Schema):
    attempts = fields.List(fields.Nested(UserAttemptRow))
    pagination = fields.Nested(AttemptPages)
    summary = fields.Nested(UserSummary)
