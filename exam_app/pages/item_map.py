"""The map of facility × discrimination: the position of each question, in SVG units."""

from __future__ import annotations

import math
from typing import Any

WIDTH, HEIGHT = 460, 320
LEFT, RIGHT, TOP, BOTTOM = 44, 436, 12, 280


def item_map(questions: list[dict[str, Any]], remarks: list[dict[str, Any]]) -> dict[str, Any]:
    """`points`: the questions that have both figures, `isNoted` if there is a remark; ticks of both axes;
    `missing`: the numbers of the questions that cannot be shown."""
    noted = {remark["questionId"] for remark in remarks}
    shown = [q for q in questions if q["facility"] is not None and q["discrimination"] is not None]
    lowest = math.floor(5 * min((q["discrimination"] for q in shown), default=0)) / 5
    floor = min(-0.2, lowest)
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": RIGHT,
        "top": TOP,
        "bottom": BOTTOM,
        "points": [
            {
                "number": q["orderIndex"],
                "x": _x(q["facility"]),
                "y": _y(q["discrimination"], floor),
                "facility": q["facility"],
                "discrimination": q["discrimination"],
                "isNoted": q["questionId"] in noted,
            }
            for q in shown
        ],
        "across": [{"x": _x(value), "label": f"{value} %"} for value in range(0, 101, 20)],
        "up": [
            {"y": _y(value, floor), "label": f"{value:.1f}".replace("-", "−"), "isZero": abs(value) < 0.01}
            for value in (floor + step * 0.2 for step in range(round((1 - floor) / 0.2) + 1))
        ],
        "missing": [q["orderIndex"] for q in questions if q not in shown],
    }


def _x(facility: float) -> float:
    return round(LEFT + (RIGHT - LEFT) * facility / 100, 1)


def _y(discrimination: float, floor: float) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * (discrimination - floor) / (1 - floor), 1)
