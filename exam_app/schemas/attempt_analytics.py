"""Analytics of attempts and sessions."""

from __future__ import annotations

from marshmallow import Schema, fields

from exam_app.rules.attempt_states import AttemptStatus, SessionStatus
from exam_app.schemas.base import one_of


class PersonName(Schema):
    firstName = fields.String()
    lastName = fields.String()


class AnalysedTest(Schema):
    title = fields.String()


class AnalysedAttempt(Schema):
    attemptId = fields.UUID()
    user = fields.Nested(PersonName)
    test = fields.Nested(AnalysedTest)
    status = one_of(AttemptStatus)
    score = fields.Float(allow_none=True)
    timeSpent = fields.Integer()


class PerformanceAnalysis(Schema):
    questionsCorrect = fields.Integer()
    questionsIncorrect = fields.Integer()
    correctRate = fields.Float()
    averageTimePerQuestion = fields.Integer()
    fastestQuestion = fields.Integer(allow_none=True)
    slowestQuestion = fields.Integer(allow_none=True)
    timeEfficiency = fields.Float(allow_none=True)


class AnalysedQuestion(Schema):
    questionId = fields.Integer()
    questionText = fields.String()
    isCorrect = fields.Boolean()
    points = fields.Float()
    timeSpent = fields.Integer()
    difficulty = fields.String(allow_none=True)
    category = fields.String(allow_none=True)


class LearningInsights(Schema):
    strengths = fields.List(fields.String())
    weaknesses = fields.List(fields.String())
    recommendedTopics = fields.List(fields.String())
    difficultyProgression = fields.String(allow_none=True)


class ComparisonMetrics(Schema):
    scorePercentile = fields.Integer(allow_none=True)
    timePercentile = fields.Integer(allow_none=True)
    classAverage = fields.Float(allow_none=True)
    betterThanPeers = fields.Float(allow_none=True)


class AttemptAnalytics(Schema):
    attemptInfo = fields.Nested(AnalysedAttempt)
    performanceAnalysis = fields.Nested(PerformanceAnalysis)
    questionBreakdown = fields.List(fields.Nested(AnalysedQuestion))
    learningInsights = fields.Nested(LearningInsights)
    comparisonMetrics = fields.Nested(ComparisonMetrics)


Decile = Schema.from_dict(
    {"from": fields.Integer(), "to": fields.Integer(), "count": fields.Integer()}, name="Decile"
)


class SessionStats(Schema):
    sessionId = fields.UUID()
    status = one_of(SessionStatus)
    enrolled = fields.Integer()
    joined = fields.Integer()
    totalAttempts = fields.Integer()
    completedAttempts = fields.Integer()
    inProgressAttempts = fields.Integer()
    attemptsByStatus = fields.Dict(keys=fields.String(), values=fields.Integer())
    averageProgress = fields.Float(allow_none=True, metadata={"description": "Percent answered"})
    averageScore = fields.Float(allow_none=True, metadata={"description": "Percent"})
    averageTime = fields.String(allow_none=True)
    passRate = fields.Float(allow_none=True)
    violations = fields.Integer()
    distribution = fields.List(fields.Nested(Decile))
