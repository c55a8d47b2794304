"""Manual marking."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from exam_app.rules.attempt_states import AttemptStatus
from exam_app.rules.marking import Task
from exam_app.rules.question_types.essay import MAX_CRITERIA, MAX_LEVELS
from exam_app.schemas.attempt_management import NamedPerson, Points
from exam_app.schemas.base import ID, Incoming, moment, one_of, whole
from exam_app.schemas.paging import Pagination, Paging

_SEEN = validate.Length(max=40)


class MarkIn(Incoming):
    """Points from 0 to the maximum of the question, or the levels of its rubric, whose sum is the default of
    `points`; and a comment for the student. `seen`, from the marking queue, prevents marking over a response
    or a mark that became effective after it was read."""

    points = Points(validate=validate.Range(min=0, max=9_999_999))
    levels = fields.List(
        whole(validate=validate.Range(min=0, max=MAX_LEVELS)),
        validate=validate.Length(max=MAX_CRITERIA),
        metadata={"description": "The index of the picked level for each criterion, from 0"},
    )
    comment = fields.String(load_default="", validate=validate.Length(max=5000))
    seen = fields.String(load_default=None, validate=_SEEN)


class SettlementIn(MarkIn):
    """The adjudicated points of an answer, with a reason; `seen` prevents concurrent adjudication."""

    seen = fields.String(required=True, validate=_SEEN)
    reason = fields.String(required=True, validate=validate.Length(min=1, max=500))


class MarkedAnswer(Schema):
    """`points` are those given. `task` is what the answer still requires: to `wait` for the other marker, to
    `settle` (adjudicate) the difference, or null. `markingDue` is how many answers of the attempt are still
    to be marked; with none it is graded."""

    attemptId = fields.UUID()
    answerId = fields.UUID()
    questionId = fields.Integer()
    points = fields.Float()
    maxPoints = fields.Float()
    comment = fields.String()
    task = one_of(Task, allow_none=True)
    markingDue = fields.Integer()
    status = one_of(AttemptStatus)


class DueFilter(Paging):
    test_id = fields.Integer(data_key="testId", load_default=None, validate=ID)
    session_id = fields.UUID(data_key="sessionId", load_default=None)


class DifferencesFilter(Incoming):
    test_id = fields.Integer(data_key="testId", load_default=None, validate=ID)
    session_id = fields.UUID(data_key="sessionId", load_default=None)


class _Agreement(Schema):
    """Differences in points, null if undefined; docs/statistics.md has the formulas."""

    count = fields.Integer()
    meanDifference = fields.Float(allow_none=True)
    meanAbsoluteDifference = fields.Float(allow_none=True)
    exactPercentage = fields.Float(allow_none=True)
    withinPercentage = fields.Float(allow_none=True)
    weightedKappa = fields.Float(allow_none=True)


class MarkerPair(_Agreement):
    """`meanDifference`: the points of the first marker minus those of the second."""

    markers = fields.List(fields.Nested(NamedPerson))


class QuestionAgreement(_Agreement):
    """`meanDifference`: the points of the first mark of an answer minus those of the second."""

    questionId = fields.Integer()
    questionText = fields.String()
    maxPoints = fields.Float()
    pairs = fields.List(fields.Nested(MarkerPair))


class BlindMark(Schema):
    name = fields.String()
    points = fields.Float()


class DifferingAnswer(Schema):
    """`points` are the current points, null before adjudication."""

    attemptId = fields.UUID()
    answerId = fields.UUID()
    questionId = fields.Integer()
    marks = fields.List(fields.Nested(BlindMark))
    difference = fields.Float()
    points = fields.Float(allow_none=True)


class Differences(Schema):
    """Over `count` answers with two independent marks, from before the markers saw each other's."""

    count = fields.Integer()
    questions = fields.List(fields.Nested(QuestionAgreement))
    answers = fields.List(fields.Nested(DifferingAnswer))
    answersLeftOut = fields.Integer()


class DueAnswer(Schema):
    """`task`: what it requires of the caller. `markers`: how many markers have to mark it."""

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
    markers = fields.Integer()
    task = one_of(Task)
    seen = fields.String()


class DueAnswers(Schema):
    answers = fields.List(fields.Nested(DueAnswer))
    pagination = fields.Nested(Pagination)
