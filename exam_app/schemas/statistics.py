"""Statistics of a test; docs/statistics.md explains each figure. Null: undefined."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from exam_app.rules import question_types
from exam_app.rules.statistics.remarks import KINDS
from exam_app.schemas.base import Incoming
from exam_app.schemas.session_report import QuestionStatistics
from exam_app.schemas.session_results import Share


def _figure(description: str) -> fields.Float:
    return fields.Float(allow_none=True, metadata={"description": description})


class StatisticsFilter(Incoming):
    version = fields.Integer(load_default=None, validate=validate.Range(min=1, max=2**31 - 1))


class CountedVersion(Schema):
    """A published version. Versions with the same questions, points and keys are counted together."""

    version = fields.Integer()
    attempts = fields.Integer()
    included = fields.Boolean()


class StatisticsSummary(Schema):
    maxScore = fields.Float()
    mean = _figure("Percent, like all figures below up to the standard deviation")
    median = fields.Float(allow_none=True)
    lowerQuartile = fields.Float(allow_none=True)
    upperQuartile = fields.Float(allow_none=True)
    lowest = fields.Float(allow_none=True)
    highest = fields.Float(allow_none=True)
    standardDeviation = fields.Float(allow_none=True)
    skewness = fields.Float(allow_none=True)
    kurtosis = fields.Float(allow_none=True)
    reliability = _figure("Cronbach's alpha, at most 1")
    isKr20 = fields.Boolean(metadata={"description": "Every question is right or wrong, so that it is KR-20"})
    errorRatio = _figure("Percent")
    standardError = _figure("Standard error of measurement, percent of the maximum")
    distribution = fields.List(fields.Nested(Share))


class Remark(Schema):
    """A remark for the teacher; the most urgent first. `questionId` is null for the whole test."""

    kind = fields.String(validate=validate.OneOf(KINDS))
    questionId = fields.Integer(allow_none=True)
    text = fields.String()


class QuestionTimes(Schema):
    """Seconds, over the `counted` attempts that recorded any."""

    counted = fields.Integer()
    lowerQuartile = fields.Float(allow_none=True)
    median = fields.Float(allow_none=True)
    upperQuartile = fields.Float(allow_none=True)


class OptionStatistics(Schema):
    optionId = fields.Integer()
    optionText = fields.String()
    isKey = fields.Boolean()
    chosen = fields.Integer()
    share = _figure("Percent of all attempts")
    meanOfTheRest = _figure("Mean percent earned in the other questions by those who chose it")
    discrimination = _figure("Correlation with the other questions, -1 to 1")
    byFifth = fields.List(
        fields.Float(),
        allow_none=True,
        metadata={"description": "Percent that chose it in each fifth of the attempts, the weakest first"},
    )


class FullQuestionStatistics(QuestionStatistics):
    type = fields.String(validate=validate.OneOf(question_types.names()))
    standardDeviation = _figure("Points")
    discrimination = _figure("Correlation with the other questions, -1 to 1")
    discriminationWithTotal = _figure("Correlation with the total, -1 to 1")
    discriminativeEfficiency = _figure("Percent")
    upperLower = _figure("Share earned by the upper 27 % minus that of the lower 27 %, -1 to 1")
    intendedWeight = _figure("Percent")
    effectiveWeight = _figure("Percent")
    reliabilityWithout = _figure("Cronbach's alpha of the other questions")
    time = fields.Nested(QuestionTimes)
    options = fields.List(fields.Nested(OptionStatistics))


class ItemAnalysis(Schema):
    testId = fields.Integer()
    sessionId = fields.UUID(allow_none=True)
    title = fields.String()
    attempts = fields.Integer()
    leftOut = fields.Integer(metadata={"description": "Older attempts beyond the analysed number"})
    adjustedScores = fields.Integer(
        metadata={"description": "Attempts whose total score was changed manually, which no question shows"}
    )
    versions = fields.List(fields.Nested(CountedVersion))
    summary = fields.Nested(StatisticsSummary)
    remarks = fields.List(fields.Nested(Remark))
    questions = fields.List(fields.Nested(FullQuestionStatistics))
