"""The late-answer review queue: changes that reached the server after the deadline and await a decision.

A late change is in the log and touches no answer. Accepting it appends a new change with the same response,
based on the current answer, so that the log stays complete; then the attempt is graded again. Of several late
changes to one question the one typed last is effective, and the verdict applies to all of them.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import insert

from exam_app import clock
from exam_app.errors import Conflict
from exam_app.extensions import db
from exam_app.infrastructure import after_commit, queues
from exam_app.models import Answer, AnswerChange, Attempt, ChangeOutcome, LateVerdict, User
from exam_app.rules.attempt_states import SUBMITTED_STATES
from exam_app.rules.reasons import stated
from exam_app.services.activity import audit
from exam_app.services.answers import late_views
from exam_app.services.authoring import papers
from exam_app.services.notifications import notify
from exam_app.services.organizations.visibility import visible_attempts

_COPIED_COLUMNS = ("question_id", "response", "flagged", "time_spent", "client_time", "typed_at", "device")


@dataclass(frozen=True)
class LateAnswer:
    """The pending late changes of one attempt to one question, the one typed last first."""

    attempt: Attempt
    changes: list[AnswerChange]
    current: Answer | None

    @property
    def newest(self) -> AnswerChange:
        return self.changes[0]

    @property
    def key(self) -> tuple[uuid.UUID, int]:
        return self.attempt.id, self.newest.question_id

    def checked(self) -> dict[str, Any] | None:
        """The normalized response; None if it fits no question of the paper."""
        return late_views.checked(self.attempt, self.newest.question_id, self.newest.response)


def waiting(
    viewer: User,
    session_id: uuid.UUID | None = None,
    test_id: int | None = None,
    attempt_id: uuid.UUID | None = None,
) -> list[dict[str, Any]]:
    """The pending late answers in the attempts that `viewer` may see, by student and then by question order.
    Four queries."""
    equal = {Attempt.session_id: session_id, Attempt.test_id: test_id, Attempt.id: attempt_id}
    where = [column == value for column, value in equal.items() if value is not None]
    late = _waiting(visible_attempts(viewer), *where)
    students = select(User).where(User.id.in_([one.attempt.student_id for one in late]))
    by_id = {student.id: student for student in db.session.scalars(students)}
    keys = {str(one.attempt.id): by_id[one.attempt.student_id].name_key for one in late}
    shown = [_describe(one, by_id[one.attempt.student_id].full_name) for one in late]
    return sorted(
        shown, key=lambda row: (keys[row["attemptId"]], row["attemptId"], row["questionIndex"] or 0)
    )


def decide(
    actor: User,
    chosen: Sequence[tuple[uuid.UUID, int]] | None,
    session_id: uuid.UUID | None,
    accept: bool,
    reason: str,
    now: datetime,
) -> dict[str, Any]:
    """Accept or decline late answers: those `chosen` by attempt and question, or all of a session. Commits.

    Of two concurrent decisions the first one is effective; the second finds nothing pending. Grading follows.

    :returns: `{done: [{attemptId, questionId}], refused: [{attemptId, questionId, reason}]}`
    :raises InvalidInput: no reason.
    :raises Conflict: an attempt is still open, so its answers cannot be reviewed yet.
    """
    reason = stated(reason)
    where = visible_attempts(actor)
    if chosen is None:
        where &= Attempt.session_id == session_id
    else:
        where &= Attempt.id.in_([attempt_id for attempt_id, _ in chosen])
    db.session.execute(select(Attempt.id).where(where).order_by(Attempt.id).with_for_update())
    late = {one.key: one for one in _waiting(where)}
    keys = list(dict.fromkeys(chosen)) if chosen is not None else list(late)
    deciding = [late[key] for key in keys if key in late]
    _check_closed(deciding)
    unreadable = [one for one in deciding if accept and one.checked() is None]
    deciding = [one for one in deciding if one not in unreadable]
    for _, group in groupby(deciding, key=lambda one: one.attempt.id):
        _decide_attempt(actor, list(group), accept, reason, now)
    db.session.commit()
    return {
        "done": [_name(one.key) for one in deciding],
        "refused": [
            *(
                {**_name(one.key), "reason": "This answer does not fit its question. Decline it instead."}
                for one in unreadable
            ),
            *(
                {**_name(key), "reason": "This answer is not pending. Reload the list."}
                for key in keys
                if key not in late
            ),
        ],
    }


def _check_closed(late: list[LateAnswer]) -> None:
    if any(one.attempt.status not in SUBMITTED_STATES for one in late):
        db.session.rollback()
        raise Conflict("An attempt is still open. Decide after it has been submitted.")


def _decide_attempt(actor: User, late: list[LateAnswer], accept: bool, reason: str, now: datetime) -> None:
    attempt = late[0].attempt
    before = {"version": attempt.version, "answered": attempt.answered_count}
    applied = {one.key: _apply(one, now) for one in late} if accept else {}
    db.session.add_all(
        LateVerdict(
            attempt_id=attempt.id,
            seq=change.seq,
            accepted=accept,
            reason=reason,
            applied_seq=applied.get(one.key) if change is one.newest else None,
            decided_at=now,
            decided_by=actor.id,
        )
        for one in late
        for change in one.changes
    )
    after = {"version": attempt.version, "answered": attempt.answered_count}
    kind = "late_answers_accepted" if accept else "late_answers_declined"
    questions = [one.newest.question_id for one in late]
    audit.record_changes(
        [attempt], kind, now, actor.id, [(before, after)], reason=reason, questionIds=questions
    )
    notify.notify_late_verdict(attempt, accept, len(late), reason, now)
    if accept:
        attempt.grading_needed = True
        after_commit.run(queues.enqueue_grading)


def _apply(late: LateAnswer, now: datetime) -> int:
    """Append the change to the log and fold it into the answers, as a save does. Returns the new `seq`."""
    attempt, newest = late.attempt, late.newest
    question = papers.compiled(attempt.paper_id).questions[newest.question_id]
    response = late.checked()
    assert response is not None
    attempt.version += 1
    shared = {**{name: getattr(newest, name) for name in _COPIED_COLUMNS}, "response": response}
    db.session.add(
        AnswerChange(
            **shared,
            attempt_id=attempt.id,
            seq=attempt.version,
            change_id=uuid.uuid4(),
            base_version=late.current.version if late.current else 0,
            arrived_at=now,
            outcome=ChangeOutcome.APPLIED,
        )
    )
    score = question.score(response)
    del shared["client_time"]
    answer = {
        **shared,
        "version": attempt.version,
        "saved_at": now,
        "is_answered": question.type.is_answered(response),
        "points": score.points,
        "is_correct": score.is_correct,
    }
    was_answered = late.current is not None and late.current.is_answered
    attempt.answered_count += int(answer["is_answered"]) - int(was_answered)
    folded = insert(Answer).values(attempt_id=attempt.id, id=uuid.uuid4(), **answer)
    db.session.execute(
        folded.on_conflict_do_update(index_elements=["attempt_id", "question_id"], set_=answer)
    )
    return attempt.version


def _waiting(*which: ColumnElement[bool]) -> list[LateAnswer]:
    rows = db.session.execute(
        _undecided(select(AnswerChange, Attempt), *which)
        .order_by(Attempt.id, AnswerChange.question_id, AnswerChange.typed_at.desc(), AnswerChange.seq.desc())
        .execution_options(populate_existing=True)
    ).all()
    ids = {attempt.id for _, attempt in rows}
    answers = {
        (answer.attempt_id, answer.question_id): answer
        for answer in db.session.scalars(select(Answer).where(Answer.attempt_id.in_(ids)))
    }
    by_answer = groupby(rows, key=lambda row: (row[1].id, row[0].question_id))
    return [_late(list(group), answers.get(key)) for key, group in by_answer]


def _late(rows: list[Any], current: Answer | None) -> LateAnswer:
    return LateAnswer(rows[0][1], [change for change, _ in rows], current)


def _undecided(query: Any, *which: ColumnElement[bool]) -> Any:
    verdict = (LateVerdict.attempt_id == AnswerChange.attempt_id) & (LateVerdict.seq == AnswerChange.seq)
    return (
        query.join(Attempt, Attempt.id == AnswerChange.attempt_id)
        .outerjoin(LateVerdict, verdict)
        .where(*which, AnswerChange.outcome == ChangeOutcome.LATE, LateVerdict.seq.is_(None))
    )


def _describe(late: LateAnswer, student_name: str) -> dict[str, Any]:
    attempt, newest = late.attempt, late.newest
    return {
        **late_views.describe(
            attempt,
            newest.question_id,
            newest.response,
            late.current,
            newest.typed_at if newest.client_time else None,
            newest.client_time,
            newest.arrived_at,
        ),
        "attemptId": str(attempt.id),
        "sessionId": str(attempt.session_id) if attempt.session_id else None,
        "testTitle": papers.compiled(attempt.paper_id).title,
        "studentId": str(attempt.student_id),
        "studentName": student_name,
        "arrivedAt": clock.iso(newest.arrived_at),
        "expiresAt": clock.iso(attempt.deadline_at),
        "changes": len(late.changes),
    }


def _name(key: tuple[uuid.UUID, int]) -> dict[str, Any]:
    return {"attemptId": str(key[0]), "questionId": key[1]}
