"""Remarks on what a teacher should review. docs/statistics.md explains the thresholds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from exam_app.rules.statistics.analysis import Analysis, ItemStatistics
    from exam_app.rules.statistics.options import OptionStatistics

FEW, TOO_FEW = 30, 10
"""Below 30 attempts the figures vary widely between classes; below 10 single items get no remarks."""
BEYOND_CHANCE = 2.33
"""Significant correlations have this many standard errors, 1 / √(n − 1); chance exceeds it once in 100."""
TOO_EASY, TOO_HARD = 95.0, 20.0
"""Facility in percent beyond which an item hardly discriminates."""
WEAK = 0.2
"""Item-rest correlation below which an item of medium facility discriminates weakly: Moodle's "very weak"."""
MEDIUM = (20.0, 90.0)
OMITTED = 25.0
"""Percent of attempts without an answer from which there is a remark."""
UNRELIABLE = 0.64
"""Alpha below which a test is not reliable enough for single scores (Moodle, "Quiz report statistics")."""
KINDS = (
    "few_attempts",
    "key_may_be_wrong",
    "negative_discrimination",
    "too_hard",
    "weak_discrimination",
    "often_left_out",
    "unreliable",
    "too_easy",
    "unused_options",
)
"""The most urgent first."""
_SHOWN = 60


@dataclass(frozen=True)
class Remark:
    """`kind` names the rule; `item_id` is None for a remark on the whole test."""

    kind: str
    item_id: int | None
    text: str


def remarks(analysis: Analysis) -> tuple[Remark, ...]:
    """The remarks, the most urgent first, then in item order. Empty without attempts."""
    if analysis.count == 0:
        return ()
    found = list(_of_the_test(analysis))
    for item in analysis.items:
        found += _of_item(item, analysis)
    return tuple(sorted(found, key=lambda remark: KINDS.index(remark.kind)))


def _of_the_test(analysis: Analysis) -> Iterator[Remark]:
    count, alpha = analysis.count, analysis.reliability.alpha
    if count < TOO_FEW:
        attempts = "One attempt is" if count == 1 else f"{count} attempts are"
        text = f"{attempts} too few to judge single questions: at least {TOO_FEW} are needed."
        yield Remark("few_attempts", None, text)
    elif count < FEW:
        text = f"With {count} attempts, the figures may be due to chance. They are stable from about {FEW}."
        yield Remark("few_attempts", None, text)
    if count >= FEW and alpha is not None and alpha < UNRELIABLE:
        text = "The scores are not reliable: the questions do not measure the same thing."
        yield Remark("unreliable", None, f"{text} The reliability is {alpha:.2f}.")


def _of_item(item: ItemStatistics, analysis: Analysis) -> Iterator[Remark]:
    if analysis.count < TOO_FEW or item.facility is None:
        return
    name, least = f"Q{item.item.number}", BEYOND_CHANCE / (analysis.count - 1) ** 0.5
    better = _better_than_the_key(item, least)
    if better is not None:
        text = (
            f"The answer key of {name} may be wrong: stronger students choose “{_short(better.option.text)}”."
        )
        yield Remark("key_may_be_wrong", item.item.id, text)
    elif item.item_rest is not None and item.item_rest < -least:
        text = f"{name} has negative discrimination: students who do better in the rest score lower here."
        yield Remark("negative_discrimination", item.item.id, text)
    elif _is_weak(item, analysis.count):
        text = f"{name} hardly discriminates between stronger and weaker students."
        yield Remark("weak_discrimination", item.item.id, text)
    if item.facility > TOO_EASY:
        text = f"{name} is very easy: {item.facility:.0f} % of its points were earned."
        yield Remark("too_easy", item.item.id, text)
    elif item.facility < TOO_HARD:
        text = f"{name} is very hard: {item.facility:.0f} % of its points were earned."
        yield Remark("too_hard", item.item.id, text)
    omitted = 100 * (analysis.count - item.answered) / analysis.count
    if omitted >= OMITTED:
        yield Remark("often_left_out", item.item.id, f"{omitted:.0f} % did not answer {name}.")
    unused = [row.option.text for row in item.options if not row.chosen and not row.option.is_key]
    if unused and item.answered >= FEW and item.facility <= TOO_EASY:
        texts = " or ".join(f"“{_short(text)}”" for text in unused)
        yield Remark("unused_options", item.item.id, f"Nobody chose {texts} in {name}.")


def _better_than_the_key(item: ItemStatistics, least: float) -> OptionStatistics | None:
    """The wrong option that stronger students choose, significantly and more clearly than the key."""
    keys = [row.correlation for row in item.options if row.option.is_key and row.correlation is not None]
    rivals = [
        row
        for row in item.options
        if not row.option.is_key and row.correlation is not None and row.correlation > max([least, *keys])
    ]
    return max(rivals, key=lambda row: row.correlation or 0.0, default=None)


def _is_weak(item: ItemStatistics, count: int) -> bool:
    low, high = MEDIUM
    judged = count >= FEW and item.facility is not None and low <= item.facility <= high
    return judged and item.item_rest is not None and item.item_rest < WEAK


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1].rstrip()}…"
