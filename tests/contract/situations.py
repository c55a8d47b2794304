"""The situations behind the documents' examples, with exactly their numbers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import factory

from exam_app.models import Course, Feedback, Result, Test
from exam_app.rules import grading
from exam_app.services.authoring import papers
from tests.factories import AttemptFactory, BaseFactory, QuestionFactory, TestFactory
from tests.helpers.answers import change
from tests.helpers.clients import data

BINARY_SEARCH, VARIABLES, CLOSURES, TRY_CATCH = 0, 1, 10, 22
"""Positions in the quiz of the questions that the examples name, from 0."""
MISSED = (19, 20, 21, TRY_CATCH)
"""The four incorrect answers of the example that earns 85.5 of 100 points; the last one earns 1.5 of 4."""


class CourseFactory(BaseFactory):
    class Meta:
        model = Course

    title = "Web Development Bootcamp"


class ResultFactory(BaseFactory):
    """The first version of a result out of 100 points."""

    class Meta:
        model = Result

    number = 1
    score = Decimal("85.5")
    max_score = Decimal(100)
    percentage = factory.LazyAttribute(lambda row: row.score)
    grade = factory.LazyAttribute(lambda row: grading.grade(row.percentage, grading.DEFAULT_SCALE))
    passed = factory.LazyAttribute(lambda row: row.percentage >= 50)
    correct_count = 21


def choice(right: str = "Right", first_id: int = 1) -> dict[str, Any]:
    return {
        "options": [
            {"id": first_id, "text": right, "fraction": 1.0},
            {"id": first_id + 1, "text": "Something else", "fraction": 0.0},
        ]
    }


def text(right: str) -> dict[str, Any]:
    return {
        "accepted": [{"text": right, "fraction": 1.0}, {"text": "Some of it", "fraction": 0.375}],
    }


def _question(index: int) -> dict[str, Any]:
    """25 questions of 100 points: 22 of four points, one of eight, two of two."""
    fields: dict[str, Any] = {"definition": choice(), "category": "Algorithms", "difficulty": "easy"}
    if CLOSURES <= index < MISSED[0]:
        fields["category"] = "Data Structures"
    if index in MISSED[:2]:
        fields |= {"category": "Async Programming", "name": "Promises"}
    if index in MISSED[2:]:
        fields |= {"category": "Error Handling", "name": "Try-Catch Blocks"}
    if index in (23, 24):
        fields["points"] = Decimal(2)
    if index == BINARY_SEARCH:
        fields["text"] = "What is the time complexity of binary search?"
        fields["definition"] = choice("O(log n)", 180)
    if index == VARIABLES:
        fields |= {"type": "short_answer", "text": "What do variables do?"}
        fields["definition"] = text("Variables store data values in programming")
    if index == CLOSURES:
        fields |= {"type": "short_answer", "text": "Explain the concept of closures in JavaScript"}
        fields |= {"points": Decimal(8), "definition": text("functions that remember")}
    if index == TRY_CATCH:
        fields |= {"type": "short_answer", "definition": text("try, catch, finally")}
    return fields


def javascript_quiz(author: Any, feedback: Feedback = Feedback.IMMEDIATE, **fields: Any) -> Test:
    """The self-paced quiz of the examples: 25 questions, 100 points, 120 minutes, three attempts."""
    course = CourseFactory(organization_id=author.organization_id)
    questions = [
        QuestionFactory(organization_id=author.organization_id, **_question(index)) for index in range(25)
    ]
    quiz: Test = TestFactory(
        author=author,
        practice=True,
        feedback=feedback,
        title="JavaScript Fundamentals Quiz",
        description="Test your knowledge of JavaScript basics",
        duration_minutes=120,
        course_id=course.id,
        questions=questions,
        published=True,
        **fields,
    )
    return quiz


def ids(test: Any) -> list[int]:
    """The ids of a test's questions, in order."""
    return list(papers.compiled(test.current_paper_id).questions)


def right(test: Any, index: int) -> dict[str, Any]:
    """The correct response to a question."""
    question = list(papers.compiled(test.current_paper_id).questions.values())[index]
    response: dict[str, Any] = question.type.answer_key(question.definition)["response"]
    return response


def wrong(test: Any, index: int) -> dict[str, Any]:
    """An incorrect response; for the question with partial credit, one that is worth 1.5 points."""
    if index in (VARIABLES, CLOSURES):
        return {"text": "No idea"}
    return {"text": "Some of it"} if index == TRY_CATCH else {"selectedOptionIds": [2]}


def begin(client: Any, test: Any) -> str:
    """Start an attempt; returns its URL."""
    return f"/api/attempts/{data(client.post('/api/attempts/start', {'testId': test.id}), 201)['attemptId']}"


def answer(
    client: Any,
    path: str,
    test: Any,
    indexes: Iterable[int],
    missed: Iterable[int] = (),
    times: dict[int, int] | None = None,
) -> Any:
    """Save answers to these questions, correct except for those `missed`; `times` in seconds by index."""
    changes = [
        change(
            ids(test)[index],
            wrong(test, index) if index in missed else right(test, index),
            timeSpent=(times or {}).get(index, 30),
        )
        for index in indexes
    ]
    return data(client.post(f"{path}/answers", {"changes": changes}))


def graded_attempt(
    student: Any, test: Any, score: float, seconds: int, start: datetime, **fields: Any
) -> Any:
    """A graded attempt with this score out of 100, submitted after so many seconds."""
    end = start + timedelta(seconds=seconds)
    attempt = AttemptFactory(
        student=student,
        test=test,
        submitted=True,
        status="graded",
        grading_needed=False,
        started_at=start,
        submitted_at=end,
        closed_at=end,
        **fields,
    )
    ResultFactory(attempt_id=attempt.id, score=Decimal(str(score)), created_at=end)
    return attempt
