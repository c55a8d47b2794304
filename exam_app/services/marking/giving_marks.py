"""Marking answers by hand: points with a comment. Every mark is stored.

The rules score an answer when it is saved; if they cannot (an essay), its points are null until a marker
marks it. A mark may also replace points given by the rules. It applies to the response that was marked: when
another response becomes effective, which after the end only a late answer can, the answer is due again.

If the test requires two markers, an essay stays due until both have marked it, neither seeing the other's
mark. If they agree, the mean is effective; otherwise a marker adjudicates the difference, with a reason.

An attempt with answers due stays `submitted` or `expired`: it has a receipt and points so far, and no result.
When the last one is marked it is graded like any other. An earlier result stays until then.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from exam_app.errors import AppError, Conflict, InvalidInput, InvalidTransition, NotFound
from exam_app.extensions import db
from exam_app.models import Answer, AnswerMark, Attempt, User
from exam_app.rules import rubrics
from exam_app.rules.attempt_states import SUBMITTED_STATES
from exam_app.rules.direction import isolated
from exam_app.rules.paper import PaperQuestion, number
from exam_app.rules.reasons import stated
from exam_app.services.activity import audit
from exam_app.services.answers.views import points_of
from exam_app.services.authoring import papers
from exam_app.services.grading.bulk_grading import grade_closed
from exam_app.services.grading.marks import Verdict, marks_of, verdict
from exam_app.services.marking.tasks import state_for, task_for


@dataclass(frozen=True)
class NewMark:
    """Points, comment and rubric levels for an answer."""

    points: Decimal
    comment: str
    rubric: rubrics.Picked | None
    reason: str | None = None

    def is_same_as(self, mark: AnswerMark | None) -> bool:
        """Whether the mark is equal, apart from the reason: repeating a mark changes nothing."""
        logged = mark and (mark.points, mark.comment, mark.rubric)
        return logged == (self.points, self.comment, self.rubric)


@dataclass(frozen=True)
class _LockedAnswer:
    """An answer that is locked against saves, grading and other marks until the commit."""

    attempt: Attempt
    answer: Answer
    question: PaperQuestion
    marks: list[AnswerMark]

    @property
    def judged(self) -> Verdict:
        paper = papers.compiled(self.attempt.paper_id)
        return verdict(self.marks, self.answer.version, self.answer.response, self.question, paper)


def grade_answer(
    actor: User,
    attempt: Attempt,
    answer_id: uuid.UUID,
    points: Decimal | None,
    comment: str,
    now: datetime,
    seen: str | None = None,
    levels: Sequence[int] | None = None,
) -> dict[str, Any]:
    """Mark an answer with points and a comment, and grade the attempt when nothing is due any more. Commits.

    The same mark again changes nothing. `seen` is `state_for` the answer as it was read; without it two
    concurrent markers create two marks, and the later one is effective. Each of two required markers only
    replaces their own mark.

    :param points: None for what the `levels` of the rubric add up to.
    :param levels: the index of the chosen level for each criterion.
    :raises NotFound: the attempt has no such answer.
    :raises InvalidInput: points missing or outside 0 to the question's maximum; unknown levels.
    :raises InvalidTransition: the attempt has not been submitted.
    :raises Conflict: the answer has changed since `seen`, and `details` have its state; or two others have
        marked it, or a difference has been adjudicated.
    """
    with _locking(attempt, answer_id) as locked:
        given = _new_mark(locked.question, points, levels, comment)
        judged = locked.judged
        earlier = judged.by_marker.get(actor.id) if judged.needs_two else judged.effective_mark
        is_new = not given.is_same_as(earlier)
        if is_new:
            _check_unchanged(actor, seen, locked)
            _check_wanted(actor, judged)
            _mark(actor, locked, given, now)
    return _outcome(actor, locked, given, now)


def adjudicate(
    actor: User,
    attempt: Attempt,
    answer_id: uuid.UUID,
    points: Decimal | None,
    comment: str,
    reason: str,
    now: datetime,
    seen: str,
    levels: Sequence[int] | None = None,
) -> dict[str, Any]:
    """Decide the points of an answer that two markers have marked; repeatable. Commits.

    :raises InvalidTransition: fewer than two have marked it, or the test requires only one.
    :raises Conflict: it has changed since `seen`: of two concurrent adjudications the second is refused.
    :raises InvalidInput: as `grade_answer`, or no reason.
    """
    with _locking(attempt, answer_id) as locked:
        given = _new_mark(locked.question, points, levels, comment, stated(reason))
        if not locked.judged.has_two_marks:
            raise InvalidTransition("Wait until two markers have marked this answer. Then you can settle it.")
        _check_unchanged(actor, seen, locked)
        _mark(actor, locked, given, now)
    return _outcome(actor, locked, given, now)


@contextmanager
def _locking(attempt: Attempt, answer_id: uuid.UUID) -> Iterator[_LockedAnswer]:
    """Commits at the end, and rolls back on an error."""
    # The lock blocks saves, grading and other markers until the commit.
    db.session.execute(select(Attempt.id).where(Attempt.id == attempt.id).with_for_update())
    db.session.refresh(attempt)
    try:
        answer = db.session.scalar(
            select(Answer)
            .where(Answer.attempt_id == attempt.id, Answer.id == answer_id)
            .execution_options(populate_existing=True)
        )
        if answer is None:
            raise NotFound("This attempt has no answer with this id. Reload the page.")
        if attempt.status not in SUBMITTED_STATES:
            message = "Answers can be marked after the attempt has been submitted."
            raise InvalidTransition(message, {"status": attempt.status.value})
        question = papers.compiled(attempt.paper_id).questions[answer.question_id]
        marks = marks_of([attempt.id]).get((attempt.id, question.id), [])
        yield _LockedAnswer(attempt, answer, question, marks)
        db.session.commit()
    except AppError:
        db.session.rollback()
        raise


def _new_mark(
    question: PaperQuestion,
    points: Decimal | None,
    levels: Sequence[int] | None,
    comment: str,
    reason: str | None = None,
) -> NewMark:
    total, kept = None, None
    if levels is not None:
        total, kept = rubrics.picked(question.definition, question.points, levels)
    points = total if points is None else points
    if points is None:
        raise InvalidInput(details={"points": ["Enter the points of the answer."]})
    if not 0 <= points <= question.points:
        raise InvalidInput(details={"points": [f"Give 0 to {number(question.points)} points."]})
    return NewMark(points, comment, kept, reason)


def _check_unchanged(actor: User, seen: str | None, locked: _LockedAnswer) -> None:
    """Refuse to overwrite another marker's mark given in the meantime, or to mark a response that was not
    read."""
    judged = locked.judged
    state = state_for(actor, judged, locked.answer.version)
    if seen is None or seen == state:
        return
    details: dict[str, Any] = {"seen": state}
    shown = judged.shown_to(actor.id)
    if not shown:
        raise Conflict("The response has changed. Read the current one before you mark it.", details)
    latest = shown[-1]
    marker = db.session.get_one(User, latest.marked_by).full_name
    points = number(latest.points)
    details |= {"markedBy": marker, "points": points, "comment": latest.comment}
    raise Conflict(
        f"{isolated(marker)} has marked this answer in the meantime ({points} points). Reload the page.",
        details,
    )


def _check_wanted(actor: User, judged: Verdict) -> None:
    """Refuse a third mark, a mark after adjudication, and a mark on a question that is not scored."""
    if judged.is_given:
        raise Conflict("This question is left out or gives everyone full points. It needs no mark.")
    if not judged.needs_two:
        return
    if judged.adjudicated:
        raise Conflict(
            "The difference between the two marks was settled. Settle it again to change the points."
        )
    if len(judged.by_marker) == 2 and actor.id not in judged.by_marker:
        markers = (db.session.get_one(User, marker) for marker in judged.by_marker)
        names = " and ".join(isolated(marker.full_name) for marker in markers)
        raise Conflict(f"{names} have marked this answer already. You can settle it instead.")


def _mark(actor: User, locked: _LockedAnswer, given: NewMark, now: datetime) -> None:
    attempt, answer, before = locked.attempt, locked.answer, locked.answer.points
    mark = AnswerMark(
        attempt_id=attempt.id,
        question_id=answer.question_id,
        number=locked.marks[-1].number + 1 if locked.marks else 1,
        version=answer.version,
        points=given.points,
        comment=given.comment,
        reason=given.reason,
        rubric=given.rubric,
        marked_at=now,
        marked_by=actor.id,
    )
    db.session.add(mark)
    locked.marks.append(mark)
    judged = locked.judged
    answer.points, answer.is_correct = judged.score.points, judged.score.is_correct
    # Markers can read the log: it shows the comment only when the mark is effective.
    logged = {"comment": given.comment} if judged.effective_marks == [mark] else {}
    logged |= {"reason": given.reason} if given.reason else {}
    change = ({"points": points_of(before)}, {"points": points_of(answer.points)})
    kind = "answer_settled" if given.reason else "answer_marked"
    audit.record_changes([attempt], kind, now, actor.id, [change], questionId=answer.question_id, **logged)
    _count_due(attempt)


def _count_due(attempt: Attempt) -> None:
    """Count the answers that are still due; with none left, request grading."""
    db.session.flush()
    unmarked = select(func.count()).where(Answer.attempt_id == attempt.id, Answer.points.is_(None))
    attempt.marking_due = db.session.scalar(unmarked) or 0
    if not attempt.marking_due:
        attempt.grading_needed = True


def _outcome(actor: User, locked: _LockedAnswer, given: NewMark, now: datetime) -> dict[str, Any]:
    attempt = locked.attempt
    if attempt.grading_needed:
        grade_closed(now, only=attempt.id)
        db.session.refresh(attempt)
    return {
        "attemptId": str(attempt.id),
        "answerId": str(locked.answer.id),
        "questionId": locked.question.id,
        "points": number(given.points),
        "maxPoints": number(locked.question.points),
        "comment": given.comment,
        "task": task_for(actor, locked.judged),
        "markingDue": attempt.marking_due,
        "status": attempt.status.value,
    }
