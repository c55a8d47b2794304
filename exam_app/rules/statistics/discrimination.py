"""How well each item discriminates between students, and what it contributes to the total."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from exam_app.rules.statistics.ranking import EXTREMES, means, membership
from exam_app.rules.statistics.responses import Floats, Responses
from exam_app.rules.statistics.spread import correlations, covariances, divided, variances


@dataclass(frozen=True, eq=False)
class Discrimination:
    """One figure for each item (k,), NaN where it is undefined.

    `item_total`, `item_rest`, `upper_lower` lie between −1 and 1; efficiency and weights are in percent.
    """

    item_total: Floats
    item_rest: Floats
    efficiency: Floats
    upper_lower: Floats
    intended_weight: Floats
    effective_weight: Floats


def discrimination(responses: Responses) -> Discrimination:
    """All discrimination figures, for all items."""
    return Discrimination(
        item_total=item_total(responses),
        item_rest=item_rest(responses),
        efficiency=efficiency(responses),
        upper_lower=upper_lower(responses),
        intended_weight=intended_weight(responses),
        effective_weight=effective_weight(responses),
    )


def item_total(responses: Responses) -> Floats:
    """Pearson's r of the item with the total, the item included: for items that are right or wrong the
    point-biserial correlation, uncorrected. Inflated for short tests. Source: Ebel 1972.
    """
    return correlations(responses.scores, responses.totals)


def item_rest(responses: Responses) -> Floats:
    """Pearson's r of the item with the total of the other items: the corrected point-biserial correlation.

    Moodle's discrimination index is the same figure in percent. Sources: Henrysson 1963; Moodle, "Quiz
    statistics calculations".
    """
    return correlations(responses.scores, responses.rest)


def efficiency(responses: Responses) -> Floats:
    """Discriminative efficiency in percent: cov(item, rest) / the largest covariance these marks allow, which
    is that of both lists sorted. It takes into account what an easy or hard item can achieve.
    Source: Moodle, "Quiz statistics calculations".
    """
    largest = covariances(np.sort(responses.scores, axis=0), np.sort(responses.rest, axis=0))
    return np.clip(100 * divided(covariances(responses.scores, responses.rest), largest), None, 100.0)


def upper_lower(responses: Responses) -> Floats:
    """D: the mean share earned by the best 27 % by total, less that of the weakest 27 %, −1 to 1.

    Attempts with equal totals share the places at the boundary (`ranking.membership`). Sources: Kelley 1939
    for 27 %; Ebel 1972 for D. Undefined if all totals are equal.
    """
    if responses.count < 2 or variances(responses.totals) == 0:
        return np.full(len(responses.items), np.nan)
    low, high = means(responses.scores, membership(responses.totals, EXTREMES))
    return divided(high - low, responses.maximums)


def intended_weight(responses: Responses) -> Floats:
    """The item's share of the maximum, in percent: the weight that its author intended."""
    return 100 * divided(responses.maximums, responses.maximums.sum())


def effective_weight(responses: Responses) -> Floats:
    """What the item actually contributes to the differences between students, in percent:
    √cov(item, total) over the sum of these roots. Undefined if the covariance is negative, as such an item
    works against the test; it is excluded from the sum. Source: Moodle, "Quiz statistics calculations".
    """
    shared = covariances(responses.scores, responses.totals)
    roots = np.sqrt(np.where(shared < 0, np.nan, shared))
    return 100 * divided(roots, np.nansum(roots))
