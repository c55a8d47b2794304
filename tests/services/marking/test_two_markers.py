"""Double marking: neither sees the other's mark first, then the mean is effective or staff adjudicate."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.errors import AttemptExpired, Conflict, InvalidInput, InvalidTransition
from exam_app.extensions import db
from exam_app.models import Activity, AnswerMark, Result
from exam_app.rules.marking import Task
from exam_app.services.answers import late_answers, saving
from exam_app.services.attempts import closing
from exam_app.services.grading import bulk_grading
from exam_app.services.grading.versions import latest_result
from exam_app.services.marking import giving_marks
from exam_app.services.marking import queue as marking_queue
from exam_app.services.marking import tasks as marking_tasks
from exam_app.services.marking import views as marking_views
from exam_app.services.marking.queue import Order
from exam_app.services.operations import consistency
from exam_app.services.results import releases
from exam_app.services.results import views as result_views
from tests.factories import AttemptFactory, BatchFactory, ChangeFactory, TestFactory, UserFactory
from tests.helpers.answers import answers_of, questions
from tests.helpers.clients import data
from tests.helpers.results import answer, graded
from tests.helpers.times import minutes


@pytest.fixture
def exam(cast: SimpleNamespace) -> Any:
    return TestFactory(
        author=cast.ines,
        markers=2,
        marking_tolerance=Decimal("0.5"),
        published=True,
        questions__types=("essay", "true_false"),
    )


@pytest.fixture
def written(cast: SimpleNamespace, running: Any) -> Any:
    return graded("essay", "true_false", student=cast.carl, session=running)


def essay_of(attempt: Any) -> Any:
    return answers_of(attempt.id)[questions(attempt.test)["essay"]]


def mark(who: Any, attempt: Any, points: Any, comment: str = "", at: float = 60) -> Any:
    return giving_marks.grade_answer(
        who, attempt, essay_of(attempt).id, Decimal(points), comment, minutes(at)
    )


def adjudicate(who: Any, attempt: Any, points: Any, seen: str | None = None, comment: str = "") -> Any:
    seen = seen or shown(who, attempt)["seen"]
    essay_id = essay_of(attempt).id
    return giving_marks.adjudicate(
        who, attempt, essay_id, Decimal(points), comment, " We met ", minutes(90), seen
    )


def shown(who: Any, attempt: Any) -> dict[str, Any]:
    return marking_views.shown(who, attempt, essay_of(attempt).id)


def scores(attempt: Any) -> list[Decimal]:
    return [row.score for row in db.session.query(Result).filter_by(attempt_id=attempt.id)]


def task(who: Any, attempt: Any) -> Any:
    """The marker's task, on which the queue, the list and the answer itself must agree."""
    shown_task = shown(who, attempt)["task"]
    entries = marking_queue.entries(who, marking_queue.queue_with(attempt), Order.QUESTION)
    assert [entry.task for entry in entries if entry.attempt_id == attempt.id] == [shown_task]
    listed = [
        row["task"]
        for row in marking_tasks.due(who, None, None, 1, 50)[0]
        if row["attemptId"] == str(attempt.id)
    ]
    assert listed == ([shown_task] if shown_task else [])
    return shown_task


def test_an_answer_is_due_until_both_have_marked_and_the_mean_counts(
    written: Any, cast: SimpleNamespace, running: Any
) -> None:
    assert (task(cast.ines, written), task(cast.ada, written)) == (Task.MARK, Task.MARK)
    first = mark(cast.ines, written, "2.25", "Well argued")
    assert (first["status"], first["markingDue"], first["task"]) == ("submitted", 1, Task.WAIT)
    assert (task(cast.ines, written), task(cast.ada, written)) == (Task.WAIT, Task.MARK)
    assert (marking_tasks.due_count(cast.ines), marking_tasks.due_count(cast.ada)) == (0, 1)
    (queue,) = marking_queue.queues(cast.ines)
    assert (queue["due"], queue["waiting"], queue["attempts"]) == (0, 1, 1)
    running.status, running.completed_at = "completed", minutes(30)
    db.session.commit()
    with pytest.raises(Conflict, match="1 answer has to be marked"):
        releases.release_results(cast.ines, running, minutes(61))
    assert consistency.differences([written.id]) == []

    second = mark(cast.ada, written, "2.5", "A little short")
    assert (second["status"], second["markingDue"], second["task"]) == ("graded", 0, None)
    assert essay_of(written).points == Decimal("2.38")  # the mean, half up
    assert scores(written) == [Decimal("6.38")]
    assert task(cast.ines, written) is None
    assert consistency.differences([written.id]) == []
    (review,) = [row for row in result_views.result_view(cast.ada, written)["questions"] if row["comment"]]
    assert review["comment"] == "Well argued\n\nA little short"


