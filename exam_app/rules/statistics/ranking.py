"""Bands of a ranking, with ties shared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from exam_app.rules.statistics.responses import Floats

EXTREMES = ((0.0, 0.27), (0.73, 1.0))
"""The lowest and the highest 27 %: the bands that discriminate best (Kelley 1939)."""
FIFTHS = tuple((part / 5, (part + 1) / 5) for part in range(5))


def membership(values: Floats, bands: Sequence[tuple[float, float]]) -> Floats:
    """How much each attempt belongs to each band of the ranking by `values`, n × bands, from 0 to 1.

    A band is a range of the ranking from the lowest, (0, 0.27) for the lowest 27 %. Equal values share their
    places: if three attempts with the same score compete for one place in a band, each belongs to it by a
    third. So the result does not depend on the order of the attempts, and every band is full.
    """
    _, place, size = np.unique(np.round(values, 6), return_inverse=True, return_counts=True)
    end = np.cumsum(size)[:, None]
    start = end - size[:, None]
    first, last = np.array(bands).T * len(values)
    inside = np.minimum(end, last) - np.maximum(start, first)
    shares = np.clip(inside, 0, None) / size[:, None]
    return np.asarray(shares[place.reshape(-1)], dtype=np.float64)


def means(values: Floats, weights: Floats) -> Floats:
    """The mean of each column of `values` in each band, bands × columns."""
    return np.asarray(weights.T @ values / weights.sum(axis=0)[:, None], dtype=np.float64)
