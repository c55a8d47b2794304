"""Full points for everybody, and questions left out: after a regrade all figures of each attempt agree."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.errors import Conflict, InvalidInput
from exam_app.extensions import db
from exam_app.models import Activity, Paper, Question, Result
from exam_app.rules.paper import Credit
from exam_app.services.answers import saving
from exam_app.services.attempts import starting
from exam_app.services.authoring import papers
from exam_app.services.grading import bulk_grading, corrections, regrade_previews, regrades, score_overrides
from exam_app.services.grading.versions import latest_result
from exam_app.services.marking import giving_marks
from exam_app.services.reports import result_tables
from exam_app.services.results import views as result_views
from exam_app.services.statistics import attempt_analytics, learning, responses
from tests.factories import (
    WRONG,
    AttemptFactory,
    BatchFactory,
    ChangeFactory,
    ExamSessionFactory,
    TestFactory,
    UserFactory,
)
from tests.helpers.answers import answers_of, assert_log_explains_answers, questions
from tests.helpers.clients import data
from tests.helpers.pages import PageClient
from tests.helpers.results import answer, graded
from tests.helpers.times import minutes

KIND = "true_false"


def credit(who: Any, test: Any, credit: str, kind: str = KIND) -> dict[str, Any]:
    question_id = questions(test)[kind]
    return corrections.give_credit(who, test, question_id, Credit(credit), " Unclear ", minutes(60))


def regrade(cast: SimpleNamespace, test: Any) -> Any:
    started = regrades.start(cast.ines, test, "Question 3 was unclear", minutes(61))
    while regrades.take_step(minutes(62)):
        pass
    bulk_grading.grade_closed(minutes(63))
    db.session.expire_all()
    return started


def result(attempt: Any) -> tuple[Any, ...]:
    found = latest_result(attempt.id)
    return found and (found.number, found.score, found.max_score, found.percentage, found.correct_count)


@pytest.fixture
def three(cast: SimpleNamespace, running: Any) -> SimpleNamespace:
    """Of 20 points: Carl has 8, including the question; Cora has 4, and so has one who left it empty."""
    return SimpleNamespace(
        right=graded(KIND, "numerical", student=cast.carl, session=running),
        wrong=_wrong(cast.cora, running),
        empty=graded("numerical", student=UserFactory(organization=cast.school), session=running),
    )


def _wrong(student: Any, session: Any) -> Any:
    attempt = AttemptFactory(student=student, session=session)
    answer(attempt, "numerical")
    change = ChangeFactory(question_id=questions(attempt.test)[KIND], response=WRONG[KIND])
    saving.save(BatchFactory(attempt=attempt, changes=[change]))
    attempt.status, attempt.submitted_at, attempt.closed_at = "submitted", minutes(10), minutes(10)
    attempt.grading_needed = True
    db.session.commit()
    bulk_grading.grade_closed(minutes(10))
    return attempt


@pytest.mark.parametrize(
    ("kind", "right", "others"),
    [
        ("full", (1, 8, 20, 40, 2), (2, 8, 20, 40, 2)),
        ("left_out", (2, 4, 16, 25, 1), (2, 4, 16, 25, 1)),
    ],
)
def test_the_credit_matches_its_preview_and_receipts_stay(
    exam: Any, three: Any, cast: SimpleNamespace, kind: str, right: Any, others: Any
) -> None:
    receipts = {attempt.id: attempt.receipt for attempt in vars(three).values()}
    done = credit(cast.ines, exam, kind)
    assert (done["papers"], done["bankCorrected"], done["attempts"]) == ([2], False, 3)
    assert db.session.get(Question, questions(exam)[KIND]).definition == {"correct": True}
    (entry,) = db.session.query(Activity).filter_by(type="credit_corrected")
    assert (entry.details["before"], entry.details["after"]) == ({"credit": "by_key"}, {"credit": kind})
    promised = regrade_previews.preview(cast.ada, exam)
    assert promised["questions"][0]["keyBefore"] == "True"
    assert result(three.wrong)[:3] == (1, 4, 20)
    started = regrade(cast, exam)
    assert result(three.right) == right
    assert result(three.wrong) == result(three.empty) == others
    assert started.changed == promised["changing"] == sum(r[0] == 2 for r in (right, others, others))
    for row in promised["rows"]:
        latest = db.session.query(Result).filter_by(attempt_id=row["attemptId"], number=2).one()
        assert (latest.score, latest.percentage) == (row["scoreAfter"], row["percentageAfter"])
    for attempt in vars(three).values():
        assert attempt.receipt == receipts[attempt.id]
        assert_log_explains_answers(attempt)


def test_the_credit_can_be_undone(exam: Any, three: Any, cast: SimpleNamespace) -> None:
    before = {name: result(attempt)[1:] for name, attempt in vars(three).items()}
    for kind in ("full", "left_out", "by_key"):
        credit(cast.ines, exam, kind)
        with pytest.raises(Conflict):
            credit(cast.ines, exam, kind)
        regrade(cast, exam)
    assert {name: result(attempt)[1:] for name, attempt in vars(three).items()} == before
    for attempt in vars(three).values():
        assert_log_explains_answers(attempt)


def test_the_credit_is_applied_in_every_view(
    exam: Any, three: Any, cast: SimpleNamespace, running: Any
) -> None:
    credit(cast.ines, exam, "left_out")
    credit(cast.ines, exam, "full", "short_answer")
    regrade(cast, exam)
    assert result(three.empty)[1:] == (8, 16, 50, 2)
    ids = questions(exam)
    shown = result_views.result_view(cast.ines, three.empty)
    rows = {row["questionId"]: row for row in shown["questions"]}
    left_out, full = rows[ids[KIND]], rows[ids["short_answer"]]
    assert (left_out["credit"], left_out["maxPoints"], left_out["points"]) == ("left_out", 0, 0)
    assert (full["credit"], full["isCorrect"], full["points"], full["yourAnswer"]) == ("full", True, 4, None)
    figures = shown["results"]
    assert (figures["correctAnswers"], figures["incorrectAnswers"]) == (2, 2)
    sample = responses.of_session(running)
    assert {item.id for item in sample.responses.items} == set(ids.values()) - {
        ids[KIND],
        ids["short_answer"],
    }
    assert [item.number for item in sample.responses.items] == sorted(
        i.number for i in sample.responses.items
    )
    breakdown = attempt_analytics.analyse(three.wrong, minutes(70))["questionBreakdown"]
    assert ids[KIND] not in {row["questionId"] for row in breakdown}
    assert learning.progress(cast.ada, three.wrong.student, minutes(70))["attempts"][0]["percentage"] == 50
    table = result_tables.of_session(running, "UTC")
    assert [name for name in table.head if name.startswith("Q")].count("Q3 (of 0)") == 1
    assert all(Decimal(4) in row[-len(ids) :] for row in table.rows)


def test_full_credit_takes_precedence_over_marks(cast: SimpleNamespace) -> None:
    """Full points for all replace the marks of an essay and its marking task; undoing that restores both."""
    test = TestFactory(author=cast.ines, practice=True, published=True, questions__types=("essay", KIND))
    marked, waiting = (graded("essay", student=who, test=test) for who in (cast.carl, cast.cora))
    essay_id = questions(test)["essay"]
    giving_marks.grade_answer(
        cast.ines, marked, answers_of(marked.id)[essay_id].id, Decimal(1), "Thin", minutes(50)
    )
    credit(cast.ines, test, "full", "essay")
    assert regrade_previews.preview(cast.ines, test)["withoutResult"] == 1
    regrade(cast, test)
    assert (waiting.status, waiting.marking_due) == ("graded", 0)
    assert result(marked)[1:3] == result(waiting)[1:3] == (4, 8)
    with pytest.raises(Conflict, match="gives everyone full points"):
        giving_marks.grade_answer(
            cast.ines, marked, answers_of(marked.id)[essay_id].id, Decimal(2), "", minutes(70)
        )
    credit(cast.ines, test, "by_key", "essay")
    regrade(cast, test)
    assert (result(marked)[1], waiting.marking_due) == (1, 1)
    for attempt in (marked, waiting):
        assert_log_explains_answers(attempt)


def test_a_manual_score_is_preserved(exam: Any, three: Any, cast: SimpleNamespace) -> None:
    score_overrides.set_score(cast.ines, three.wrong, Decimal(15), Decimal(0), "Spoken exam", minutes(50))
    credit(cast.ines, exam, "left_out")
    assert regrade_previews.preview(cast.ines, exam)["kept"] == 1
    assert regrade(cast, exam).kept == 1
    assert result(three.wrong)[1:4] == (15, 20, 75)


def test_at_least_one_question_has_to_count(cast: SimpleNamespace) -> None:
    test = TestFactory(author=cast.ines, published=True, questions__types=(KIND, "numerical"))
    credit(cast.ines, test, "left_out")
    with pytest.raises(InvalidInput) as refused:
        credit(cast.ines, test, "left_out", "numerical")
    assert "At least one question" in str(refused.value.details)
    assert db.session.query(Paper).count() == 2


def test_the_key_of_an_excluded_question_is_not_corrected(exam: Any, cast: SimpleNamespace) -> None:
    credit(cast.ines, exam, "full")
    with pytest.raises(Conflict, match="by its key again"):
        corrections.correct_key(
            cast.ines, exam, questions(exam)[KIND], {"correct": False}, "Typo", minutes(62)
        )


def test_later_and_running_attempts_get_the_credit(attempt: Any, exam: Any, cast: SimpleNamespace) -> None:
    credit(cast.ines, exam, "full")
    attempt.status, attempt.submitted_at, attempt.closed_at = "submitted", minutes(20), minutes(20)
    attempt.grading_needed = True
    db.session.commit()
    bulk_grading.grade_closed(minutes(61))
    assert result(attempt)[1:3] == (4, 20)
    practice = TestFactory(author=cast.ines, practice=True, published=True)
    credit(cast.ines, practice, "left_out")
    began = starting.start_attempt(cast.carl, practice.id, minutes(61))
    assert papers.compiled(began.paper_id).total_points == 16


def test_over_rest(api: Any, exam: Any, three: Any, cast: SimpleNamespace) -> None:
    ines, url = api(cast.ines), f"/api/tests/{exam.id}/corrections"
    body = {"questionId": questions(exam)[KIND], "reason": "Unclear"}
    for wrong in ({}, {"credit": "half"}, {"credit": "full", "definition": {"correct": False}}):
        assert ines.post(url, body | wrong).status_code == 422
    assert data(ines.post(url, body | {"credit": "full"}), 201)["attempts"] == 3
    preview = data(ines.post(f"/api/tests/{exam.id}/regrade", {"dryRun": True}))["preview"]
    assert (preview["changing"], preview["questions"][0]["keyAfter"]) == (
        2,
        "Full points for everybody, answered or not",
    )


def test_figures_of_a_test_in_which_no_key_counts(app: Flask, api: Any, cast: SimpleNamespace) -> None:
    test = TestFactory(author=cast.ines, published=True, questions__types=(KIND,))
    session = ExamSessionFactory(completed=True, school_class=cast.biology, test=test)
    for who in (cast.carl, cast.cora):
        graded(KIND, student=who, session=session)
    credit(cast.ines, test, "full")
    regrade(cast, test)
    figures = data(api(cast.ines).get(f"/api/sessions/{session.id}/statistics"))
    assert figures["questions"] == []
    data(api(cast.ines).get(f"/api/tests/{test.id}/statistics"))
    assert PageClient(app, cast.ines).get(f"/sessions/{session.id}/statistics").status_code == 200
