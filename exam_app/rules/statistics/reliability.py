"""Internal consistency of a test, and the standard error of its scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from exam_app.rules.statistics.responses import Responses
from exam_app.rules.statistics.spread import divided, known, variances


@dataclass(frozen=True)
class Reliability:
    """Cronbach's `alpha` and related figures; `is_kr20`: every item is right or wrong, so alpha equals KR-20.

    `alpha_without` holds the alpha of the test without each item. `error_ratio` is a share in percent,
    `standard_error` is in percent of the maximum.
    """

    alpha: float | None
    is_kr20: bool
    alpha_without: tuple[float | None, ...]
    error_ratio: float | None
    standard_error: float | None


def reliability(responses: Responses) -> Reliability:
    """Cronbach's alpha, α = k/(k − 1) · (1 − Σ sᵢ² / s²): sᵢ² is the variance of item i, s² of the totals.

    At most 1; below 0 if items contradict each other. None for fewer than two items or attempts, and if all
    totals are equal. Moodle's coefficient of internal consistency is 100 α. For items that are right or
    wrong it is KR-20. The error ratio is 100 √(1 − α): how much of the spread is error. The standard error of
    measurement is s √(1 − α). Sources: Cronbach 1951; Kuder & Richardson 1937; Moodle, "Quiz statistics
    calculations".
    """
    own, total = variances(responses.scores), variances(responses.totals)
    k, maximum = len(responses.items), float(responses.maximums.sum())
    alpha = _alpha(k, own.sum(), total)
    without = _alpha(k - 1, own.sum() - own, variances(responses.rest))
    missing = np.sqrt(1 - alpha)
    is_all_or_nothing = (responses.scores == 0) | (responses.scores == responses.maximums)
    return Reliability(
        alpha=known(alpha),
        is_kr20=bool(is_all_or_nothing.all()),
        alpha_without=tuple(known(value) for value in without),
        error_ratio=known(100 * missing),
        standard_error=known(100 * divided(np.sqrt(total) * missing, maximum)),
    )


def _alpha(k: int, of_items: np.ndarray, of_totals: np.ndarray) -> np.ndarray:
    if k < 2:
        return np.full(np.shape(of_items), np.nan)
    return np.minimum(1.0, k / (k - 1) * (1 - divided(of_items, of_totals)))
