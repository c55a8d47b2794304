"""Marking by a rubric: a level for each criterion, summed to points on the scale of the question.

If every criterion has levels, a marker may pick one for each. The picked levels are stored with the mark as a
list of `{"text", "points", "levels"}`: the criterion, its points as a number in text, and the texts of the
levels. So the mark stays readable even if the question changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from exam_app.errors import InvalidInput
from exam_app.rules.paper import number
from exam_app.rules.question_types.base import CENT

Picked = list[dict[str, Any]]


def rubric_for(definition: dict[str, Any], points: Decimal) -> list[dict[str, Any]]:
    """The criteria `{"text", "points", "weight", "levels"}` with decimal points on the scale of a question
    worth `points`, each rounded half up to 0.01; `weight` is the criterion's points as defined. Empty if
    there is no rubric."""
    criteria = definition.get("rubric", [])
    total = _total(criteria)

    def scaled(item: dict[str, Any]) -> dict[str, Any]:
        scaled_points = _rounded(Decimal(item["points"]) * points / total)
        return {"text": item["text"], "points": scaled_points, "weight": item["points"]}

    return [
        {**scaled(criterion), "levels": [scaled(level) for level in criterion.get("levels", ())]}
        for criterion in criteria
    ]


def has_levels(definition: dict[str, Any]) -> bool:
    """Whether a level can be picked for each criterion."""
    criteria = definition.get("rubric", [])
    return bool(criteria) and all(criterion.get("levels") for criterion in criteria)


def picked(definition: dict[str, Any], points: Decimal, levels: Sequence[int]) -> tuple[Decimal, Picked]:
    """The sum of the levels, rounded half up to 0.01 once, and the record of the picked levels.

    :param levels: the index of the level for each criterion, from 0.
    :raises InvalidInput: the rubric has no such level, or a criterion has none picked.
    """
    criteria = definition.get("rubric", [])
    fits = has_levels(definition) and len(levels) == len(criteria)
    if not fits or any(not 0 <= level < len(c["levels"]) for level, c in zip(levels, criteria, strict=True)):
        raise InvalidInput(details={"levels": ["Pick one level for each criterion of the rubric."]})
    chosen = [c["levels"][level] for level, c in zip(levels, criteria, strict=True)]
    total = _total(criteria)
    kept = [
        {
            "text": criterion["text"],
            "points": str(_rounded(Decimal(level["points"]) * points / total)),
            "levels": [level["text"]],
        }
        for criterion, level in zip(criteria, chosen, strict=True)
    ]
    return _rounded(_total(chosen) * points / total), kept


def together(rubrics: Sequence[Picked | None]) -> Picked | None:
    """The picks of two markers combined: both texts where they differ, and the mean of the points. None
    unless both picked from the same rubric."""
    first, *others = rubrics
    if first is None or not others:
        return first
    (second,) = others
    if second is None or [row["text"] for row in first] != [row["text"] for row in second]:
        return None
    return [
        {
            "text": mine["text"],
            "points": str(mean(Decimal(mine["points"]), Decimal(theirs["points"]))),
            "levels": list(dict.fromkeys([*mine["levels"], *theirs["levels"]])),
        }
        for mine, theirs in zip(first, second, strict=True)
    ]


def mean(first: Decimal, second: Decimal) -> Decimal:
    """The mean of two markers' points, rounded half up to 0.01."""
    return _rounded((first + second) / 2)


def shown(kept: Picked | None) -> list[dict[str, Any]] | None:
    """The stored rubric with points as JSON numbers."""
    return kept and [{**row, "points": number(Decimal(row["points"]))} for row in kept]


def _total(items: Sequence[dict[str, Any]]) -> Decimal:
    return sum((Decimal(item["points"]) for item in items), Decimal(0))


def _rounded(points: Decimal) -> Decimal:
    return points.quantize(CENT, rounding=ROUND_HALF_UP)
