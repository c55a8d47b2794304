"""Importing questions from files of other systems, and exporting them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from exam_app.errors import InvalidInput
from exam_app.exporters import ExportReport, Unwritten, write_questions
from exam_app.extensions import db
from exam_app.importers import ImportReport, read_questions
from exam_app.importers.base import Image, ImportedQuestion
from exam_app.infrastructure import storage
from exam_app.models import Question, Test, TestQuestion, User
from exam_app.rules.question_types import checked_definition
from exam_app.services.authoring import catalog, pictures, unused_files

MINUTES_A_QUESTION = 2


def add_imported(
    organization_id: int, creator_id: uuid.UUID | None, questions: Sequence[ImportedQuestion]
) -> list[Question]:
    """Add imported questions to the bank, in order; the caller commits."""
    if any(read.images for read in questions):
        unused_files.lock_shared()
    added = [
        Question(
            organization_id=organization_id,
            created_by=creator_id,
            type=read.type,
            name=read.name,
            text=read.text,
            points=read.points,
            category=read.category,
            tags=list(read.tags),
            images=pictures.store(read.images),
            definition=read.definition,
        )
        for read in questions
    ]
    db.session.add_all(added)
    db.session.flush()
    return added


def import_file(
    user: User, data: bytes, filename: str, title: str, skips_refused: bool
) -> tuple[ImportReport, Test | None]:
    """Import the questions of a file into the bank and, with a title, into a new draft of a test. Commits.

    If anything is refused, nothing is imported unless `skips_refused`. The test gets two minutes for each
    question as its default duration; it is None if nothing was imported or no title was given.

    :raises InvalidInput: the file as a whole cannot be read, or holds more than one test may.
    """
    report = read_questions(data, None, filename)
    if not report.questions or (report.refused and not skips_refused):
        return report, None
    if title and len(report.questions) > catalog.MAX_IN_A_TEST:
        raise InvalidInput(
            f"A test can have at most {catalog.MAX_IN_A_TEST} questions. Leave its title empty."
        )
    added = add_imported(user.organization_id, user.id, report.questions)
    if not title:
        db.session.commit()
        return report, None
    minutes = min(len(added) * MINUTES_A_QUESTION, 10_080)
    fields = {"title": title, "duration_minutes": minutes, "is_active": False}
    return report, catalog.create_test(user, fields, [question.id for question in added])


def export_test(test: Test, format: str) -> ExportReport:
    """The draft's questions, with their points in it, as a file for another system."""
    rows = db.session.execute(
        select(Question, TestQuestion.points)
        .join(TestQuestion, TestQuestion.question_id == Question.id)
        .where(TestQuestion.test_id == test.id)
        .order_by(TestQuestion.position)
    )
    questions = [
        ImportedQuestion(
            type=question.type,
            name=question.name,
            text=question.text,
            definition=checked_definition(question.type, question.definition, question.text),
            line=0,
            points=question.points if points is None else points,
            category=question.category,
            tags=tuple(question.tags),
            images=tuple(Image(storage.get(i["digest"]) or b"", i["alt"]) for i in question.images),
        )
        for question, points in rows
    ]
    return write_questions(questions, format)


def describe_export(report: ExportReport) -> dict[str, Any]:
    def listed(items: list[Unwritten]) -> list[dict[str, Any]]:
        return [{"orderIndex": one.number, "name": one.name, "reason": one.reason} for one in items]

    return {
        "format": report.format,
        "content": report.content,
        "questionsWritten": report.written,
        "refused": listed(report.refused),
        "leftOut": listed(report.notes),
    }
