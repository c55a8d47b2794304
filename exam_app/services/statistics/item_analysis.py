"""Item analysis of a test and its questions, over a session or over all who took it.

The figures are computed in `rules.statistics` and explained in docs/statistics.md. Here they get their names
and decimals: percentages one, correlations two, points two. What computes needs numpy, and is loaded with the
first statistics and not when a process starts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from exam_app.infrastructure import blocking
from exam_app.models import ExamSession, Test, User
from exam_app.rules.analytics import rounded
from exam_app.rules.paper import CompiledPaper
from exam_app.rules.statistics.remarks import remarks

if TYPE_CHECKING:
    from exam_app.rules.statistics.analysis import Analysis, ItemStatistics
    from exam_app.rules.statistics.options import OptionStatistics
    from exam_app.services.statistics.responses import Sample

_IN_SHORT = (
    "questionId",
    "orderIndex",
    "questionText",
    "points",
    "attempts",
    "answered",
    "correct",
    "facility",
)


def session_statistics(session: ExamSession, version: int | None = None) -> dict[str, Any]:
    """The statistics of the graded attempts of a session.

    :raises NotFound: no graded attempt has taken this version of the test.
    """
    from exam_app.services.statistics import responses

    described = _described(responses.of_session(session, version))
    return {"testId": session.test_id, "sessionId": str(session.id), "title": session.title, **described}


def test_statistics(viewer: User, test: Test, version: int | None = None) -> dict[str, Any]:
    """The statistics of the first graded attempt of each student that `viewer` may see.

    :raises NotFound: no graded attempt has taken this version of the test.
    """
    from exam_app.services.statistics import responses

    described = _described(responses.of_test(viewer, test, version))
    return {"testId": test.id, "sessionId": None, "title": test.title, **described}


def question_statistics(session: ExamSession) -> list[dict[str, Any]]:
    """A short form of the statistics of a session's questions, in the order of the test."""
    questions = session_statistics(session)["questions"]
    return [{name: question[name] for name in _IN_SHORT} for question in questions]


def _described(sample: Sample) -> dict[str, Any]:
    from exam_app.rules.statistics.analysis import analyse

    analysis = blocking.run(analyse, sample.responses)
    return {
        "attempts": analysis.count,
        "leftOut": sample.left_out,
        "adjustedScores": sample.adjusted,
        "versions": [
            {"version": version.number, "attempts": version.attempts, "included": version.is_included}
            for version in sample.versions
        ],
        "summary": _summary(analysis),
        "remarks": [
            {"kind": remark.kind, "questionId": remark.item_id, "text": remark.text}
            for remark in remarks(analysis)
        ],
        "questions": _questions(sample.paper, analysis),
    }


def _summary(analysis: Analysis) -> dict[str, Any]:
    spread, reliability = analysis.spread, analysis.reliability
    width = 100 // len(spread.distribution)
    return {
        "maxScore": _figure(analysis.maximum, 2),
        "mean": _figure(spread.mean),
        "median": _figure(spread.median),
        "lowerQuartile": _figure(spread.lower_quartile),
        "upperQuartile": _figure(spread.upper_quartile),
        "lowest": _figure(spread.lowest),
        "highest": _figure(spread.highest),
        "standardDeviation": _figure(spread.standard_deviation),
        "skewness": _figure(spread.skewness, 2),
        "kurtosis": _figure(spread.kurtosis, 2),
        "reliability": _figure(reliability.alpha, 2),
        "isKr20": reliability.is_kr20,
        "errorRatio": _figure(reliability.error_ratio),
        "standardError": _figure(reliability.standard_error),
        "distribution": [
            {"from": width * place, "to": width * (place + 1), "count": count}
            for place, count in enumerate(spread.distribution)
        ],
    }


def _questions(paper: CompiledPaper | None, analysis: Analysis) -> list[dict[str, Any]]:
    if paper is None:
        return []
    return [
        {
            "questionId": found.item.id,
            "orderIndex": found.item.number,
            "questionText": paper.questions[found.item.id].plain_text,
            "type": paper.questions[found.item.id].type.name,
            "points": _figure(found.item.max_points, 2),
            "attempts": analysis.count,
            **_figures(found),
            "time": {
                "counted": found.times.counted,
                "lowerQuartile": _figure(found.times.lower_quartile),
                "median": _figure(found.times.median),
                "upperQuartile": _figure(found.times.upper_quartile),
            },
            "options": [_option(option) for option in found.options],
        }
        for found in analysis.items
    ]


def _figures(found: ItemStatistics) -> dict[str, Any]:
    return {
        "answered": found.answered,
        "correct": found.correct,
        "facility": _figure(found.facility),
        "standardDeviation": _figure(found.standard_deviation, 2),
        "discrimination": _figure(found.item_rest, 2),
        "discriminationWithTotal": _figure(found.item_total, 2),
        "discriminativeEfficiency": _figure(found.efficiency),
        "upperLower": _figure(found.upper_lower, 2),
        "intendedWeight": _figure(found.intended_weight),
        "effectiveWeight": _figure(found.effective_weight),
        "reliabilityWithout": _figure(found.alpha_without, 2),
    }


def _option(found: OptionStatistics) -> dict[str, Any]:
    return {
        "optionId": found.option.id,
        "optionText": found.option.text,
        "isKey": found.option.is_key,
        "chosen": found.chosen,
        "share": _figure(found.share),
        "meanOfTheRest": _figure(found.mean_rest),
        "discrimination": _figure(found.correlation, 2),
        "byFifth": None if found.by_fifth is None else [_figure(share) for share in found.by_fifth],
    }


def _figure(value: float | None, places: int = 1) -> float | None:
    return None if value is None else rounded(value, places)
