"""Rows of the table that `make bench` prints."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

from exam_app.rehearsal.figures import quantile


@dataclass
class Row:
    """One figure with its floor; `note` describes the measurement or its limit."""

    name: str
    value: str
    floor: str
    note: str


def median(values: list[float]) -> float:
    return statistics.median(values)


def in_milliseconds(seconds: list[float]) -> str:
    p50, p99 = (quantile(seconds, share) * 1000 for share in (0.5, 0.99))
    return f"p50 {p50:.0f} ms, p99 {p99:.0f} ms"


def table(rows: list[Row]) -> str:
    head = Row("measured", "value", "floor", "how")
    widths = [
        max(len(getattr(row, column)) for row in [head, *rows]) for column in ("name", "value", "floor")
    ]
    lines = [
        "  ".join(
            [row.name.ljust(widths[0]), row.value.rjust(widths[1]), row.floor.rjust(widths[2]), row.note]
        )
        for row in [head, *rows]
    ]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])
