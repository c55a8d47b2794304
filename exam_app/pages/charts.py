"""Shapes of charts over time, in the coordinates of an SVG: templates draw them, each beside its table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

WIDTH, HEIGHT = 600, 120


def top_of(values: Sequence[float | None]) -> float:
    """The highest value, and never 0: a chart of nothing has a ground, too."""
    return max((value for value in values if value is not None), default=0) or 1


def bars(values: Sequence[float], top: float) -> Iterator[dict[str, float]]:
    """A rectangle for each value."""
    step = WIDTH / len(values) if values else 0
    for index, value in enumerate(values):
        height = value / top * HEIGHT
        yield {"x": index * step + 1, "y": HEIGHT - height, "width": step - 2, "height": height}


def lines(values: Sequence[float | None], top: float) -> list[str]:
    """The points of a polyline for each stretch without a gap; a lonely value is a short stroke."""
    step = WIDTH / len(values) if values else 0
    drawn = []
    for known, stretch in groupby(enumerate(values), key=lambda one: one[1] is not None):
        if known:
            points = [(index * step, HEIGHT - (value or 0) / top * HEIGHT) for index, value in stretch]
            points.append((points[-1][0] + step, points[-1][1]))
            drawn.append(" ".join(f"{x:.1f},{y:.1f}" for x, y in points))
    return drawn
