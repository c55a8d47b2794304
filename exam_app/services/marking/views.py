"""An answer as its marker sees it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from typing import Any

from sqlalchemy import select

from exam_app import clock
from exam_app.errors import NotFound
from exam_app.extensions import db
from exam_app.models import Answer, AnswerMark, Attempt, User
from exam_app.rules import rubrics
from exam_app.rules.paper import PaperQuestion, number, shown_images
from exam_app.rules.question_types.essay import words_in
from exam_app.services.answers.views import answer_text, points_of
from exam_app.services.authoring import papers
from exam_app.services.grading.marks import Verdict, marks_of, verdict
from exam_app.services.marking.tasks import state_for, task_for

TYPED_NUMBERS = ("numerical", "cloze")
"""The types of which an answer needs a marker if a number in it could not be read."""


def shown(viewer: User, attempt: Attempt, answer_id: uuid.UUID) -> dict[str, Any]:
    """An answer for its marker: question, rubric, response, and the marks so far, the latest first.

    With two required markers, marks are hidden from the other until both have given one; then they are in
    `both`. `points` are the effective ones, null while marking is due; `standing` is the mark that `viewer`
    would change.

    :raises NotFound: the attempt has no such answer.
    """
    answer = db.session.scalar(select(Answer).where(Answer.attempt_id == attempt.id, Answer.id == answer_id))
    if answer is None:
        raise NotFound("This attempt has no answer with this id. Reload the page.")
    paper = papers.compiled(attempt.paper_id)
    question = paper.questions[answer.question_id]
    text = answer_text(question.id, answer.response, paper) or ""
    given = marks_of([attempt.id]).get((attempt.id, question.id), [])
    judged = verdict(given, answer.version, answer.response, question, paper)
    marks = _described(_visible(viewer, given, judged), answer)
    by_number = {mark["number"]: mark for mark in marks}
    current = judged.effective_mark
    if judged.needs_two and not judged.adjudicated:
        current = judged.by_marker.get(viewer.id)
    return {
        "questionText": question.plain_text,
        "images": shown_images(question.images),
        "passage": paper.passages.get(question.passage_id) if question.passage_id else None,
        "maxPoints": number(question.points),
        "answer": text,
        "words": words_in(text),
        "minWords": question.definition.get("minWords"),
        "maxWords": question.definition.get("maxWords"),
        "rubric": rubrics.rubric_for(question.definition, question.points),
        "hasLevels": rubrics.has_levels(question.definition),
        "graderNotes": question.definition.get("graderNotes"),
        "answerKey": question.type.answer_key(question.definition)["text"],
        "certainPoints": _certain_points(question, answer.response, judged),
        "isUnread": judged.by_rules.points is None and question.type.name in TYPED_NUMBERS,
        "seen": state_for(viewer, judged, answer.version),
        "marks": marks,
        "standing": current and by_number[current.number],
        "needsTwo": judged.needs_two,
        "both": [by_number[mark.number] for mark in judged.by_marker.values()]
        if judged.has_two_marks
        else [],
        "settled": judged.adjudicated and by_number[judged.adjudicated.number],
        "tolerance": number(judged.tolerance),
        "points": points_of(judged.score.points),
        "task": task_for(viewer, judged),
    }


def _certain_points(question: PaperQuestion, response: dict[str, Any], judged: Verdict) -> int | float | None:
    """What the gaps earn that could be scored, where another one has to be marked."""
    certain = question.type.certain_part(question.definition, response)
    if certain is None or judged.by_rules.points is not None:
        return None
    return points_of(question.score(certain).points)


def _visible(viewer: User, given: list[AnswerMark], judged: Verdict) -> list[AnswerMark]:
    """The marks of all versions, the latest first, without the blind mark of a single marker."""
    markers = defaultdict(set)
    for mark in given:
        markers[mark.version].add(mark.marked_by)
    return [
        mark
        for mark in reversed(given)
        if not judged.needs_two or mark.marked_by == viewer.id or len(markers[mark.version]) > 1
    ]


def _described(marks: list[AnswerMark], answer: Answer) -> list[dict[str, Any]]:
    ids = {mark.marked_by for mark in marks}
    names = {user.id: user.full_name for user in db.session.scalars(select(User).where(User.id.in_(ids)))}
    return [
        {
            "number": mark.number,
            "points": number(mark.points),
            "comment": mark.comment,
            "reason": mark.reason,
            "rubric": rubrics.shown(mark.rubric),
            "markedAt": clock.iso(mark.marked_at),
            "markedBy": names[mark.marked_by],
            "isForThis": mark.version == answer.version,
        }
        for mark in marks
    ]
