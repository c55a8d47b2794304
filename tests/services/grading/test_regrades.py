"""Regrading: a preview of the changes, then every attempt once, and consistent figures for all."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.errors import Conflict, Forbidden, InvalidInput
from exam_app.extensions import db
from exam_app.models import Activity, Notification, Regrade, Result
from exam_app.services.grading import bulk_grading, regrade_previews, regrades, score_overrides
from exam_app.services.grading.versions import latest_result
from exam_app.services.notifications import notify
from exam_app.services.results import attempt_details
from exam_app.services.results import views as result_views
from tests.factories import AttemptFactory, ExamSessionFactory, TestFactory, UserFactory
from tests.helpers.answers import assert_log_explains_answers
from tests.helpers.corrections import correct
from tests.helpers.queries import counted
from tests.helpers.results import answer, graded
from tests.helpers.times import minutes


@pytest.fixture
def carl(cast: SimpleNamespace, running: Any) -> Any:
    """Carl's graded attempt: 8 of 20, with an answer that was correct by the old key."""
    return graded("true_false", "numerical", student=cast.carl, session=running)


@pytest.fixture
def cora(cast: SimpleNamespace, running: Any) -> Any:
    """Cora's graded attempt: 4 of 20, none of them for a true-false question."""
    return graded("short_answer", student=cast.cora, session=running)


def run(at: float = 61) -> int:
    """Run all steps. Returns their number."""
    steps = 0
    while regrades.take_step(minutes(at)):
        steps += 1
    db.session.expire_all()
    return steps


def regrade(cast: SimpleNamespace, test: Any) -> Regrade:
    started = regrades.start(cast.ines, test, "Typo in the key", minutes(60))
    run()
    return started


def versions(attempt: Any) -> list[Any]:
    return [
        (row.number, row.score)
        for row in db.session.query(Result).filter_by(attempt_id=attempt.id).order_by(Result.number)
    ]


def test_the_preview_names_the_affected_and_changes_nothing(
    exam: Any, carl: Any, cora: Any, cast: SimpleNamespace
) -> None:
    correct(cast.ines, exam)
    shown = regrade_previews.preview(cast.ines, exam)
    assert {name: shown[name] for name in ("attempts", "changing", "kept", "passing", "failing")} == {
        "attempts": 2,
        "changing": 1,
        "kept": 0,
        "passing": 0,
        "failing": 0,
    }
    (row,) = shown["rows"]
    assert (row["studentName"], row["scoreBefore"], row["scoreAfter"]) == ("Carl Carter", 8, 4)
    assert (row["percentageBefore"], row["percentageAfter"]) == (40, 20)
    (question,) = shown["questions"]
    assert (question["keyBefore"], question["keyAfter"]) == ("True", "False")
    assert versions(carl) == [(1, 8)]
    assert db.session.query(Regrade).count() == 0


def test_the_regrade_matches_its_preview(exam: Any, carl: Any, cora: Any, cast: SimpleNamespace) -> None:
    correct(cast.ines, exam)
    promised = {row["attemptId"]: row for row in regrade_previews.preview(cast.ada, exam)["rows"]}
    regrade(cast, exam)
    for attempt in (carl, cora):
        row, latest = promised.get(str(attempt.id)), latest_result(attempt.id)
        if row:
            actual = (latest.score, latest.percentage, latest.grade, latest.passed)
            assert actual == (
                row["scoreAfter"],
                row["percentageAfter"],
                row["gradeAfter"],
                row["passedAfter"],
            )
        else:
            assert latest.number == 1


def test_who_passes_and_who_does_not(exam: Any, running: Any, cast: SimpleNamespace) -> None:
    graded("true_false", "numerical", "short_answer", student=cast.carl, session=running)
    correct(cast.ines, exam)
    shown = regrade_previews.preview(cast.ines, exam)
    assert (shown["passing"], shown["failing"]) == (0, 1)


