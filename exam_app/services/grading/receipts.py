"""Verifying a receipt, for anyone who has one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from exam_app.extensions import db
from exam_app.models import Attempt, Organization, User
from exam_app.rules import names
from exam_app.rules.receipts import as_typed
from exam_app.services.authoring import papers
from exam_app.services.grading import bulk_grading


@dataclass(frozen=True)
class CheckedReceipt:
    """The submission that a receipt confirms. `is_intact`: the answers stored now are those it was issued
    for."""

    code: str
    institution: str
    test: str
    initials: str
    submitted_at: datetime | None
    answered: int
    questions: int
    is_intact: bool


def check(typed: str) -> CheckedReceipt | None:
    """The submission with this receipt, in any typed form; None if there is none.

    The stored code is not trusted: it is computed again, with the server's key, from the stored answers.
    """
    code = as_typed(typed)
    if code is None:
        return None
    found = db.session.execute(
        select(Attempt, User, Organization.name)
        .join(User, User.id == Attempt.student_id)
        .join(Organization, Organization.id == Attempt.organization_id)
        .where(Attempt.receipt == code)
    ).one_or_none()
    if found is None:
        return None
    attempt, student, institution = found
    paper = papers.compiled(attempt.paper_id)
    return CheckedReceipt(
        code=code,
        institution=institution,
        test=paper.title,
        initials=names.initials(student.first_name, student.last_name),
        submitted_at=attempt.submitted_at,
        answered=attempt.answered_count,
        questions=len(paper.questions),
        is_intact=bulk_grading.receipts_of([attempt.id])[attempt.id] == code,
    )
