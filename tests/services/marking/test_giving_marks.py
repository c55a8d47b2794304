"""Marking by hand: no result before all marks are given, every mark is stored, the last one completes it."""

from __future__ import annotations

import uuid
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.errors import AttemptExpired, Conflict, InvalidInput, InvalidTransition, NotFound
from exam_app.extensions import db
from exam_app.models import Activity, AnswerMark, Notification, Result
from exam_app.services.answers import late_answers, saving
from exam_app.services.attempts import closing
from exam_app.services.grading import bulk_grading, regrades
from exam_app.services.grading.versions import latest_result
from exam_app.services.marking import giving_marks
from exam_app.services.marking import tasks as marking_tasks
from exam_app.services.operations import consistency
from exam_app.services.results import attempt_lists, releases
from exam_app.services.results import views as result_views
from exam_app.services.statistics import attempt_analytics, responses
from tests.factories import AttemptFactory, BatchFactory, ChangeFactory, UserFactory
from tests.helpers.answers import answers_of, questions
from tests.helpers.corrections import correct
from tests.helpers.queries import counted
from tests.helpers.results import answer, graded
from tests.helpers.times import minutes


@pytest.fixture
def exam(every_type: Any) -> Any:
    return every_type


@pytest.fixture
def written(cast: SimpleNamespace, running: Any) -> Any:
    """Carl's attempt, submitted with an essay and one more correct answer: 4 of 32 points so far."""
    return graded("essay", "true_false", student=cast.carl, session=running)


def essay_of(attempt: Any) -> Any:
    return answers_of(attempt.id)[questions(attempt.test)["essay"]]


def score_of(attempt: Any) -> Decimal | None:
    result = latest_result(attempt.id)
    return result.score if result else None


def mark(actor: Any, attempt: Any, points: str, comment: str = "", at: float = 60) -> dict[str, Any]:
    return giving_marks.grade_answer(
        actor, attempt, essay_of(attempt).id, Decimal(points), comment, minutes(at)
    )


def test_before_the_mark_there_is_a_receipt_and_no_result(written: Any, cast: SimpleNamespace) -> None:
    assert (written.status, written.grading_needed, written.marking_due) == ("submitted", False, 1)
    assert written.receipt
    assert latest_result(written.id) is None
    assert bulk_grading.grade_closed(minutes(20)) == 0  # nothing for the grading job
    shown = result_views.result_view(cast.carl, written)
    assert (shown["markingDue"], shown["released"], shown["questions"]) == (1, False, None)
    assert (shown["attempt"]["isCompleted"], shown["attempt"]["isGraded"]) == (True, False)
    assert consistency.differences([written.id]) == []


def test_staff_see_the_points_so_far(written: Any, cast: SimpleNamespace) -> None:
    shown = result_views.result_view(cast.ines, written)
    assert (shown["results"], shown["released"]) == (None, False)
    points = {row["questionId"]: (row["points"], row["isCorrect"]) for row in shown["questions"]}
    ids = questions(written.test)
    assert points[ids["essay"]] == (None, None)
    assert points[ids["true_false"]] == (4, True)
    assert points[ids["numerical"]] == (0, False)


def test_the_mark_makes_the_result(written: Any, cast: SimpleNamespace, running: Any) -> None:
    reply = mark(cast.ines, written, "2.5", "Well argued")
    assert reply == {
        "attemptId": str(written.id),
        "answerId": str(essay_of(written).id),
        "questionId": questions(written.test)["essay"],
        "points": 2.5,
        "maxPoints": 4,
        "comment": "Well argued",
        "task": None,
        "markingDue": 0,
        "status": "graded",
    }
    assert score_of(written) == Decimal("6.5")
    (logged,) = db.session.query(Activity).filter_by(type="answer_marked")
    assert (logged.actor_id, logged.details["before"], logged.details["after"]) == (
        cast.ines.id,
        {"points": None},
        {"points": 2.5},
    )
    assert consistency.differences([written.id]) == []
    review = result_views.result_view(cast.ines, written)["questions"]
    assert [row["comment"] for row in review if row["comment"]] == ["Well argued"]


