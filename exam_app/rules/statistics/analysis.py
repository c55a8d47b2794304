"""All statistics of a test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from exam_app.rules.statistics.discrimination import discrimination
from exam_app.rules.statistics.options import OptionStatistics, option_statistics
from exam_app.rules.statistics.reliability import Reliability, reliability
from exam_app.rules.statistics.responses import Item, Responses
from exam_app.rules.statistics.spread import Spread, divided, known, spread, variances


@dataclass(frozen=True)
class Times:
    """Seconds spent on an item: quartiles over the `counted` attempts that recorded any."""

    counted: int
    lower_quartile: float | None
    median: float | None
    upper_quartile: float | None


@dataclass(frozen=True)
class ItemStatistics:
    """One item. `facility`, the mean share of its points that was earned, `efficiency` and the weights are
    in percent, `standard_deviation` in points; the correlations and `upper_lower` lie between −1 and 1.

    `answered`, `correct`: how many attempts. Unanswered counts as 0 points, as it does in the result.
    """

    item: Item
    answered: int
    correct: int
    facility: float | None
    standard_deviation: float | None
    item_total: float | None
    item_rest: float | None
    efficiency: float | None
    upper_lower: float | None
    intended_weight: float | None
    effective_weight: float | None
    alpha_without: float | None
    times: Times
    options: tuple[OptionStatistics, ...]


@dataclass(frozen=True)
class Analysis:
    """`count`: attempts; `maximum`: points that could be earned."""

    count: int
    maximum: float
    spread: Spread
    reliability: Reliability
    items: tuple[ItemStatistics, ...]


def analyse(responses: Responses) -> Analysis:
    """All statistics of a test. The time grows with attempts × items."""
    maximum = float(responses.maximums.sum())
    consistency = reliability(responses)
    return Analysis(
        count=responses.count,
        maximum=maximum,
        spread=spread(responses.totals, maximum),
        reliability=consistency,
        items=_items(responses, consistency),
    )


def facilities(responses: Responses) -> tuple[float | None, ...]:
    """The mean of each item's points over its maximum, in percent; None without attempts, and for an
    item worth 0 points. Source: Moodle, "Quiz statistics calculations"; Ebel 1972 (difficulty p).
    """
    earned = divided(responses.scores.sum(axis=0), responses.count)
    return tuple(known(share) for share in 100 * divided(earned, responses.maximums))


def _items(responses: Responses, consistency: Reliability) -> tuple[ItemStatistics, ...]:
    found = discrimination(responses)
    deviations = np.sqrt(variances(responses.scores))
    answered, correct = responses.answered.sum(axis=0), responses.correct.sum(axis=0)
    return tuple(
        ItemStatistics(
            item=item,
            answered=int(answered[index]),
            correct=int(correct[index]),
            facility=facility,
            standard_deviation=known(deviations[index]),
            item_total=known(found.item_total[index]),
            item_rest=known(found.item_rest[index]),
            efficiency=known(found.efficiency[index]),
            upper_lower=known(found.upper_lower[index]),
            intended_weight=known(found.intended_weight[index]),
            effective_weight=known(found.effective_weight[index]),
            alpha_without=consistency.alpha_without[index],
            times=_times(responses, index),
            options=option_statistics(responses, index),
        )
        for index, (item, facility) in enumerate(zip(responses.items, facilities(responses), strict=True))
    )


def _times(responses: Responses, index: int) -> Times:
    noted = responses.seconds[:, index]
    noted = noted[noted > 0]
    if not len(noted):
        return Times(0, None, None, None)
    return Times(len(noted), *(known(value) for value in np.percentile(noted, (25, 50, 75))))
