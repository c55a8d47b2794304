"""The interface of a question type, and the conversion of a share of the points to a score."""

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

    Both are None until the answer is marked manually.
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

    A *definition* is the JSON object stored with the question; a *response* is stored with the answer.
    All methods but these two expect what `validate_definition` and `check_response` returned.
    """

    name: ClassVar[str]

    @abstractmethod
    def validate_definition(self, definition: dict[str, Any]) -> dict[str, Any]:
        """The definition in its normal form, a new object; `InvalidInput` with details by field otherwise.

        Idempotent. The result has only JSON types.
        """

    def check_text(self, definition: dict[str, Any], text: str) -> None:  # noqa: B027 most have nothing to say
        """`InvalidInput` if a definition and the text of its question are inconsistent."""

    def plain_text(self, text: str) -> str:
        """The text of a question for display where it cannot be answered, without markup."""
        return text

    def exactly(self, definition: dict[str, Any]) -> dict[str, Any]:
        """The definition with typed texts compared as papers compared them before `TEXT_COMPARISON`."""
        return definition

    @abstractmethod
    def student_view(self, definition: dict[str, Any]) -> dict[str, Any]:
        """What a student may see before release; independent of which answer is right.

        `{"options": [{"optionId", "optionText"}]}` for types with options, `{}` for typed answers; the others
        document theirs in the docstring of their module.
        """

    def arranged(
        self, definition: dict[str, Any], view: dict[str, Any], may_shuffle: bool, random: Random
    ) -> dict[str, Any]:
        """The view in the order of one attempt. Options are shuffled if both test and question ask for it,
        except fixed ones, such as "None of the above"."""
        if "options" not in view:
            return view
        options = list(view["options"])
        if may_shuffle and definition.get("shuffle", False):
            free = [i for i, option in enumerate(definition["options"]) if not option.get("fixed")]
            shuffled = [options[i] for i in free]
            random.shuffle(shuffled)
            for i, option in zip(free, shuffled, strict=True):
                options[i] = option
        return {**view, "options": numbered(options)}

    @abstractmethod
    def check_response(self, definition: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
        """The response in its normal form, a new object; `InvalidInput` with details by field otherwise."""

    @abstractmethod
    def is_answered(self, response: dict[str, Any]) -> bool:
        """False for a cleared answer: an empty selection, a blank text, no number."""

    @abstractmethod
    def share(self, definition: dict[str, Any], response: dict[str, Any]) -> Decimal | None:
        """The share of the points that the response earns, 1 for all; a cleared answer earns 0.

        It may be below 0 or above 1; a score is clamped. None: it has to be marked manually.
        """

    def score(self, definition: dict[str, Any], response: dict[str, Any], max_points: Decimal) -> Score:
        """The score of the response."""
        share = self.share(definition, response)
        return UNMARKED if share is None else score_for(share, max_points)

    def certain_part(self, definition: dict[str, Any], response: dict[str, Any]) -> dict[str, Any] | None:
        """Of a response that has to be marked, the part that does not, for its marker; None without one."""
        return None

    @abstractmethod
    def response_text(self, definition: dict[str, Any], response: dict[str, Any]) -> str | None:
        """The response as human-readable text; None or blank for a cleared answer."""

    @abstractmethod
    def answer_key(self, definition: dict[str, Any]) -> dict[str, Any]:
        """`{"response": .., "text": ..}`: a response that earns full marks, and the right answer as text.

        Both are None if no answer is known to be right.
        """


def numbered(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The items with their position, from 1, as `orderIndex`."""
    return [{**item, "orderIndex": index} for index, item in enumerate(items, start=1)]
