"""Whether what is stored is what was acknowledged: the change log replayed against answers and totals."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, select

from exam_app.extensions import db
from exam_app.models import Answer, AnswerChange, Attempt, Reopening, Result
from exam_app.rules.attempt_states import SUBMITTED_STATES, AttemptStatus
from exam_app.rules.replay import replay
from exam_app.services.authoring import papers
from exam_app.services.grading import bulk_grading
from exam_app.services.grading import receipts as receipt_history
from exam_app.services.grading.marks import Marks, marks_of, verdict
from exam_app.services.grading.versions import is_latest

CHUNK = 200


@dataclass(frozen=True)
class Difference:
    """One deviation from the log. `stored` and `replayed` are JSON values or text."""

    attempt_id: uuid.UUID
    question_id: int | None
    what: str
    stored: Any
    replayed: Any


@dataclass
class Report:
    attempts: int = 0
    changes: int = 0
    answers: int = 0
    differences: int = 0


def check(report: Report, *which: ColumnElement[bool]) -> Iterator[Difference]:
    """Check the attempts matching `which`, counting in `report`; yields differences as they are found.

    Each chunk is read from one database snapshot, so this may run during an exam.
    """
    last = uuid.UUID(int=0)
    while True:
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        next_ones = select(Attempt.id).where(*which, Attempt.id > last).order_by(Attempt.id).limit(CHUNK)
        ids = list(db.session.scalars(next_ones))
        if ids:
            last = ids[-1]
            yield from differences(ids, report)
        db.session.rollback()
        if not ids:
            return


def differences(attempt_ids: Sequence[uuid.UUID], report: Report | None = None) -> list[Difference]:
    """The differences in these attempts. Eight queries, and one for each paper not in memory yet."""
    report = report or Report()
    attempts = _rows(select(Attempt).where(Attempt.id.in_(attempt_ids)).order_by(Attempt.id))
    log = select(AnswerChange).where(AnswerChange.attempt_id.in_(attempt_ids))
    stored = select(Answer).where(Answer.attempt_id.in_(attempt_ids))
    changes = _by_attempt(log.order_by(AnswerChange.attempt_id, AnswerChange.seq))
    answers = _by_attempt(stored.order_by(Answer.attempt_id, Answer.question_id))
    latest = select(Result).join(Attempt, is_latest()).where(Attempt.id.in_(attempt_ids))
    results = {result.attempt_id: result for result in _rows(latest)}
    receipts = bulk_grading.receipts_of(attempt_ids)
    undone = _by_attempt(
        select(Reopening).where(Reopening.attempt_id.in_(attempt_ids)).order_by(Reopening.attempt_id)
    )
    undone_receipts = receipt_history.undone_receipts(attempt_ids)
    marks = marks_of(attempt_ids)
    found: list[Difference] = []
    for attempt in attempts:
        own_log, own_answers = changes.get(attempt.id, []), answers.get(attempt.id, [])
        report.attempts += 1
        report.changes += len(own_log)
        report.answers += len(own_answers)
        found += _log(attempt, own_log)
        found += _answers(attempt, own_log, own_answers, marks)
        found += _undone(attempt, undone.get(attempt.id, []), undone_receipts)
        found += _totals(attempt, own_answers, results.get(attempt.id), receipts[attempt.id])
    report.differences += len(found)
    return found


def _by_attempt(query: Any) -> dict[uuid.UUID, list[Any]]:
    groups = groupby(_rows(query), key=lambda row: row.attempt_id)
    return {attempt_id: list(rows) for attempt_id, rows in groups}


def _rows(query: Any) -> list[Any]:
    """The rows as currently in the database, whatever the ORM session has loaded before."""
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def _log(attempt: Attempt, log: list[AnswerChange]) -> Iterator[Difference]:
    """The log is numbered from 1 to the attempt's version without a gap."""
    logged, expected = {entry.seq for entry in log}, set(range(1, attempt.version + 1))
    for seq in sorted(expected - logged):
        yield Difference(attempt.id, None, f"change {seq} is missing in the log", None, None)
    for seq in sorted(logged - expected):
        yield Difference(
            attempt.id, None, f"change {seq} is beyond the attempt's version", seq, attempt.version
        )


