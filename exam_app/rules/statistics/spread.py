"""Variances, covariances and correlations of columns, and the shape of a distribution.

Internally, undefined values are NaN, so that whole columns are computed at once; `known` converts to None.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exam_app.rules.statistics.responses import Floats

# Sums of decimal fractions differ in the last bits: a smaller relative difference counts as equal.
_SAME = 1e-12
CLASSES = 10


def known(value: Any) -> float | None:
    """A float for the caller: None for NaN and infinity."""
    return float(value) if np.isfinite(value) else None


def variances(values: Floats) -> Floats:
    """Sample variance of each column, Σ(x − x̄)² / (n − 1), in squared points (k,).

    Exactly 0 if all are equal; NaN for fewer than two rows.
    """
    if len(values) < 2:
        return np.full(values.shape[1:], np.nan)
    found = values.var(axis=0, ddof=1)
    return np.where(_constant(values), 0.0, found)


def covariances(one: Floats, other: Floats) -> Floats:
    """Sample covariance of the columns pair by pair, Σ(x − x̄)(y − ȳ) / (n − 1).

    `other` may be a single column for all. Exactly 0 if one of the two is constant, or if the products cancel
    out but for rounding, so that a sign never depends on it; NaN below two rows.
    """
    if len(one) < 2:
        return np.full(one.shape[1:], np.nan)
    if other.ndim < one.ndim:
        other = other[:, None]
    products = (one - one.mean(axis=0)) * (other - other.mean(axis=0))
    sums = products.sum(axis=0)
    is_zero = _constant(one) | _constant(other) | (np.abs(sums) <= _SAME * np.abs(products).sum(axis=0))
    return np.where(is_zero, 0.0, sums / (len(one) - 1))


def correlations(one: Floats, other: Floats) -> Floats:
    """Pearson's r of the columns pair by pair, −1 to 1; NaN if one of the two is constant."""
    scale = np.sqrt(variances(one) * variances(other))
    return np.clip(divided(covariances(one, other), scale), -1.0, 1.0)


def divided(numerator: Any, denominator: Any) -> Floats:
    """The quotient, NaN for a denominator of 0."""
    bottom = np.asarray(denominator, dtype=np.float64)
    return np.asarray(numerator / np.where(bottom == 0, np.nan, bottom), dtype=np.float64)


def _constant(values: Floats) -> NDArray[np.bool_]:
    size = np.abs(values).max(axis=0)
    return np.asarray(np.ptp(values, axis=0) <= _SAME * size)


@dataclass(frozen=True)
class Spread:
    """The distribution of scores. The mean to the standard deviation are in percent of the maximum.

    `standard_deviation` is the sample's (n − 1), from two scores on. `skewness` = k₃ / k₂^1.5 (from three
    scores on): below 0 a tail towards low scores, above 0 towards high ones. `kurtosis` = k₄ / k₂² (from four
    on): 0 for a normal distribution, above it more peaked with longer tails. k₂, k₃, k₄ are Fisher's
    k-statistics. Source: Moodle, "Quiz statistics calculations"; Fisher 1930. `distribution` counts scores in
    ten classes of ten percent, of which the last includes 100.
    """

    mean: float | None
    median: float | None
    lower_quartile: float | None
    upper_quartile: float | None
    lowest: float | None
    highest: float | None
    standard_deviation: float | None
    skewness: float | None
    kurtosis: float | None
    distribution: tuple[int, ...]


def spread(totals: Floats, maximum: float) -> Spread:
    """The spread of `totals`, which are points of at most `maximum`."""
    if not len(totals) or maximum <= 0:
        return Spread(*(None,) * 9, distribution=(0,) * CLASSES)
    percents = 100 * totals / maximum
    lowest, lower, median, upper, highest = np.percentile(percents, (0, 25, 50, 75, 100))
    skewness, kurtosis = _shape(percents)
    # Rounding must not move a score below the boundary of its class: 7 of 10 points belong to 70.
    classes = np.clip((percents + 1e-9) // (100 / CLASSES), 0, CLASSES - 1).astype(int)
    return Spread(
        mean=known(percents.mean()),
        median=known(median),
        lower_quartile=known(lower),
        upper_quartile=known(upper),
        lowest=known(lowest),
        highest=known(highest),
        standard_deviation=known(np.sqrt(variances(percents))),
        skewness=skewness,
        kurtosis=kurtosis,
        distribution=tuple(int(count) for count in np.bincount(classes, minlength=CLASSES)),
    )


def _shape(values: Floats) -> tuple[float | None, float | None]:
    n, k2 = len(values), variances(values)
    if n < 3 or k2 == 0:
        return None, None
    centred = values - values.mean()
    m2, m3, m4 = (np.mean(centred**power) for power in (2, 3, 4))
    k3 = n**2 * m3 / ((n - 1) * (n - 2))
    skewness = known(k3 / k2**1.5)
    if n < 4:
        return skewness, None
    k4 = n**2 * ((n + 1) * m4 - 3 * (n - 1) * m2**2) / ((n - 1) * (n - 2) * (n - 3))
    return skewness, known(k4 / k2**2)
