"""Publishing a test as a paper, and the cache of papers."""

from __future__ import annotations

import uuid
from functools import lru_cache
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from exam_app.errors import Conflict, NotFound
from exam_app.extensions import db
from exam_app.models import Paper, Passage, Question, Test, TestQuestion
from exam_app.rules.integrity.settings import complete, page_rules
from exam_app.rules.paper import CompiledPaper, compile_paper, student_question
from exam_app.services.authoring import grade_scale

_SHOWN_SETTINGS = ("allowBack", "allowReview", "feedback", "conflictStrategy", "warningMinutes")


def publish(test: Test, publisher_id: uuid.UUID | None) -> Paper:
    """Freeze the current test as its next paper, which new attempts will use. Commits.

    :raises Conflict: the test has no questions.
    """
    lock(test)
    content = _compile(test)
    if not content["questions"]:
        db.session.rollback()
        raise Conflict("This test has no questions yet. Add some, then publish it.")
    paper = add(test, content, publisher_id)
    test.current_paper_id = paper.id
    db.session.commit()
    return paper


def is_current(test: Test) -> bool:
    """Whether the published paper equals the current test."""
    return test.current_paper_id is not None and compiled(test.current_paper_id).content == _compile(test)


def _compile(test: Test) -> dict[str, Any]:
    """The content of a paper of the current test."""
    rows = db.session.execute(
        select(TestQuestion, Question)
        .join(Question, Question.id == TestQuestion.question_id)
        .where(TestQuestion.test_id == test.id)
        .order_by(TestQuestion.position)
        .execution_options(populate_existing=True)
    ).all()
    passage_ids = {question.passage_id for _, question in rows if question.passage_id}
    passages = db.session.scalars(select(Passage).where(Passage.id.in_(passage_ids)).order_by(Passage.id))
    return compile_paper(
        _head(test),
        [{"passageId": p.id, "title": p.title, "text": p.text} for p in passages],
        [_frozen(item, question) for item, question in rows],
    )


def lock(test: Test) -> None:
    """Lock the test until the caller commits: concurrent publications, corrections and regrades wait."""
    db.session.refresh(test, with_for_update={"of": Test})


def add(
    test: Test, content: dict[str, Any], publisher_id: uuid.UUID | None, corrects_id: int | None = None
) -> Paper:
    """The next paper of a test that the caller has locked; the caller commits."""
    number = db.session.scalar(
        select(func.coalesce(func.max(Paper.number), 0)).where(Paper.test_id == test.id)
    )
    paper = Paper(
        organization_id=test.organization_id,
        test_id=test.id,
        number=(number or 0) + 1,
        content=content,
        published_by=publisher_id,
        corrects_id=corrects_id,
    )
    db.session.add(paper)
    db.session.flush()
    return paper


@lru_cache(maxsize=256)
def compiled(paper_id: int) -> CompiledPaper:
    """The paper, read from the database once per process: papers never change.

    :raises NotFound: there is none (not cached).
    """
    content = db.session.scalar(select(Paper.content).where(Paper.id == paper_id))
    if content is None:
        raise NotFound
    return CompiledPaper(id=paper_id, content=content)


def student_view(paper: CompiledPaper, seed: int) -> dict[str, Any]:
    """The paper as the exam page shows it, in the order of one attempt. No keys."""
    shuffle = paper.settings["shuffleOptions"]
    return {
        "title": paper.title,
        "instructions": paper.content["instructions"],
        "graceSeconds": current_app.config["GRACE_SECONDS"],
        "settings": {key: paper.settings[key] for key in _SHOWN_SETTINGS},
        "integrity": page_rules(paper.integrity),
        "passages": paper.content["passages"],
        "questions": [
            student_question(question, index, seed, shuffle)
            for index, question in enumerate(paper.order(seed), start=1)
        ],
    }


def _head(test: Test) -> dict[str, Any]:
    return {
        "testId": test.id,
        "title": test.title,
        "description": test.description,
        "instructions": test.instructions,
        "durationMinutes": test.duration_minutes,
        "passPercentage": str(test.pass_percentage),
        "gradeScale": grade_scale.scale_of(test.organization_id),
        "settings": {
            "allowBack": test.allow_back,
            "allowReview": test.allow_review,
            "shuffleQuestions": test.shuffle_questions,
            "shuffleOptions": test.shuffle_options,
            "feedback": test.feedback.value,
            "markers": test.markers,
            "markingTolerance": str(test.marking_tolerance),
            "warningMinutes": test.warning_minutes,
            "conflictStrategy": test.conflict_strategy.value,
            "disconnectPolicy": test.disconnect_policy.value,
            "integrity": complete(test.integrity),
        },
    }


def _frozen(item: TestQuestion, question: Question) -> dict[str, Any]:
    return {
        "questionId": question.id,
        "type": question.type,
        "name": question.name,
        "text": question.text,
        "points": str(item.points if item.points is not None else question.points),
        "category": question.category,
        "difficulty": question.difficulty,
        "passageId": question.passage_id,
        "definition": question.definition,
        "images": question.images,
    }
