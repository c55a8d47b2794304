"""Verifying a receipt, for anyone who has one; also that of a submission that a reopening undid."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import Uuid, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from exam_app.extensions import db
from exam_app.models import Attempt, Organization, Reopening, User
from exam_app.rules import names
from exam_app.rules.receipts import as_typed, receipt_code
from exam_app.services.authoring import papers
from exam_app.services.grading import bulk_grading

# The answers of an undone submission: the last change that became the answer, up to the version of that time.
_UNDONE = text(
    """
    SELECT p.attempt_id, p.number, coalesce(max(c.seq), 0) AS version,
           encode(sha256(convert_to(coalesce(string_agg(
               c.question_id || ':' || c.seq || ':' || c.response::text, E'\\n' ORDER BY c.question_id
           ), ''), 'UTF8')), 'hex') AS digest
      FROM reopenings p
      LEFT JOIN LATERAL (
               SELECT DISTINCT ON (l.question_id) l.question_id, l.seq, l.response
                 FROM answer_changes l
                WHERE l.attempt_id = p.attempt_id AND l.seq <= p.version AND l.outcome = 'applied'
                ORDER BY l.question_id, l.seq DESC
           ) c ON true
     WHERE p.attempt_id = ANY(:attempts)
     GROUP BY p.attempt_id, p.number
    """
).bindparams(bindparam("attempts", type_=ARRAY(Uuid)))


@dataclass(frozen=True)
class CheckedReceipt:
    """The submission that a receipt confirms. `is_intact`: its stored answers are those it was issued for.
    `reopened_at`: when the attempt was reopened after it; None if this submission is the current one."""

    code: str
    institution: str
    test: str
    initials: str
    submitted_at: datetime | None
    answered: int
    questions: int
    is_intact: bool
    reopened_at: datetime | None


def check(typed: str) -> CheckedReceipt | None:
    """The submission with this receipt, in any typed form; None if there is none.

    The stored code is not trusted: it is computed again, with the server's key, from the stored answers.
    """
    code = as_typed(typed)
    if code is None:
        return None
    return _current(code) or _undone(code)


def undone_receipts(attempt_ids: Sequence[uuid.UUID]) -> dict[tuple[uuid.UUID, int], str]:
    """The receipt codes of undone submissions, computed from the change log, by attempt and number."""
    key = current_app.config["SECRET_KEY"]
    return {
        (row.attempt_id, row.number): receipt_code(
            key, str(row.attempt_id), row.version, row.digest, row.number - 1
        )
        for row in db.session.execute(_UNDONE, {"attempts": list(attempt_ids)})
    }


def _current(code: str) -> CheckedReceipt | None:
    found = db.session.execute(_facts(Attempt).where(Attempt.receipt == code)).one_or_none()
    if found is None:
        return None
    attempt: Attempt = found[0]
    is_intact = bulk_grading.receipts_of([attempt.id])[attempt.id] == code
    return _checked(code, found, attempt, is_intact, None)


def _undone(code: str) -> CheckedReceipt | None:
    query = _facts(Attempt, Reopening).join(Reopening, Reopening.attempt_id == Attempt.id)
    found = db.session.execute(query.where(Reopening.receipt == code)).one_or_none()
    if found is None:
        return None
    undone: Reopening = found.Reopening
    is_intact = undone_receipts([undone.attempt_id])[undone.attempt_id, undone.number] == code
    return _checked(code, found, undone, is_intact, undone.reopened_at)


def _facts(*entities: Any) -> Any:
    return (
        select(*entities, User, Organization.name)
        .select_from(Attempt)
        .join(User, User.id == Attempt.student_id)
        .join(Organization, Organization.id == Attempt.organization_id)
    )


def _checked(
    code: str, found: Any, submission: Attempt | Reopening, is_intact: bool, reopened_at: datetime | None
) -> CheckedReceipt:
    student, paper = found.User, papers.compiled(found.Attempt.paper_id)
    return CheckedReceipt(
        code=code,
        institution=found.name,
        test=paper.title,
        initials=names.initials(student.first_name, student.last_name),
        submitted_at=submission.submitted_at,
        answered=submission.answered_count,
        questions=len(paper.questions),
        is_intact=is_intact,
        reopened_at=reopened_at,
    )
