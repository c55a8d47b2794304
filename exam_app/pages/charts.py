"""Shapes of time charts in SVG coordinates. Templates draw them, each next to its table."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from itertools import groupby
from typing import Any

WIDTH, HEIGHT = 600, 120


def top_of(values: Sequence[float | None]) -> float:
    """The highest value, or 1 if there is none above 0, so that an empty chart still has a scale."""
    return max((value for value in values if value is not None), default=0) or 1


def bars(values: Sequence[float], top: float) -> Iterator[dict[str, float]]:
    """A rectangle for each value."""
    step = WIDTH / len(values) if values else 0
    for index, value in enumerate(values):
        height = value / top * HEIGHT
        yield {"x": index * step + 1, "y": HEIGHT - height, "width": step - 2, "height": height}


def lines(values: Sequence[float | None], top: float) -> list[str]:
    """The points of a polyline for each run without a gap; a single value becomes a short line."""
    step = WIDTH / len(values) if values else 0
    drawn = []
    for known, run in groupby(enumerate(values), key=lambda one: one[1] is not None):
        if known:
            points = [(index * step, HEIGHT - (value or 0) / top * HEIGHT) for index, value in run]
            points.append((points[-1][0] + step, points[-1][1]))
            drawn.append(" ".join(f"{x:.1f},{y:.1f}" for x, y in points))
    return drawn


def dots(values: Sequence[tuple[Hashable, float]]) -> dict[str, list[Any]]:
    """A series of (name, percentage): the `places` of the dots, and the `lines` through those of one name."""
    step = WIDTH / len(values) if values else 0
    places = [
        (round((index + 0.5) * step, 1), round(HEIGHT - value / 100 * HEIGHT, 1))
        for index, (_, value) in enumerate(values)
    ]
    through: dict[Hashable, list[str]] = {}
    for (name, _), (x, y) in zip(values, places, strict=True):
        through.setdefault(name, []).append(f"{x},{y}")
    return {"places": places, "lines": [" ".join(points) for points in through.values() if len(points) > 1]}
