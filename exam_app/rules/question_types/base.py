"""What every question type offers, and how a share of the points becomes a score."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any, ClassVar

CENT = Decimal("0.01")
NOTHING = Decimal(0)
FULL = Decimal(1)


@dataclass(frozen=True)
class Score:
    """Points on a grid of 0.01, from 0 to the maximum; `is_correct` means full marks.

    Both are None while a person still has to mark the answer.
    """

    points: Decimal | None
    is_correct: bool | None


UNMARKED = Score(None, None)


def score_for(share: Decimal, max_points: Decimal) -> Score:
    """The score of an answer worth `share` of `max_points` (not negative, at most two decimals).

    A share below 0 counts as 0, one above 1 as 1; the points are rounded half up.
    """
    bounded = min(max(share, NOTHING), FULL)
    points = (bounded * max_points).quantize(CENT, rounding=ROUND_HALF_UP)
    return Score(points=points, is_correct=bounded == FULL)


class QuestionType(ABC):
    """The behaviour of one kind of question. Pure and without state.

    A *definition* is the JSON object kept with the question; a *response* the one kept with the answer.
    All but those two checks expect what `validate_definition` and `check_response` returned.
    """

    name: ClassVar[str]

    @abstractmethod
    def validate_definition(self, definition: dict[str, Any]) -> dict[str, Any]:
        """The definition in its normal form, a new object; `InvalidInput` with details by field otherwise.

        Normalising twice changes nothing more. The result has only JSON types.
        """

    def check_text(self, definition: dict[str, Any], text: str) -> None:  # noqa: B027 most have nothing to say
        """`InvalidInput` where a definition and the text of its question do not fit together."""

    def plain_text(self, text: str) -> str:
        """The text of a question as people read it where it cannot be answered."""
        return text

    @abstractmethod
    def student_view(self, definition: dict[str, Any]) -> dict[str, Any]:
        """What a student may see before release, the same whichever answer is right.

        `{"options": [{"optionId", "optionText"}]}` for the types in which options are chosen, `{}` for a
        field to type into; the others tell theirs at the head of their file.
        """

    def arranged(
        self, definition: dict[str, Any], view: dict[str, Any], may_shuffle: bool, random: Random
    ) -> dict[str, Any]:
        """The view in the order of one attempt. Options are shuffled where test and question both want it."""
        if "options" not in view:
            return view
        options = list(view["options"])
        if may_shuffle and definition.get("shuffle", False):
            random.shuffle(options)
        return {**view, "options": numbered(options)}

    @abstractmethod
    def check_response(self, definition: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
        """The response in its normal form, a new object; `InvalidInput` with details by field otherwise."""

    @abstractmethod
    def is_answered(self, response: dict[str, Any]) -> bool:
        """False for a cleared answer: an empty selection, a blank text, no number."""

    @abstractmethod
    def share(self, definition: dict[str, Any], response: dict[str, Any]) -> Decimal | None:
        """The part of the points that the response earns, 1 for all of them; a cleared answer earns nothing.

        It may fall below 0 or exceed 1: a score does not. None: a person has to mark it.
        """

    def score(self, definition: dict[str, Any], response: dict[str, Any], max_points: Decimal) -> Score:
        """What the response earns."""
        share = self.share(definition, response)
        return UNMARKED if share is None else score_for(share, max_points)

    @abstractmethod
    def response_text(self, definition: dict[str, Any], response: dict[str, Any]) -> str | None:
        """The response as people read it; None or blank for a cleared answer."""

    @abstractmethod
    def answer_key(self, definition: dict[str, Any]) -> dict[str, Any]:
        """`{"response": .., "text": ..}`: a response that earns full marks, and the right answer in words.

        Both are None where no answer is known to be right.
        """


def numbered(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is shown in this order, with its place counted from 1 as `orderIndex`."""
    return [{**item, "orderIndex": index} for index, item in enumerate(items, start=1)]