def _answers(
    attempt: Attempt,
    log: list[AnswerChange],
    answers: list[Answer],
    marks: Marks,
) -> Iterator[Difference]:
    """Every answer is its last applied change, with the points that the paper or its marks give."""
    paper = papers.compiled(attempt.paper_id)
    in_force, misjudged = replay(log, paper.settings["conflictStrategy"])
    for entry in misjudged:
        yield Difference(
            attempt.id, entry.question_id, f"verdict on change {entry.change_id}", entry.outcome, None
        )
    for answer in answers:
        expected = in_force.pop(answer.question_id, None)
        if expected is None:
            yield Difference(attempt.id, answer.question_id, "an answer nobody sent", answer.response, None)
            continue
        question = paper.questions[answer.question_id]
        given = marks.get((attempt.id, question.id), [])
        score = verdict(given, expected.seq, expected.response, question, paper).score
        replayed = {
            **{name: getattr(expected, name) for name in _SAME},
            "version": expected.seq,
            "saved_at": expected.arrived_at,
            "is_answered": question.type.is_answered(expected.response),
            "points": score.points,
            "is_correct": score.is_correct,
        }
        for name, value in replayed.items():
            if getattr(answer, name) != value:
                yield Difference(
                    attempt.id, answer.question_id, name, _plain(getattr(answer, name)), _plain(value)
                )
    for question_id, entry in in_force.items():
        yield Difference(attempt.id, question_id, "an answer is missing", None, entry.response)


def _undone(
    attempt: Attempt, undone: list[Reopening], receipts: dict[tuple[uuid.UUID, int], str]
) -> Iterator[Difference]:
    """Every reopening has the submission that it undid, with the receipt of its answers."""
    if attempt.times_reopened != len(undone):
        yield Difference(attempt.id, None, "times_reopened", attempt.times_reopened, len(undone))
    for submission in undone:
        expected = receipts[attempt.id, submission.number]
        if submission.receipt != expected:
            yield Difference(
                attempt.id, None, f"receipt of submission {submission.number}", submission.receipt, expected
            )


_SAME = ("response", "flagged", "time_spent", "typed_at", "device")


def _totals(
    attempt: Attempt, answers: list[Answer], result: Result | None, receipt: str
) -> Iterator[Difference]:
    """Counts, the computed result and the receipt follow from the answers."""
    answered = sum(answer.is_answered for answer in answers)
    if attempt.answered_count != answered:
        yield Difference(attempt.id, None, "answered_count", attempt.answered_count, answered)
    if attempt.status not in SUBMITTED_STATES or attempt.grading_needed:
        return
    due = sum(answer.points is None for answer in answers)
    if attempt.marking_due != due:
        yield Difference(attempt.id, None, "marking_due", attempt.marking_due, due)
    if attempt.receipt != receipt:
        yield Difference(attempt.id, None, "receipt", attempt.receipt, receipt)
    if due:
        return
    if attempt.status != AttemptStatus.GRADED:
        yield Difference(attempt.id, None, "status", attempt.status.value, AttemptStatus.GRADED.value)
    if result is None:
        yield Difference(attempt.id, None, "a graded attempt without a result", None, None)
    elif result.graded_by is None:
        saved = {answer.question_id for answer in answers}
        given = papers.compiled(attempt.paper_id).given
        score = sum((answer.points or Decimal(0) for answer in answers), Decimal(0))
        score += sum((points for id_, points in given.items() if id_ not in saved), Decimal(0))
        if result.score != score:
            yield Difference(attempt.id, None, "score", str(result.score), str(score))


def _plain(value: Any) -> Any:
    return value if isinstance(value, dict | bool | int | None) else str(value)
