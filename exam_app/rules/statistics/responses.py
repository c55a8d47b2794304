"""The input of all statistics: the responses of n attempts to k items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Option:
    """`is_key`: choosing it earns points."""

    id: int
    text: str
    is_key: bool


@dataclass(frozen=True)
class Item:
    """A question in the statistics: `number` is its position in the test, from 1."""

    id: int
    number: int
    max_points: float
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, eq=False)
class Responses:
    """Arrays of n attempts × k items, in the order of `items`; fastest in column-major order (F).

    `scores`: points, 0 if not answered. `answered`, `correct`: flags. `seconds`: recorded time, 0
    for none. `chosen`: n × options for each item with options, by the id of the item.
    """

    items: tuple[Item, ...]
    scores: Floats
    answered: Flags
    correct: Flags
    seconds: NDArray[np.int64]
    chosen: Mapping[int, Flags] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """The number of attempts."""
        return len(self.scores)

    @cached_property
    def maximums(self) -> Floats:
        """The maximum points of each item."""
        return np.array([item.max_points for item in self.items], dtype=np.float64)

    @cached_property
    def totals(self) -> Floats:
        """Points of each attempt."""
        return np.asarray(self.scores.sum(axis=1), dtype=np.float64)

    @cached_property
    def rest(self) -> Floats:
        """n × k: points of each attempt in all items but this one."""
        return self.totals[:, None] - self.scores