def test_neither_marker_sees_the_other_mark_before_both_have_marked(
    api: Any, written: Any, cast: SimpleNamespace
) -> None:
    mark(cast.ines, written, "3.75", "Zephyr")
    disclosed = [
        shown(cast.ada, written),
        result_views.result_view(cast.ada, written),
        marking_tasks.due(cast.ada, None, None, 1, 50),
        *(row.details for row in db.session.query(Activity)),
    ]
    for path in (
        f"/attempts/{written.id}/result",
        f"/attempts/{written.id}/details",
        f"/attempts/{written.id}/activity",
        f"/attempts/{written.id}/answers",
        "/audit",
        "/marking",
        "/marking/differences",
        f"/sessions/{written.session_id}/results",
        f"/sessions/{written.session_id}/results.csv",
    ):
        reply = api(cast.ada).get(f"/api{path}")
        assert reply.status_code == 200, path
        disclosed.append(reply.get_data(as_text=True))
    for one in map(str, disclosed):
        assert "Zephyr" not in one and "3.75" not in one
    own = shown(cast.ines, written)
    assert (own["standing"]["points"], own["both"], own["points"]) == (3.75, [], None)
    mark(cast.ada, written, 1)
    for who in (cast.ines, cast.ada):
        assert [one["comment"] for one in shown(who, written)["both"]] == ["Zephyr", ""]


def test_marks_beyond_the_tolerance_are_adjudicated_with_a_reason(
    written: Any, cast: SimpleNamespace
) -> None:
    mark(cast.ines, written, 1, "Thin")
    reply = mark(cast.ada, written, 3, "Fine")
    assert (reply["status"], reply["task"]) == ("submitted", Task.ADJUDICATE)
    assert essay_of(written).points is None
    assert (task(cast.ines, written), task(cast.ada, written)) == (Task.ADJUDICATE, Task.ADJUDICATE)
    with pytest.raises(InvalidInput):
        giving_marks.adjudicate(
            cast.ada, written, essay_of(written).id, Decimal(2), "", " ", minutes(70), "1.2"
        )
    done = adjudicate(cast.ines, written, "2.5", comment="Between")
    assert (done["status"], done["task"], scores(written)) == ("graded", None, [Decimal("6.5")])
    after = shown(cast.ada, written)
    assert (after["settled"]["reason"], after["settled"]["markedBy"]) == ("We met", cast.ines.full_name)
    assert after["settled"]["comment"] == "Between"
    (logged,) = db.session.query(Activity).filter_by(type="answer_settled")
    assert (logged.details["reason"], logged.details["after"]) == ("We met", {"points": 2.5})
    with pytest.raises(Conflict, match="settled"):
        mark(cast.ines, written, 3)
    adjudicate(cast.ada, written, 3)
    assert scores(written) == [Decimal("6.5"), 7]
    kept = db.session.query(AnswerMark).order_by(AnswerMark.number)
    assert [(row.points, row.reason) for row in kept] == [
        (1, None),
        (3, None),
        (2.5, "We met"),
        (3, "We met"),
    ]
    assert consistency.differences([written.id]) == []


def test_each_marker_replaces_only_their_own_mark(written: Any, cast: SimpleNamespace) -> None:
    mark(cast.ines, written, 1)
    mark(cast.ines, written, 3)
    assert mark(cast.ines, written, 3)["markingDue"] == 1
    assert db.session.query(AnswerMark).count() == 2
    mark(cast.ada, written, 3)
    assert scores(written) == [7]
    # After a further change it is due again, and the result stays until it is adjudicated.
    assert mark(cast.ines, written, 1)["task"] == Task.ADJUDICATE
    assert (written.status, written.marking_due, latest_result(written.id).score) == ("graded", 1, 7)
    assert consistency.differences([written.id]) == []
    adjudicate(cast.ada, written, 2)
    assert (written.marking_due, latest_result(written.id).score) == (0, 6)


def test_a_third_marker_may_adjudicate_but_not_mark(written: Any, cast: SimpleNamespace) -> None:
    third = UserFactory(admin=True, organization=cast.school)
    with pytest.raises(InvalidTransition):
        adjudicate(cast.ada, written, 2)
    mark(cast.ines, written, 1)
    with pytest.raises(InvalidTransition):
        adjudicate(cast.ada, written, 2)
    mark(cast.ada, written, 3)
    with pytest.raises(Conflict, match="Ines Ibarra and Ada Adams have marked this answer"):
        mark(third, written, 2)
    adjudicate(third, written, 2)
    assert scores(written) == [6]


