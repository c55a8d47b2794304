"""A result as the student may see it; `results` and the fields after it are null until then."""

from __future__ import annotations

from marshmallow import Schema, fields

from exam_app.rules.attempt_states import AttemptStatus, SubmissionMethod
from exam_app.rules.paper import Credit
from exam_app.schemas.base import moment, one_of
from exam_app.schemas.pictures import QuestionImage


class ResultAttempt(Schema):
    attemptId = fields.UUID()
    testId = fields.Integer()
    sessionId = fields.UUID(allow_none=True)
    status = one_of(AttemptStatus)
    submittedAt = moment(allow_none=True)
    endTime = moment(allow_none=True)
    submissionMethod = one_of(SubmissionMethod, allow_none=True)
    timeSpent = fields.Integer()
    score = fields.Float(allow_none=True)
    maxScore = fields.Float()
    percentage = fields.Float(allow_none=True)
    isCompleted = fields.Boolean()
    isGraded = fields.Boolean()


class ResultFigures(Schema):
    """`score` is the effective score, after `penalty`. `reason` is why they were set manually or, if
    `regraded`, why a key was corrected; otherwise null."""

    totalQuestions = fields.Integer()
    questionsAnswered = fields.Integer()
    correctAnswers = fields.Integer()
    incorrectAnswers = fields.Integer()
    score = fields.Float()
    percentage = fields.Float()
    scoreBeforePenalty = fields.Float()
    penalty = fields.Float()
    reason = fields.String(allow_none=True)
    regraded = fields.Boolean()
    grade = fields.String()
    passed = fields.Boolean()
    timeTaken = fields.String()
    averageTimePerQuestion = fields.String()


class BreakdownRow(Schema):
    questionId = fields.Integer()
    correct = fields.Boolean(allow_none=True)
    points = fields.Float(allow_none=True)
    timeSpent = fields.Integer()


class PickedLevel(Schema):
    """A criterion of the rubric, its points on the scale of the question, and the text of the level; with two
    markers both texts, if they differ, and the mean of the points."""

    text = fields.String()
    points = fields.Float()
    levels = fields.List(fields.String())


class ReviewedQuestion(Schema):
    """Present only once the result is visible. Points are null until the answer is marked. `credit` says
    whether every student got full points, or the question was excluded: then it is worth 0 and neither right
    nor wrong. `comment` is the marker's comment, and `rubric` the picked levels."""

    questionId = fields.Integer()
    orderIndex = fields.Integer()
    answerId = fields.UUID(allow_none=True)
    questionText = fields.String()
    images = fields.List(fields.Nested(QuestionImage))
    yourAnswer = fields.String(allow_none=True)
    rightAnswer = fields.String(allow_none=True)
    credit = one_of(Credit)
    isCorrect = fields.Boolean(allow_none=True)
    points = fields.Float(allow_none=True)
    maxPoints = fields.Float()
    timeSpent = fields.Integer()
    comment = fields.String(allow_none=True)
    rubric = fields.List(fields.Nested(PickedLevel), allow_none=True)


class AttemptResult(Schema):
    """`results`, `breakdown` and `questions` are null until the result is released.

    `markingDue` answers are still to be marked: until then there is no result, and staff see the questions.
    """

    title = fields.String()
    attempt = fields.Nested(ResultAttempt)
    results = fields.Nested(ResultFigures, allow_none=True)
    breakdown = fields.List(fields.Nested(BreakdownRow), allow_none=True)
    questions = fields.List(fields.Nested(ReviewedQuestion), allow_none=True)
    receipt = fields.String(allow_none=True)
    released = fields.Boolean()
    markingDue = fields.Integer()


class SubmitReply(AttemptResult):
    """The result, or with `confirmationNeeded` what is still unanswered: then nothing was submitted."""

    document = {"required": [], "anyOf": [{"required": ["attempt"]}, {"required": ["confirmationNeeded"]}]}

    confirmationNeeded = fields.Boolean()
    unanswered = fields.List(fields.Integer())
    flagged = fields.List(fields.Integer())
    questionsAnswered = fields.Integer()
    totalQuestions = fields.Integer()