def test_a_preview_names_only_visible_students(exam: Any, carl: Any, cast: SimpleNamespace) -> None:
    elsewhere = ExamSessionFactory(
        completed=True,
        test=exam,
        school_class__teacher=UserFactory(instructor=True, organization=cast.school),
    )
    theirs = graded("true_false", student=UserFactory(organization=cast.school), session=elsewhere)
    correct(cast.ines, exam)
    shown = regrade_previews.preview(cast.ines, exam)
    assert (shown["changing"], shown["rowsLeftOut"]) == (2, 1)
    assert str(theirs.id) not in {row["attemptId"] for row in shown["rows"]}
    assert len(regrade_previews.preview(cast.ada, exam)["rows"]) == 2


def test_new_versions_with_history(exam: Any, carl: Any, cora: Any, cast: SimpleNamespace) -> None:
    correct(cast.ines, exam)
    done = regrade(cast, exam)
    assert (done.total, done.done, done.changed, done.kept) == (2, 2, 1, 0)
    assert done.finished_at == minutes(61)
    assert versions(carl) == [(1, 8), (2, 4)]
    assert versions(cora) == [(1, 4)]
    newest = attempt_details.result_history(carl)[0]
    assert (newest["reason"], newest["gradedBy"], newest["regraded"]) == ("Typo in the key", None, True)
    for attempt in (carl, cora):
        assert attempt.paper_id == exam.current_paper_id
        assert_log_explains_answers(attempt)
    (entry,) = db.session.query(Activity).filter_by(type="test_regraded")
    assert entry.details["reason"] == "Typo in the key"


def test_the_receipt_is_unchanged(exam: Any, carl: Any, cast: SimpleNamespace) -> None:
    receipt = carl.receipt
    correct(cast.ines, exam)
    regrade(cast, exam)
    assert carl.receipt == receipt


def test_a_manual_score_is_preserved(exam: Any, carl: Any, cast: SimpleNamespace) -> None:
    score_overrides.set_score(cast.ines, carl, Decimal(15), Decimal(0), "Spoken exam", minutes(50))
    correct(cast.ines, exam)
    shown = regrade_previews.preview(cast.ines, exam)
    assert (shown["changing"], shown["kept"]) == (0, 1)
    assert [(row["kept"], row["scoreAfter"]) for row in shown["rows"]] == [(True, 15)]
    done = regrade(cast, exam)
    assert (done.changed, done.kept) == (0, 1)
    assert versions(carl) == [(1, 8), (2, 15)]
    assert_log_explains_answers(carl)


def test_a_second_regrade_has_nothing_to_do(exam: Any, carl: Any, cast: SimpleNamespace) -> None:
    correct(cast.ines, exam)
    regrade(cast, exam)
    with pytest.raises(Conflict):
        regrades.start(cast.ines, exam, "Again", minutes(70))
    assert regrade_previews.preview(cast.ines, exam)["attempts"] == 0
    assert run() == 0


def test_a_start_during_a_regrade_returns_the_running_one(
    exam: Any, carl: Any, cast: SimpleNamespace
) -> None:
    correct(cast.ines, exam)
    first = regrades.start(cast.ines, exam, "Typo", minutes(60))
    assert regrades.start(cast.ada, exam, "Me too", minutes(60)).id == first.id
    run()
    assert db.session.query(Regrade).count() == 1


def test_a_regrade_runs_in_steps(
    exam: Any, carl: Any, cora: Any, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regrades, "CHUNK", 1)
    correct(cast.ines, exam)
    started = regrades.start(cast.ines, exam, "Typo", minutes(60))
    regrades.take_step(minutes(61))
    assert (regrades.describe(started)["state"], started.done, started.total) == ("running", 1, 2)
    run()
    assert (regrades.describe(started)["state"], started.done) == ("done", 2)


def test_an_interrupted_regrade_continues(
    exam: Any, carl: Any, cora: Any, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regrades, "CHUNK", 1)
    correct(cast.ines, exam)
    started = regrades.start(cast.ines, exam, "Typo", minutes(60))
    regrades.take_step(minutes(61))

    def crash(*_: Any) -> None:
        raise RuntimeError("the power went out")

    with monkeypatch.context() as patched:
        patched.setattr(bulk_grading, "result_of", crash)
        with pytest.raises(RuntimeError):
            regrades.take_step(minutes(61))
        db.session.rollback()
    assert not regrades.is_stuck(minutes(61))
    assert regrades.is_stuck(minutes(62))
    run(62)
    assert not regrades.is_stuck(minutes(90))
    assert (started.done, started.changed) == (2, 1)
    assert versions(carl) == [(1, 8), (2, 4)]