def test_a_stale_version_is_neither_adjudicated_nor_replaced(written: Any, cast: SimpleNamespace) -> None:
    mark(cast.ines, written, 1)
    read = shown(cast.ines, written)["seen"]
    mark(cast.ada, written, 3)
    with pytest.raises(Conflict) as refusal:
        giving_marks.grade_answer(cast.ines, written, essay_of(written).id, Decimal(2), "", minutes(70), read)
    assert (refusal.value.details["markedBy"], refusal.value.details["points"]) == ("Ada Adams", 3)
    read = refusal.value.details["seen"]
    adjudicate(cast.ada, written, 3, read)
    with pytest.raises(Conflict, match="Ada Adams has marked"):
        adjudicate(cast.ines, written, 1, read)


def test_a_changed_response_is_due_again_for_both(attempt: Any, cast: SimpleNamespace) -> None:
    answer(attempt, "essay")
    closing.close_due(minutes(31))
    bulk_grading.grade_closed(minutes(31))
    late = ChangeFactory(question_id=questions(attempt.test)["essay"], response={"text": "Better."})
    with pytest.raises(AttemptExpired):
        saving.save(BatchFactory(attempt=attempt, changes=[late], arrived_at=minutes(45)))
    mark(cast.ines, attempt, 3, "Of the first")
    late_answers.decide(cast.ada, [(attempt.id, late.question_id)], None, True, "No network", minutes(70))
    bulk_grading.grade_closed(minutes(71))
    db.session.refresh(attempt)
    assert (task(cast.ines, attempt), task(cast.ada, attempt)) == (Task.MARK, Task.MARK)
    assert "Of the first" not in str(shown(cast.ada, attempt))
    mark(cast.ada, attempt, 2)
    mark(cast.ines, attempt, 2)
    assert (attempt.status, latest_result(attempt.id).score) == ("graded", 2)
    assert consistency.differences([attempt.id]) == []


def test_an_automatically_scored_answer_needs_one_marker_only(cast: SimpleNamespace, running: Any) -> None:
    attempt = AttemptFactory(student=cast.carl, session=running)
    ids = questions(attempt.test)
    blank = ChangeFactory(question_id=ids["essay"], response={"text": " "})
    saving.save(BatchFactory(attempt=attempt, changes=[blank]))
    attempt.status, attempt.submitted_at, attempt.closed_at = "submitted", minutes(1), minutes(1)
    attempt.grading_needed = True
    db.session.commit()
    bulk_grading.grade_closed(minutes(2))
    assert mark(cast.ines, attempt, 1)["task"] is None
    assert latest_result(attempt.id).score == 1


def test_the_difference_report_compares_blind_marks(
    api: Any, written: Any, cast: SimpleNamespace, running: Any
) -> None:
    other, single = (
        graded("essay", student=who, session=running)
        for who in (cast.cora, UserFactory(organization=cast.school))
    )
    for attempt, by_ines, by_ada in ((written, 1, 3), (other, 4, "3.5")):
        mark(cast.ines, attempt, 0)
        mark(cast.ines, attempt, by_ines)
        mark(cast.ada, attempt, by_ada)
    mark(cast.ines, written, 3)  # given after seeing the other mark: no evidence of agreement
    mark(cast.ada, single, 2)
    found = data(api(cast.ines).get(f"/api/marking/differences?sessionId={running.id}"))
    (question,) = found["questions"]
    assert (found["count"], question["count"], question["meanAbsoluteDifference"]) == (2, 2, 1.25)
    assert (question["exactPercentage"], question["withinPercentage"]) == (0, 50)
    (pair,) = question["pairs"]
    assert [marker["name"] for marker in pair["markers"]] == ["Ada Adams", "Ines Ibarra"]
    assert pair["meanDifference"] == 0.75
    assert question["meanDifference"] == -0.75
    worst, better = found["answers"]
    assert (worst["attemptId"], worst["difference"], worst["points"]) == (str(written.id), 2, 3)
    assert (better["attemptId"], better["points"]) == (str(other.id), 3.75)
    assert cast.carl.full_name not in str(found)
    stranger = UserFactory(instructor=True, organization=cast.school)
    assert data(api(stranger).get("/api/marking/differences"))["count"] == 0
    assert data(api(cast.ada).get(f"/api/marking/differences?testId={written.test_id + 1}"))["count"] == 0
