"""Answers that a person marks."""

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
    """Points from 0 to what the question is worth, or the levels of its rubric, of which they are the sum if
    they are not said; and what is said about it to the student. With `seen`, as the list of what is due has
    it, nothing is marked over that came into force after it was read."""

    points = Points(validate=validate.Range(min=0, max=9_999_999))
    levels = fields.List(
        whole(validate=validate.Range(min=0, max=MAX_LEVELS)),
        validate=validate.Length(max=MAX_CRITERIA),
        metadata={"description": "The place of the level picked for each criterion, from 0"},
    )
    comment = fields.String(load_default="", validate=validate.Length(max=5000))
    seen = fields.String(load_default=None, validate=_SEEN)


class AdjudicationIn(MarkIn):
    """What an answer gets on which two markers differ, and why; `seen` keeps two from settling it at once."""

    seen = fields.String(required=True, validate=_SEEN)
    reason = fields.String(required=True, validate=validate.Length(min=1, max=500))


class MarkedAnswer(Schema):
    """`points` are those given. `task` says what the answer asks of who gave them: to `wait` for the other
    marker, to `settle` the difference, or null. `markingDue` is how many answers of the attempt still wait;
    with none of them it is graded."""

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
    """Differences in points, `null` where there is nothing to say; docs/statistics.md has the formulas."""

    count = fields.Integer()
    meanDifference = fields.Float(allow_none=True)
    meanAbsoluteDifference = fields.Float(allow_none=True)
    exactPercentage = fields.Float(allow_none=True)
    withinPercentage = fields.Float(allow_none=True)
    weightedKappa = fields.Float(allow_none=True)


class MarkerPair(_Agreement):
    """`meanDifference`: the points of the first marker less those of the second."""

    markers = fields.List(fields.Nested(NamedPerson))


class QuestionAgreement(_Agreement):
    """`meanDifference`: the points of who marked an answer first less those of who marked it second."""

    questionId = fields.Integer()
    questionText = fields.String()
    maxPoints = fields.Float()
    pairs = fields.List(fields.Nested(MarkerPair))


class BlindMark(Schema):
    name = fields.String()
    points = fields.Float()


class DifferingAnswer(Schema):
    """`points` are what it has now, null before it is settled."""

    attemptId = fields.UUID()
    answerId = fields.UUID()
    questionId = fields.Integer()
    marks = fields.List(fields.Nested(BlindMark))
    difference = fields.Float()
    points = fields.Float(allow_none=True)


class Differences(Schema):
    """Of `count` answers that two have marked, as both did before they saw the other's mark."""

    count = fields.Integer()
    questions = fields.List(fields.Nested(QuestionAgreement))
    answers = fields.List(fields.Nested(DifferingAnswer))
    answersLeftOut = fields.Integer()


class DueAnswer(Schema):
    """`task`: what it asks of who reads this. `markers`: how many people have to mark it."""

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