def test_a_blank_essay_earns_nothing_and_needs_no_marker(cast: SimpleNamespace, running: Any) -> None:
    attempt = AttemptFactory(student=cast.carl, session=running)
    blank = ChangeFactory(question_id=questions(attempt.test)["essay"], response={"text": " \n"})
    saving.save(BatchFactory(attempt=attempt, changes=[blank]))
    attempt.status, attempt.submitted_at, attempt.grading_needed = "submitted", minutes(1), True
    attempt.closed_at = minutes(1)
    db.session.commit()
    bulk_grading.grade_closed(minutes(2))
    assert (attempt.status, attempt.marking_due) == ("graded", 0)


def test_every_mark_is_stored_and_the_last_one_is_effective(written: Any, cast: SimpleNamespace) -> None:
    mark(cast.ines, written, "2.5", "First")
    mark(cast.ada, written, "4", "Second thoughts", at=70)
    kept = db.session.query(AnswerMark).order_by(AnswerMark.number)
    assert [(row.number, row.points, row.comment, row.marked_by) for row in kept] == [
        (1, Decimal("2.50"), "First", cast.ines.id),
        (2, Decimal("4.00"), "Second thoughts", cast.ada.id),
    ]
    assert [row.score for row in db.session.query(Result).order_by(Result.number)] == [Decimal("6.5"), 8]
    assert essay_of(written).is_correct is True
    assert consistency.differences([written.id]) == []


def test_the_same_mark_twice_is_one(written: Any, cast: SimpleNamespace) -> None:
    assert mark(cast.ines, written, "2", "Good") == mark(cast.ines, written, "2.00", "Good", at=61)
    assert db.session.query(AnswerMark).count() == db.session.query(Result).count() == 1


def test_a_mark_takes_precedence_over_automatic_points(written: Any, cast: SimpleNamespace) -> None:
    mark(cast.ines, written, "1")
    wrong = answers_of(written.id)[questions(written.test)["true_false"]]
    reply = giving_marks.grade_answer(cast.ines, written, wrong.id, Decimal("3"), "Ambiguous", minutes(80))
    assert (reply["points"], reply["status"]) == (3, "graded")
    assert score_of(written) == 4
    assert consistency.differences([written.id]) == []


@pytest.mark.parametrize("points", ["-0.01", "4.01"])
def test_points_outside_what_the_question_is_worth_are_refused(
    written: Any, cast: SimpleNamespace, points: str
) -> None:
    with pytest.raises(InvalidInput):
        mark(cast.ines, written, points)
    assert db.session.query(AnswerMark).count() == 0


def test_an_answer_of_another_attempt_is_not_found(written: Any, cast: SimpleNamespace, running: Any) -> None:
    other = graded("essay", student=cast.cora, session=running)
    for answer_id in (essay_of(other).id, uuid.uuid4()):
        with pytest.raises(NotFound):
            giving_marks.grade_answer(cast.ines, written, answer_id, Decimal(1), "", minutes(60))


def test_an_attempt_that_is_open_or_cancelled_is_not_marked(cast: SimpleNamespace, running: Any) -> None:
    attempt = AttemptFactory(student=cast.carl, session=running)
    essay = ChangeFactory(question_id=questions(attempt.test)["essay"], response={"text": "Now"})
    saving.save(BatchFactory(attempt=attempt, changes=[essay]))
    for status in ("in_progress", "paused", "cancelled"):
        attempt.status = status
        db.session.commit()
        with pytest.raises(InvalidTransition):
            mark(cast.ines, attempt, "1")