def test_an_ungraded_attempt_is_graded_with_the_new_key(
    exam: Any, carl: Any, running: Any, cast: SimpleNamespace
) -> None:
    other = AttemptFactory(student=cast.cora, session=running)
    answer(other, "true_false")
    correct(cast.ines, exam)
    other.status, other.submitted_at, other.closed_at = "submitted", minutes(20), minutes(20)
    other.grading_needed = True
    db.session.commit()
    done = regrade(cast, exam)
    assert done.done == 1
    bulk_grading.grade_closed(minutes(62))
    assert versions(other) == [(1, 0)]
    with pytest.raises(Conflict):
        regrades.start(cast.ines, exam, "Again", minutes(70))


@pytest.mark.parametrize(("released", "notified"), [(True, 1), (False, 0)])
def test_students_who_saw_the_result_are_notified_of_the_change(
    exam: Any,
    cast: SimpleNamespace,
    sent: list[SimpleNamespace],
    released: bool,
    notified: int,
) -> None:
    state = "released" if released else "completed"
    session = ExamSessionFactory(school_class=cast.biology, test=exam, **{state: True})
    changed = graded("true_false", student=cast.carl, session=session)
    same = graded("numerical", student=cast.cora, session=session)
    correct(cast.ines, exam)
    sent.clear()
    regrade(cast, exam)
    news = db.session.query(Notification).filter_by(kind="result_changed").all()
    assert [row.user_id for row in news] == [cast.carl.id] * notified
    assert [event.to for event in sent if event.name == "result_released"] == [
        f"attempt:{changed.id}"
    ] * notified
    assert same.id != changed.id
    if notified:
        assert "Typo in the key" in news[0].body
        shown = result_views.result_view(cast.carl, changed)["results"]
        assert (shown["score"], shown["reason"], shown["regraded"]) == (0, "Typo in the key", True)


def test_who_may_regrade(exam: Any, carl: Any, cast: SimpleNamespace) -> None:
    correct(cast.ines, exam)
    colleague = UserFactory(instructor=True, organization=cast.school)
    with pytest.raises(Forbidden):
        regrades.start(colleague, exam, "Typo", minutes(60))
    with pytest.raises(InvalidInput):
        regrades.start(cast.ines, exam, "  ", minutes(60))


def test_another_test_is_unchanged(exam: Any, carl: Any, cast: SimpleNamespace) -> None:
    other = TestFactory(author=cast.ines, published=True)
    practised = graded("true_false", student=cast.cora, test=other)
    correct(cast.ines, exam)
    correct(cast.ines, other)
    regrade(cast, exam)
    assert versions(practised) == [(1, 4)]
    assert regrade_previews.preview(cast.ines, other)["changing"] == 1


def test_the_queries_of_a_step_do_not_depend_on_the_attempts(
    app: Flask, exam: Any, cast: SimpleNamespace
) -> None:
    needed = []
    for people in (1, 6):
        session = ExamSessionFactory(completed=True, school_class=cast.biology, test=exam)
        for _ in range(people):
            graded("true_false", student=UserFactory(organization=cast.school), session=session)
        correct(cast.ines, exam, definition={"correct": bool(needed)})
        regrades.start(cast.ines, exam, "Typo", minutes(60))
        with counted() as seen:
            regrades.take_step(minutes(61))
        needed.append(len(seen))
        run()
    assert needed[1] <= needed[0] + 1


def test_notifications_are_unique_per_version(exam: Any, cast: SimpleNamespace) -> None:
    session = ExamSessionFactory(school_class=cast.biology, test=exam, released=True)
    graded("true_false", student=cast.carl, session=session)
    for right in (False, True):
        correct(cast.ines, exam, definition={"correct": right})
        regrade(cast, exam)
    kinds = [note["kind"] for note in notify.notifications_of(cast.carl)]
    assert kinds.count("result_changed") == 2
