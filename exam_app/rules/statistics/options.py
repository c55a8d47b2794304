"""Distractor analysis: how often each option was chosen, and by how strong students."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from exam_app.rules.statistics.ranking import FIFTHS, means, membership
from exam_app.rules.statistics.responses import Item, Option, Responses
from exam_app.rules.statistics.spread import correlations, divided, known, variances


@dataclass(frozen=True)
class OptionStatistics:
    """One row of a distractor table.

    `chosen`: how many attempts chose it; `share`: in percent of all attempts. `mean_rest`: the mean score of
    those attempts in the other items, in percent. `correlation`: Pearson's r of choosing it with the points
    in the other items; a key should be above 0 and a distractor below. `by_fifth`: the share, in percent,
    that chose it in each fifth of the attempts, ranked by the other items, weakest first; None for fewer than
    five attempts or if all are equal.
    """

    option: Option
    chosen: int
    share: float | None
    mean_rest: float | None
    correlation: float | None
    by_fifth: tuple[float, ...] | None


def option_statistics(responses: Responses, index: int) -> tuple[OptionStatistics, ...]:
    """The table of the item at `index`; empty for one without options. Source of the layout: Ebel 1972."""
    item: Item = responses.items[index]
    if not item.options:
        return ()
    chosen = responses.chosen[item.id].astype(np.float64)
    rest = responses.rest[:, index]
    counts, possible = chosen.sum(axis=0), responses.maximums.sum() - item.max_points
    mean_rest = 100 * divided(divided(chosen.T @ rest, counts), possible)
    related = correlations(chosen, rest)
    fifths = None
    if responses.count >= len(FIFTHS) and variances(rest) > 0:
        fifths = 100 * means(chosen, membership(rest, FIFTHS))
    return tuple(
        OptionStatistics(
            option=option,
            chosen=int(counts[place]),
            share=known(100 * divided(counts[place], responses.count)),
            mean_rest=known(mean_rest[place]),
            correlation=known(related[place]),
            by_fifth=None if fifths is None else tuple(float(value) for value in fifths[:, place]),
        )
        for place, option in enumerate(item.options)
    )