def test_a_changed_response_is_due_again_and_the_result_stays_until_then(
    attempt: Any, cast: SimpleNamespace
) -> None:
    answer(attempt, "essay", "true_false")
    closing.close_due(minutes(31))
    bulk_grading.grade_closed(minutes(31))
    mark(cast.ines, attempt, "4")
    late = ChangeFactory(question_id=questions(attempt.test)["essay"], response={"text": "Better."})
    with pytest.raises(AttemptExpired):
        saving.save(BatchFactory(attempt=attempt, changes=[late], arrived_at=minutes(45)))
    late_answers.decide(
        cast.ines, [(attempt.id, late.question_id)], None, True, "The network was down", minutes(70)
    )
    bulk_grading.grade_closed(minutes(71))
    db.session.refresh(attempt)
    assert (attempt.status, attempt.marking_due) == ("graded", 1)
    assert essay_of(attempt).points is None
    assert score_of(attempt) == 8
    assert result_views.result_view(cast.ines, attempt)["markingDue"] == 1
    assert consistency.differences([attempt.id]) == []
    assert mark(cast.ines, attempt, "1", at=80)["markingDue"] == 0
    assert score_of(attempt) == 5
    assert consistency.differences([attempt.id]) == []


def test_a_timely_but_slow_response_is_due_for_marking(cast: SimpleNamespace, running: Any) -> None:
    attempt = AttemptFactory(student=cast.carl, session=running, expired=True)
    bulk_grading.grade_closed(minutes(31))
    assert attempt.status == "graded"
    slow = ChangeFactory(question_id=questions(attempt.test)["essay"], response={"text": "Just in time."})
    saving.save(BatchFactory(attempt=attempt, changes=[slow], arrived_at=minutes(30)))
    bulk_grading.grade_closed(minutes(32))
    db.session.refresh(attempt)
    assert (attempt.status, attempt.marking_due) == ("graded", 1)
    assert mark(cast.ines, attempt, "3")["markingDue"] == 0
    assert score_of(attempt) == 3


# --- answers due for marking --------------------------------------------------------------------


def test_the_list_of_what_is_due(written: Any, cast: SimpleNamespace, running: Any) -> None:
    second = graded("essay", student=cast.cora, session=running, after=12)
    found, total = marking_tasks.due(cast.ines, None, None, 1, 50)
    assert total == 2
    assert [row["attemptId"] for row in found] == [str(written.id), str(second.id)]
    first = found[0]
    assert (first["answer"], first["words"], first["maxPoints"]) == ("Light is caught.", 3, 4)
    assert (first["studentName"], first["testId"], first["sessionId"]) == (
        cast.carl.full_name,
        written.test_id,
        str(running.id),
    )
    mark(cast.ines, written, "1")
    assert [row["attemptId"] for row in marking_tasks.due(cast.ines, None, None, 1, 50)[0]] == [
        str(second.id)
    ]


def test_the_list_is_filtered_and_paginated(written: Any, cast: SimpleNamespace, running: Any) -> None:
    second = graded("essay", student=cast.cora, session=running, after=12)
    page, total = marking_tasks.due(cast.ines, written.test_id, running.id, 2, 1)
    assert ([row["attemptId"] for row in page], total) == ([str(second.id)], 2)
    assert marking_tasks.due(cast.ines, written.test_id + 1, None, 1, 50) == ([], 0)
    assert marking_tasks.due(cast.ines, None, uuid.uuid4(), 1, 50) == ([], 0)


def test_other_teachers_see_nothing(written: Any, cast: SimpleNamespace) -> None:
    other = UserFactory(instructor=True, organization=cast.school)
    assert marking_tasks.due(other, None, None, 1, 50) == ([], 0)
    assert marking_tasks.due(cast.otto, None, None, 1, 50) == ([], 0)


