"""Correcting the key of a question in a published test, or how the question is credited.

Papers never change: a correction is a further paper, which differs in one question from the one it corrects.
New attempts use it at once. Attempts that have begun keep their paper until they are graded
(`services.grading.rescoring`), and graded ones until a teacher regrades the test
(`services.grading.regrades`).
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, func, select, update
from sqlalchemy.orm import aliased

from exam_app.errors import Conflict, Forbidden, InvalidInput, NotFound
from exam_app.extensions import db
from exam_app.models import Attempt, ExamSession, Paper, Question, Regrade, Test, User
from exam_app.rules import corrections
from exam_app.rules.attempt_states import SUBMITTED_STATES
from exam_app.rules.paper import CompiledPaper, Credit, PaperQuestion
from exam_app.rules.permissions import Role
from exam_app.rules.reasons import stated
from exam_app.services.activity import audit
from exam_app.services.authoring import papers
from exam_app.services.organizations import scope

_paper, _later = aliased(Paper), aliased(Paper)
_corrects = (_later.corrects_id == func.coalesce(_paper.corrects_id, _paper.id)) & (_later.id > _paper.id)
# Built once, as every submission runs it.
_NEWEST = (
    select(_paper.id, func.max(_later.id))
    .join(_later, _corrects)
    .where(_paper.id.in_(bindparam("papers", expanding=True)))
    .group_by(_paper.id)
)


def newest(paper_ids: Collection[int]) -> dict[int, int]:
    """For each of these papers that has been corrected, the newest correction. One query."""
    return dict(db.session.execute(_NEWEST, {"papers": list(paper_ids)}).all())


def is_outdated() -> ColumnElement[bool]:
    """The condition on `Attempt` that its paper has been corrected since."""
    return exists().where(_paper.id == Attempt.paper_id, _corrects)


def may_correct(actor: User, test: Test) -> bool:
    """Answer keys may be corrected by the test's author and by administrators: it affects all who took the
    test."""
    return actor.role == Role.ADMIN or (test.created_by == actor.id and actor.role == Role.INSTRUCTOR)


def check_may_correct(actor: User, test: Test) -> None:
    """
    :raises Forbidden: the test is another author's, or the whole organization's and `actor` is bound to a
        branch.
    """
    if not may_correct(actor, test):
        raise Forbidden("Only the author of the test can correct its keys. Ask them, or an administrator.")
    scope.check_writable(test)


def keyed_questions(test: Test) -> list[PaperQuestion]:
    """The questions of the newest paper, in the order of the test.

    :raises NotFound: the test was never published.
    """
    return list(_current(test).questions.values())


def keyed_question(test: Test, question_id: int) -> PaperQuestion:
    """The question as in the newest paper that contains it.

    :raises NotFound: no paper of this test asks it.
    """
    for paper in reversed(_editions(test)):
        if question_id in paper.questions:
            return paper.questions[question_id]
    raise NotFound("No published version of this test has this question. Choose another one.")


def correct_key(
    actor: User, test: Test, question_id: int, definition: dict[str, Any], reason: str, now: datetime
) -> dict[str, Any]:
    """Correct the answer key of a question of a published test. Commits. No result changes by it.

    All versions of the test are corrected in which the question has the same definition, and the bank's
    question if it still has it. Concurrent corrections take turns.

    :returns: `{questionId, papers, bankCorrected, attempts}`: the numbers of the new papers, and how many
        graded attempts a regrade would process now.
    :raises NotFound: no paper contains this question.
    :raises InvalidInput: no reason, or more than the key would change.
    :raises Conflict: the test is being regraded, or this is the key already.
    """
    reason = stated(reason)
    question = _lock_question(actor, test, question_id)
    if question.credit is not Credit.BY_KEY:
        db.session.rollback()
        raise Conflict(
            "This question is not scored by its key now. Score it by its key again, then correct the key."
        )
    clean = corrections.corrected_definition(question, definition)
    numbers = _correct_all(actor, test, question, definition=clean)
    in_bank = _correct_bank(question, clean)
    before, after = _key(question, question.definition), _key(question, clean)
    _record(actor, test, question_id, "key_corrected", before, after, reason, now)
    db.session.commit()
    return _outcome(test, question_id, numbers, in_bank)


def give_credit(
    actor: User, test: Test, question_id: int, credit: Credit, reason: str, now: datetime
) -> dict[str, Any]:
    """Give everyone full points for a question of a published test, leave it out, or score it by its key
    again. Commits. The bank's question is unchanged, and no result changes.

    :returns: as `correct_key`.
    :raises NotFound: no paper asks this question.
    :raises InvalidInput: no reason, or no scored question would be left.
    :raises Conflict: the test is being regraded, or the question is credited like this already.
    """
    reason = stated(reason)
    question = _lock_question(actor, test, question_id)
    if question.credit is credit:
        db.session.rollback()
        raise Conflict("This question is credited like this already. Reload the page.")
    numbers = _correct_all(actor, test, question, credit=credit)
    before, after = {"credit": question.credit}, {"credit": credit}
    _record(actor, test, question_id, "credit_corrected", before, after, reason, now)
    db.session.commit()
    return _outcome(test, question_id, numbers, False)


def is_being_regraded(test: Test) -> bool:
    running = select(Regrade.id).where(Regrade.test_id == test.id, Regrade.finished_at.is_(None))
    return db.session.scalar(running.limit(1)) is not None


def waiting(test: Test) -> ColumnElement[bool]:
    """The condition on `Attempt` for what a regrade of `test` processes. Attempts flagged for grading get the
    new keys there."""
    return (
        (Attempt.test_id == test.id)
        & Attempt.status.in_(SUBMITTED_STATES)
        & ~Attempt.grading_needed
        & is_outdated()
    )


def _current(test: Test) -> CompiledPaper:
    if test.current_paper_id is None:
        raise NotFound(
            "This test is not published yet, so it has no keys to correct. Change its questions instead."
        )
    return papers.compiled(test.current_paper_id)


def _editions(test: Test) -> list[CompiledPaper]:
    """Every published version of the test in its newest correction, the oldest version first."""
    origin = func.coalesce(Paper.corrects_id, Paper.id)
    ids = select(func.max(Paper.id)).where(Paper.test_id == test.id).group_by(origin).order_by(origin)
    return [papers.compiled(paper_id) for paper_id in db.session.scalars(ids)]


def _lock_question(actor: User, test: Test, question_id: int) -> PaperQuestion:
    """The question as currently effective; concurrent corrections, publications and regrades of the test wait
    for the commit."""
    check_may_correct(actor, test)
    papers.lock(test)
    if is_being_regraded(test):
        db.session.rollback()
        raise Conflict("This test is being graded again. Correct the key when that is done.")
    return keyed_question(test, question_id)


def _correct_all(actor: User, test: Test, question: PaperQuestion, **corrected: Any) -> list[int]:
    """Correct every version that has the question as it is. Returns the numbers of the new papers."""
    return [
        _correct(paper, test, question.id, actor.id, **corrected)
        for paper in _editions(test)
        if (asked := paper.questions.get(question.id))
        and (asked.written, asked.credit) == (question.written, question.credit)
    ]


def _record(
    actor: User,
    test: Test,
    question_id: int,
    kind: str,
    before: dict[str, Any],
    after: dict[str, Any],
    reason: str,
    now: datetime,
) -> None:
    about: dict[str, Any] = {
        "testId": test.id,
        "title": test.title,
        "questionId": question_id,
        "reason": reason,
    }
    audit.record_change(kind, now, actor, before, after, branch_id=test.branch_id, **about)


def _outcome(test: Test, question_id: int, numbers: list[int], in_bank: bool) -> dict[str, Any]:
    return {
        "questionId": question_id,
        "papers": numbers,
        "bankCorrected": in_bank,
        "attempts": db.session.scalar(select(func.count()).select_from(Attempt).where(waiting(test))) or 0,
    }


def _correct(
    paper: CompiledPaper, test: Test, question_id: int, actor_id: uuid.UUID, **corrected: Any
) -> int:
    """Add the corrected paper, for attempts that begin from now on. Returns its number."""
    origin = select(func.coalesce(Paper.corrects_id, Paper.id)).where(Paper.id == paper.id)
    content = corrections.corrected_content(paper.content, question_id, **corrected)
    if not CompiledPaper(paper.id, content).counting:
        db.session.rollback()
        raise InvalidInput(
            details={"credit": ["At least one question of the test has to be scored. Choose another credit."]}
        )
    new = papers.add(test, content, actor_id, corrects_id=db.session.scalars(origin).one())
    if test.current_paper_id == paper.id:
        test.current_paper_id = new.id
    db.session.execute(
        update(ExamSession)
        .where(ExamSession.paper_id == paper.id)
        .values(paper_id=new.id)
        .execution_options(synchronize_session=False)
    )
    return new.number


def _correct_bank(question: PaperQuestion, definition: dict[str, Any]) -> bool:
    """Correct the question in the bank, so that the next publication does not restore the wrong key; a
    question edited since is left to its author."""
    in_bank = db.session.get(Question, question.id)
    if in_bank is None or in_bank.type != question.type.name or not scope.is_writable(in_bank):
        return False
    if is_untouched := corrections.is_same(question, in_bank.definition):
        in_bank.definition = definition
    return is_untouched


def _key(question: PaperQuestion, definition: dict[str, Any]) -> dict[str, Any]:
    return {"key": question.type.answer_key(definition)["text"], "definition": definition}
