"""The frozen paper: compiled once at publication, read by every save, ordered by seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any

from exam_app.rules import grading, question_types
from exam_app.rules.grading import Outcome
from exam_app.rules.integrity import settings as integrity_settings
from exam_app.rules.question_types.base import QuestionType, Score

TEXT_COMPARISON = 2
"""How typed texts are compared, stored with each question of a paper when it is published: 2 is as in
`typed_text`.

Older papers have no number. Their texts are compared exactly, as on the day of the exam, until a correction
of the key says otherwise: a new comparison changes no result by itself.
"""


class Credit(StrEnum):
    """How a question is credited: by its key, or after a correction full points for everyone, or excluded."""

    BY_KEY = "by_key"
    FULL = "full"
    LEFT_OUT = "left_out"


@dataclass(frozen=True)
class PaperQuestion:
    """One question of a paper, keys included: never sent to a client as it is.

    `definition` is the one it is scored by; `written` is as its author wrote it. They differ in papers whose
    texts are compared as before `TEXT_COMPARISON`.
    """

    id: int
    type: QuestionType
    name: str
    text: str
    points: Decimal
    category: str | None
    difficulty: str | None
    passage_id: int | None
    definition: dict[str, Any]
    written: dict[str, Any]
    images: list[dict[str, str]]
    credit: Credit = Credit.BY_KEY

    @property
    def worth(self) -> Decimal:
        """What it contributes to the maximum of the paper; `points` are what students saw."""
        return Decimal(0) if self.credit is Credit.LEFT_OUT else self.points

    @property
    def unanswered(self) -> Decimal:
        """What it earns without an answer."""
        return self.points if self.credit is Credit.FULL else Decimal(0)

    def score(self, response: dict[str, Any]) -> Score:
        """What a response earns automatically. If the question is excluded, it is neither right nor wrong."""
        if self.credit is Credit.FULL:
            return Score(self.points, True)
        if self.credit is Credit.LEFT_OUT:
            return Score(Decimal(0), None)
        return self.type.score(self.definition, response, self.points)

    @property
    def plain_text(self) -> str:
        """The text for a report, without the markup of its type."""
        return self.type.plain_text(self.text)


@dataclass(frozen=True)
class CompiledPaper:
    """A paper in memory. Immutable, so one copy can be cached by a process without expiry."""

    id: int
    content: dict[str, Any]

    @property
    def settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = self.content["settings"]
        return settings

    @cached_property
    def integrity(self) -> dict[str, Any]:
        """What the page does, and the thresholds of the integrity rules; older papers have the defaults."""
        return integrity_settings.complete(self.settings.get("integrity"))

    @cached_property
    def passages(self) -> dict[int, dict[str, Any]]:
        """`{passageId, title, text}` by id."""
        return {passage["passageId"]: passage for passage in self.content["passages"]}

    @property
    def markers(self) -> int:
        """How many markers mark an essay; one in papers older than this setting."""
        return int(self.settings.get("markers", 1))

    @property
    def marking_tolerance(self) -> Decimal:
        """By how many points the marks of two markers may differ."""
        return Decimal(self.settings.get("markingTolerance", "0"))

    @property
    def title(self) -> str:
        return str(self.content["title"])

    @property
    def duration_minutes(self) -> int:
        return int(self.content["durationMinutes"])

    @cached_property
    def questions(self) -> dict[int, PaperQuestion]:
        """Questions by id, in the order of the test."""
        return {q["questionId"]: _question(q) for q in self.content["questions"]}

    @cached_property
    def image_digests(self) -> frozenset[str]:
        """The pictures that a test taker of this paper may see."""
        return frozenset(image["digest"] for q in self.questions.values() for image in q.images)

    @cached_property
    def total_points(self) -> Decimal:
        return sum((q.worth for q in self.questions.values()), Decimal(0))

    @cached_property
    def counting(self) -> list[PaperQuestion]:
        """The questions that are not excluded, in the order of the test."""
        return [q for q in self.questions.values() if q.credit is not Credit.LEFT_OUT]

    @cached_property
    def given(self) -> dict[int, Decimal]:
        """Points of the questions that earn points without an answer, by id."""
        return {q.id: q.unanswered for q in self.questions.values() if q.unanswered}

    def outcome(self, score: Decimal) -> Outcome:
        """The outcome of a score in this paper; papers without a grade scale use the default one."""
        scale = self.content.get("gradeScale", grading.DEFAULT_SCALE)
        return grading.outcome(score, self.total_points, Decimal(self.content["passPercentage"]), scale)

    def order(self, seed: int) -> list[PaperQuestion]:
        """The questions in the order of one attempt: always the same, on every device."""
        questions = list(self.questions.values())
        if self.settings["shuffleQuestions"]:
            random.Random(f"questions:{seed}").shuffle(questions)
        return questions

    def locked(self, seed: int, furthest: int) -> frozenset[int]:
        """The questions that a student whose furthest index is `furthest` can no longer change: those before
        it, if the test does not allow going back."""
        if self.settings["allowBack"] or furthest == 0:
            return frozenset()
        return frozenset(question.id for question in self.order(seed)[:furthest])


def compile_paper(
    test: dict[str, Any], passages: list[dict[str, Any]], questions: list[dict[str, Any]]
) -> dict[str, Any]:
    """The content of a paper as stored: `test` holds the test's settings, the lists are in its order.

    Every definition is validated again, so a paper can be scored without checks.
    """
    checked = [
        {
            **q,
            "definition": question_types.checked_definition(q["type"], q["definition"], q["text"]),
            "textComparison": TEXT_COMPARISON,
        }
        for q in questions
    ]
    total = sum((Decimal(q["points"]) for q in checked), Decimal(0))
    return {**test, "totalPoints": str(total), "passages": passages, "questions": checked}


def student_question(
    question: PaperQuestion, order_index: int, seed: int, shuffle_options: bool
) -> dict[str, Any]:
    """A question as a student may see it. Built only from the student view of its type."""
    view = question.type.student_view(question.definition)
    by_seed = random.Random(f"options:{seed}:{question.id}")
    return {
        "questionId": question.id,
        "questionText": question.text,
        "questionType": question.type.name,
        "points": number(question.points),
        "orderIndex": order_index,
        "passageId": question.passage_id,
        "images": shown_images(question.images),
        **question.type.arranged(question.definition, view, shuffle_options, by_seed),
    }


def shown_images(images: list[dict[str, str]]) -> list[dict[str, Any]]:
    """`{url, altText, orderIndex}` for each; `[image 1]` in a text is the one with orderIndex 1."""
    return [
        {"url": f"/files/{image['digest']}", "altText": image["alt"], "orderIndex": index}
        for index, image in enumerate(images, start=1)
    ]


def number(value: Decimal) -> int | float:
    """A decimal as a JSON number: 4 instead of 4.00, 85.5 as it is."""
    return int(value) if value == value.to_integral_value() else float(value)


def _question(stored: dict[str, Any]) -> PaperQuestion:
    kind, written = question_types.get(stored["type"]), stored["definition"]
    return PaperQuestion(
        id=stored["questionId"],
        type=kind,
        name=stored["name"],
        text=stored["text"],
        points=Decimal(stored["points"]),
        category=stored["category"],
        difficulty=stored["difficulty"],
        passage_id=stored["passageId"],
        definition=written if "textComparison" in stored else kind.exactly(written),
        written=written,
        images=stored.get("images", []),
        credit=Credit(stored.get("credit", Credit.BY_KEY)),
    )