def test_the_number_of_queries_does_not_grow(written: Any, cast: SimpleNamespace, running: Any) -> None:
    assert cast.ines.id  # loaded again after the last commit, and not counted
    with counted() as few:
        marking_tasks.due(cast.ines, None, None, 1, 50)
    for _ in range(3):
        graded("essay", student=UserFactory(organization=cast.school), session=running)
    assert cast.ines.id
    with counted() as many:
        marking_tasks.due(cast.ines, None, None, 1, 50)
    assert len(few) == len(many) == 3


# --- other readers of points --------------------------------------------------------------------


def test_results_wait_for_the_last_mark(written: Any, cast: SimpleNamespace, running: Any) -> None:
    running.status, running.completed_at = "completed", minutes(30)
    db.session.commit()
    with pytest.raises(Conflict, match="1 answer has to be marked"):
        releases.release_results(cast.ines, running, minutes(50))
    shown = result_views.session_results(cast.ines, running.id)
    (row,) = [row for row in shown["students"] if row["attemptId"] == str(written.id)]
    assert (row["markingDue"], row["score"], shown["statistics"]["count"]) == (1, None, 0)
    mark(cast.ines, written, "2")
    assert releases.release_results(cast.ines, running, minutes(61)).results_released_at == minutes(61)
    assert result_views.result_view(cast.carl, written)["results"]["score"] == 6


def test_statistics_exclude_unmarked_attempts(written: Any, cast: SimpleNamespace, running: Any) -> None:
    assert attempt_lists.test_statistics(cast.ines, written.test_id)["averageScore"] is None
    assert attempt_analytics.analyse(written, minutes(50))["attemptInfo"]["score"] is None
    assert responses.of_session(running).responses.scores.shape[0] == 0


def test_the_confirmation_is_sent_once(written: Any, cast: SimpleNamespace) -> None:
    mark(cast.ines, written, "2")
    kinds = [row.kind for row in db.session.query(Notification).filter_by(user_id=cast.carl.id)]
    assert kinds.count("attempt_handed_in") == 1


def test_the_page_receives_the_receipt_at_the_end_and_the_grade_later(
    cast: SimpleNamespace, running: Any, sent: list[SimpleNamespace]
) -> None:
    attempt = graded("essay", student=cast.carl, session=running)
    published = [e.data for e in sent if e.name == "attempt_closed" and e.to == f"attempt:{attempt.id}"]
    assert [(data["status"], data["receipt"]) for data in published] == [("submitted", attempt.receipt)]
    sent.clear()
    mark(cast.ines, attempt, "2")
    published = [e.data for e in sent if e.name == "attempt_closed" and e.to == f"attempt:{attempt.id}"]
    assert [data["status"] for data in published] == ["graded"]


def test_a_regrade_preserves_marks(written: Any, cast: SimpleNamespace, running: Any) -> None:
    """The regrade makes the true-false answer incorrect, and leaves the marks given by hand unchanged."""
    mark(cast.ines, written, "1")
    judged = answers_of(written.id)[questions(written.test)["true_false"]]
    giving_marks.grade_answer(cast.ines, written, judged.id, Decimal("3.5"), "Ambiguous", minutes(62))
    other = graded("true_false", student=cast.cora, session=running)
    assert score_of(other) == 4
    correct(cast.ines, written.test)
    regrades.start(cast.ines, written.test, "Typo in the key", minutes(70))
    while regrades.take_step(minutes(71)):
        pass
    db.session.expire_all()
    assert (score_of(written), score_of(other)) == (Decimal("4.5"), 0)
    assert consistency.differences([written.id, other.id]) == []


def test_a_regrade_creates_no_result_for_unmarked_answers(written: Any, cast: SimpleNamespace) -> None:
    correct(cast.ines, written.test)
    regrades.start(cast.ines, written.test, "Typo in the key", minutes(70))
    while regrades.take_step(minutes(71)):
        pass
    db.session.expire_all()
    assert (score_of(written), written.status) == (None, "submitted")
    mark(cast.ines, written, "3", at=80)
    assert score_of(written) == 3
    assert consistency.differences([written.id]) == []
