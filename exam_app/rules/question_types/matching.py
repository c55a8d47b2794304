"""Matching: one choice belongs to each stem. Every stem is worth the same share of the points.

Definition: `{"stems": [{"id", "text", "choice"}], "choices": [{"id", "text"}], "shuffle", "feedback"?}`.
`choice` is the text of the right choice; a choice may belong to several stems or, as a distractor, to none. A
right choice missing from `choices` is added, so `choices` need only list the distractors. Omit ids when
writing a question: they are then assigned in the order of the texts (see `entries`).

Student's view: `{"stems": [{"stemId", "stemText"}], "choices": [{"choiceId", "choiceText"}]}`. Choices are
always shuffled, as authors write them in the order of the stems; stems if test and question ask for it.

Response: `{"pairs": [{"stemId", "choiceId"}]}`, stems without a choice omitted.

Score: right pairs / stems, as in Moodle's matching type
(https://docs.moodle.org/en/Matching_question_type).
"""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

from exam_app.rules.question_types import checks, entries
from exam_app.rules.question_types.base import QuestionType, numbered
from exam_app.rules.question_types.checks import Problems


class Matching(QuestionType):
    name = "matching"

    def validate_definition(self, definition: dict[str, Any]) -> dict[str, Any]:
        problems = Problems()
        body = checks.object_of(definition, {"stems", "choices", "shuffle", "feedback"}, problems)
        stems = entries.read(body.get("stems"), {"choice"}, problems, "stems", least=2)
        for index, stem in enumerate(stems):
            stem["choice"] = checks.required_text(stem.get("choice"), problems, f"stems.{index}.choice")
        clean = {
            "stems": stems,
            "choices": _choices(body.get("choices", []), stems, problems),
            "shuffle": checks.flag(body, "shuffle", True, problems),
            **checks.feedback_of(body, problems),
        }
        problems.raise_if_any()
        return clean

    def student_view(self, definition: dict[str, Any]) -> dict[str, Any]:
        return {
            "stems": entries.view(definition["stems"], "stem"),
            "choices": entries.view(definition["choices"], "choice"),
        }

    def arranged(
        self, definition: dict[str, Any], view: dict[str, Any], may_shuffle: bool, random: Random
    ) -> dict[str, Any]:
        stems, choices = list(view["stems"]), list(view["choices"])
        random.shuffle(choices)
        if may_shuffle and definition["shuffle"]:
            random.shuffle(stems)
        else:
            written = [stem["id"] for stem in definition["stems"]]
            stems.sort(key=lambda stem: written.index(stem["stemId"]))
        return {"stems": numbered(stems), "choices": numbered(choices)}

    def check_response(self, definition: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
        pairs = checks.id_pairs(checks.sole_value(response, "pairs"), "pairs", "stemId", "choiceId")
        stems, choices = entries.texts(definition["stems"]), entries.texts(definition["choices"])
        if not pairs.keys() <= stems.keys() or not set(pairs.values()) <= choices.keys():
            raise checks.refuse("pairs", "Names a stem or a choice that this question does not have.")
        return {"pairs": [{"stemId": stem, "choiceId": pairs[stem]} for stem in sorted(pairs)]}

    def is_answered(self, response: dict[str, Any]) -> bool:
        return bool(response.get("pairs"))

    def share(self, definition: dict[str, Any], response: dict[str, Any]) -> Decimal:
        right = _right(definition)
        hits = sum(right[pair["stemId"]] == pair["choiceId"] for pair in response["pairs"])
        return Decimal(hits) / len(right)

    def response_text(self, definition: dict[str, Any], response: dict[str, Any]) -> str | None:
        chosen = {pair["stemId"]: pair["choiceId"] for pair in response["pairs"]}
        choices = entries.texts(definition["choices"])
        pairs = [
            f"{stem['text']} → {choices[chosen[stem['id']]]}"
            for stem in definition["stems"]
            if stem["id"] in chosen
        ]
        return "; ".join(pairs) or None

    def answer_key(self, definition: dict[str, Any]) -> dict[str, Any]:
        pairs = [{"stemId": stem, "choiceId": choice} for stem, choice in sorted(_right(definition).items())]
        return {"response": {"pairs": pairs}, "text": self.response_text(definition, {"pairs": pairs})}


def _choices(value: object, stems: list[dict[str, Any]], problems: Problems) -> list[dict[str, Any]]:
    written = checks.list_of(value, problems, "choices", 0, entries.MAX_ENTRIES)
    known = {str(item.get("text")).strip() for item in written if isinstance(item, dict)}
    missing = sorted({stem["choice"] for stem in stems} - known - {""})
    found = entries.read(
        [*written, *({"text": text} for text in missing)], set(), problems, "choices", least=2
    )
    entries.check_distinct(found, problems, "choices")
    return found


def _right(definition: dict[str, Any]) -> dict[int, int]:
    ids = {choice["text"]: choice["id"] for choice in definition["choices"]}
    return {stem["id"]: ids[stem["choice"]] for stem in definition["stems"]}
