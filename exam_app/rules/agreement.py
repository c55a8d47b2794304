"""How far two markers agree. Formulas and sources are in docs/statistics.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean, pvariance


@dataclass(frozen=True)
class Pair:
    """The points that two markers gave the same answer, and by how many they may differ."""

    first: Decimal
    second: Decimal
    tolerance: Decimal

    @property
    def difference(self) -> Decimal:
        return self.first - self.second


@dataclass(frozen=True)
class Agreement:
    """Differences in points; `exact` and `within` the tolerance are in percent. None: undefined."""

    count: int
    mean_difference: float | None
    mean_absolute: float | None
    exact: float | None
    within: float | None
    kappa: float | None


def agreement(pairs: Sequence[Pair]) -> Agreement:
    """The agreement over `pairs`; `mean_difference` is the first mark less the second."""
    if not pairs:
        return Agreement(0, None, None, None, None, None)
    differences = [pair.difference for pair in pairs]
    within = [abs(pair.difference) <= pair.tolerance for pair in pairs]
    return Agreement(
        count=len(pairs),
        mean_difference=fmean(differences),
        mean_absolute=fmean(map(abs, differences)),
        exact=100 * fmean(difference == 0 for difference in differences),
        within=100 * fmean(within),
        kappa=weighted_kappa(pairs),
    )


def weighted_kappa(pairs: Sequence[Pair]) -> float | None:
    """Cohen's kappa with quadratic weights: 1 is full agreement, 0 what chance would bring.

    With these weights no table of categories is needed: kappa is 1 minus the mean squared difference over
    the mean squared difference expected of randomly paired marks. None if all marks are equal, or
    for fewer than two pairs.
    """
    if len(pairs) < 2:
        return None
    first, second = [pair.first for pair in pairs], [pair.second for pair in pairs]
    expected = pvariance(first) + pvariance(second) + Decimal(fmean(first) - fmean(second)) ** 2
    if not expected:
        return None
    return 1 - float(fmean(pair.difference**2 for pair in pairs)) / float(expected)
