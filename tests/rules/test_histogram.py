"""Quantiles computed from buckets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_app.rules.histogram import BOUNDS, BUCKETS, bucket_of, quantile


def counts_of(durations: list[float]) -> list[int]:
    counts = [0] * BUCKETS
    for seconds in durations:
        counts[bucket_of(seconds)] += 1
    return counts


@pytest.mark.parametrize(
    ("seconds", "bucket"), [(0, 0), (0.001, 0), (0.0011, 1), (10, 18), (10.1, 19), (600, 19)]
)
def test_a_bound_belongs_to_its_own_bucket(seconds: float, bucket: int) -> None:
    assert bucket_of(seconds) == bucket


def test_an_empty_histogram_has_no_quantile() -> None:
    assert quantile([0] * BUCKETS, 0.5) is None


def test_beyond_the_last_bound_the_quantile_is_that_bound() -> None:
    assert quantile(counts_of([30.0]), 0.99) == BOUNDS[-1]


def test_quantiles_are_interpolated_within_a_bucket() -> None:
    assert quantile(counts_of([0.04] * 100), 0.5) == pytest.approx(0.04)


@given(st.lists(st.floats(0, 9.9), min_size=1), st.floats(0.01, 1))
def test_a_quantile_is_in_the_bucket_of_the_true_one(durations: list[float], share: float) -> None:
    found = quantile(counts_of(durations), share)
    rank = max(1, -(-share * len(durations) // 1))
    true = sorted(durations)[int(rank) - 1]
    assert found is not None
    assert bucket_of(true) == bucket_of(found) or found == pytest.approx(BOUNDS[bucket_of(true) - 1])
