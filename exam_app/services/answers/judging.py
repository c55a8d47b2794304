"""What a batch of changes would do to an attempt, computed in memory against the version that was read."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from exam_app import clock
from exam_app.errors import AppError, AttemptExpired, InvalidInput, QuestionLocked
from exam_app.models import ChangeOutcome
from exam_app.rules.answers import Change, CurrentAnswer, judge, typed_at
from exam_app.rules.paper import CompiledPaper, PaperQuestion
from exam_app.services.answers.views import describe_answer


@dataclass(frozen=True)
class Batch:
    """Changes of one attempt that arrived together. `connection` is the socket that sent them."""

    attempt_id: uuid.UUID
    student_id: uuid.UUID
    changes: list[Change]
    arrived_at: datetime
    sent_at: datetime | None = None
    device: str | None = None
    connection: str | None = None


@dataclass
class Judged:
    """A batch and what it would write: log entries, answers by question, and the parts of the reply.
    `current` holds the answers by question, updated with each change."""

    batch: Batch
    row: Any
    paper: CompiledPaper
    version: int
    answered_count: int
    score: Decimal
    current: dict[int, dict[str, Any]]
    log: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[int, dict[str, Any]] = field(default_factory=dict)
    saved: list[dict[str, Any]] = field(default_factory=list)
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    rejected: list[dict[str, Any]] = field(default_factory=list)

    def claim(self) -> dict[str, Any]:
        """The guard of the write: it holds only while the attempt is at the version that was read."""
        return {
            "id": str(self.batch.attempt_id),
            "student_id": str(self.batch.student_id),
            "version": self.row.version,
            "version_after": self.version,
            "answered_count": self.answered_count,
            "paper_id": self.row.paper_id,
            "arrived_at": self.batch.arrived_at.isoformat(),
        }

    def describe(self, question_id: int) -> dict[str, Any]:
        return describe_answer(self.current[question_id], self.paper)


def judge_batch(batch: Batch, row: Any, paper: CompiledPaper) -> Judged:
    """Judge each change in the order it was made; an invalid change is rejected on its own."""
    current = {answer["question_id"]: answer for answer in row.answers or []}
    judged = Judged(batch, row, paper, row.version, row.answered_count, row.score, current)
    seen = {uuid.UUID(c["id"]): (c["question_id"], c["outcome"]) for c in row.changes or []}
    locked = paper.locked(row.seed, row.furthest_question)
    for change in batch.changes:
        question = paper.questions.get(change.question_id)
        try:
            if question is None:
                raise InvalidInput("This question is not part of the paper. Reload the page.")
            asked, outcome = seen.get(change.change_id, (change.question_id, None))
            if asked != change.question_id:
                raise InvalidInput(
                    "This change id was used for another question. Send the change with a new id."
                )
            if outcome == ChangeOutcome.LATE:
                raise AttemptExpired
            if outcome is not None:
                _replay(judged, change)
            elif question.id in locked:
                raise QuestionLocked
            else:
                response = question.type.check_response(question.definition, change.response)
                _apply(judged, change, question, response)
                seen[change.change_id] = change.question_id, ChangeOutcome.APPLIED
        except (InvalidInput, QuestionLocked, AttemptExpired) as error:
            judged.rejected.append(_rejection(change, error))
    return judged


def log_entry(batch: Batch, change: Change, response: dict[str, Any]) -> dict[str, Any]:
    """The part of a log row that does not depend on the verdict, as JSON."""
    return {
        "attempt_id": str(batch.attempt_id),
        "change_id": str(change.change_id),
        "question_id": change.question_id,
        "response": response,
        "flagged": change.flagged,
        "time_spent": change.time_spent,
        "base_version": change.base_version or 0,
        # Kept as evidence only if the age of the change was measured.
        "client_time": clock.iso(change.client_time) if batch.sent_at else None,
        "typed_at": typed_at(change.client_time, batch.sent_at, batch.arrived_at).isoformat(),
        "arrived_at": batch.arrived_at.isoformat(),
        "device": batch.device,
    }


def _apply(judged: Judged, change: Change, question: PaperQuestion, response: dict[str, Any]) -> None:
    batch, before = judged.batch, judged.current.get(question.id)
    typed = typed_at(change.client_time, batch.sent_at, batch.arrived_at)
    strategy = judged.paper.settings["conflictStrategy"]
    verdict = judge(change, response, typed, batch.device, _current_answer(before), strategy)
    judged.version += 1
    outcome = ChangeOutcome.APPLIED if verdict.applies else ChangeOutcome.SUPERSEDED
    entry = {**log_entry(batch, change, response), "seq": judged.version, "outcome": outcome.value}
    if change.base_version is None and before is not None:
        entry["base_version"] = before["version"]
    judged.log.append(entry)
    if verdict.applies:
        answer = _answer(judged, entry, question, before)
        judged.answered_count += int(answer["is_answered"]) - int(bool(before and before["is_answered"]))
        judged.score += Decimal(answer["points"] or 0) - Decimal((before and before["points"]) or 0)
        judged.answers[question.id] = judged.current[question.id] = answer
    if verdict.is_conflict:
        judged.conflicts.append(
            {
                "changeId": str(change.change_id),
                "questionId": question.id,
                "localValue": response,
                "serverValue": before["response"] if before else None,
                "resolution": "local" if verdict.applies else "server",
                "version": judged.current[question.id]["version"],
            }
        )
    judged.saved.append({"changeId": str(change.change_id), **judged.describe(question.id)})


def _answer(
    judged: Judged, entry: dict[str, Any], question: PaperQuestion, before: dict[str, Any] | None
) -> dict[str, Any]:
    response = entry["response"]
    score = question.score(response)
    return {
        **entry,
        "id": before["id"] if before else str(uuid.uuid4()),
        "version": entry["seq"],
        "is_answered": question.type.is_answered(response),
        "saved_at": entry["arrived_at"],
        "points": None if score.points is None else str(score.points),
        "is_correct": score.is_correct,
    }


def _replay(judged: Judged, change: Change) -> None:
    """A change that is already in the log changes nothing, and gets the same reply: saved."""
    answer = judged.describe(change.question_id)
    judged.saved.append({"changeId": str(change.change_id), **answer, "replayed": True})


def _current_answer(answer: dict[str, Any] | None) -> CurrentAnswer | None:
    if answer is None:
        return None
    return CurrentAnswer(
        version=answer["version"],
        response=answer["response"],
        typed_at=datetime.fromisoformat(answer["typed_at"]),
        device=answer["device"],
    )


def _rejection(change: Change, error: AppError) -> dict[str, Any]:
    details = [message for messages in error.details.values() for message in messages]
    return {
        "changeId": str(change.change_id),
        "questionId": change.question_id,
        "code": error.code,
        "message": " ".join(details) or error.message,
    }
