"""The late-answer review queue: accepted answers count, declined ones do not, and the log stays complete."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.errors import AttemptExpired, Conflict, InvalidInput
from exam_app.extensions import db
from exam_app.models import Activity, LateVerdict, Notification, User
from exam_app.services.answers import late_answers, saving
from exam_app.services.attempts import closing
from exam_app.services.grading import bulk_grading
from exam_app.services.grading.versions import latest_result
from exam_app.services.operations import consistency
from tests.factories import RIGHT, BatchFactory, ChangeFactory, UserFactory
from tests.helpers.answers import answers_of, log_of, questions
from tests.helpers.threads import at_once
from tests.helpers.times import later, minutes

REASON = "The network was down"


@pytest.fixture
def ids(attempt: Any) -> dict[str, int]:
    return questions(attempt.test)


def send(attempt: Any, at: Any, *changes: Any) -> None:
    saving.save(BatchFactory(attempt=attempt, changes=list(changes), arrived_at=at, sent_at=at))


def send_late(attempt: Any, *changes: Any, at: Any = None) -> None:
    with pytest.raises(AttemptExpired):
        send(attempt, at or minutes(33), *changes)


@pytest.fixture
def closed(attempt: Any, ids: dict[str, int]) -> Any:
    """A wrong answer in time; a correct one typed in time but delivered late, and one typed late."""
    send(attempt, minutes(5), ChangeFactory(question_id=ids["short_answer"], response={"text": "wrong"}))
    closing.close_due(minutes(31))
    bulk_grading.grade_closed(minutes(31))
    right = ChangeFactory(
        question_id=ids["short_answer"], response=RIGHT["short_answer"], client_time=minutes(29)
    )
    after = ChangeFactory(
        question_id=ids["true_false"], response=RIGHT["true_false"], client_time=minutes(32)
    )
    send_late(attempt, right, after)
    db.session.refresh(attempt)
    return attempt


def decide(cast: SimpleNamespace, attempt: Any, accept: bool, *question_ids: int, by: Any = None) -> Any:
    chosen = [(attempt.id, question_id) for question_id in question_ids]
    outcome = late_answers.decide(by or cast.ines, chosen, None, accept, REASON, minutes(40))
    bulk_grading.grade_closed(minutes(40))
    db.session.refresh(attempt)
    return outcome


def test_the_review_queue_shows_each_answer_and_when_it_was_typed(
    closed: Any, cast: SimpleNamespace, ids: dict[str, int]
) -> None:
    queue = {row["questionId"]: row for row in late_answers.waiting(cast.ines, attempt_id=closed.id)}
    assert set(queue) == {ids["short_answer"], ids["true_false"]}
    first = queue[ids["short_answer"]]
    assert (first["standingAnswer"], first["answer"]) == ("wrong", RIGHT["short_answer"]["text"])
    assert (first["typedInTime"], queue[ids["true_false"]]["typedInTime"]) == (True, False)
    assert {row["typedAtSource"] for row in queue.values()} == {"page"}


def test_an_answer_of_an_unknown_age_is_neither_in_time_nor_late(
    attempt: Any, cast: SimpleNamespace, ids: dict[str, int]
) -> None:
    """A device's clock alone does not tell when: it may have been set."""
    closing.close_due(minutes(31))
    change = ChangeFactory(
        question_id=ids["short_answer"], response=RIGHT["short_answer"], client_time=minutes(29)
    )
    with pytest.raises(AttemptExpired):
        saving.save(BatchFactory(attempt=attempt, changes=[change], arrived_at=minutes(33)))
    (row,) = late_answers.waiting(cast.ines, attempt_id=attempt.id)
    assert (row["typedAtSource"], row["typedInTime"]) == ("arrival", None)
    assert row["typedAt"] == row["arrivedAt"]


def test_an_accepted_answer_counts_and_the_reason_is_logged(
    closed: Any, cast: SimpleNamespace, ids: dict[str, int]
) -> None:
    receipt, before = closed.receipt, latest_result(closed.id)
    outcome = decide(cast, closed, True, ids["short_answer"])
    assert outcome == {
        "done": [{"attemptId": str(closed.id), "questionId": ids["short_answer"]}],
        "refused": [],
    }
    after = latest_result(closed.id)
    assert (before.score, after.score) == (0, 4)
    assert after.number == before.number + 1
    assert closed.receipt != receipt
    assert answers_of(closed.id)[ids["short_answer"]].response == RIGHT["short_answer"]
    assert consistency.differences([closed.id]) == []
    verdict = db.session.query(LateVerdict).one()
    assert (verdict.accepted, verdict.reason, verdict.applied_seq) == (True, REASON, closed.version)
    notification = db.session.query(Notification).filter_by(kind="late_answers_decided").one()
    assert notification.user_id == closed.student_id and REASON in notification.body
    assert db.session.query(Activity).filter_by(type="late_answers_accepted").one().actor_id == cast.ines.id


def test_a_late_answer_to_an_unanswered_question(
    closed: Any, cast: SimpleNamespace, ids: dict[str, int]
) -> None:
    decide(cast, closed, True, ids["true_false"])
    assert closed.answered_count == 2
    assert consistency.differences([closed.id]) == []


def test_declining_changes_nothing(closed: Any, cast: SimpleNamespace, ids: dict[str, int]) -> None:
    version, result = closed.version, latest_result(closed.id).number
    decide(cast, closed, False, ids["short_answer"])
    assert (closed.version, latest_result(closed.id).number) == (version, result)
    assert [row["questionId"] for row in late_answers.waiting(cast.ines)] == [ids["true_false"]]


def test_of_several_late_answers_the_last_typed_counts(
    closed: Any, cast: SimpleNamespace, ids: dict[str, int]
) -> None:
    older = ChangeFactory(
        question_id=ids["short_answer"], response={"text": "older"}, client_time=minutes(28)
    )
    send_late(closed, older, at=minutes(34))
    (row,) = [r for r in late_answers.waiting(cast.ines) if r["questionId"] == ids["short_answer"]]
    assert row["changes"] == 2
    decide(cast, closed, True, ids["short_answer"])
    assert answers_of(closed.id)[ids["short_answer"]].response == RIGHT["short_answer"]
    assert db.session.query(LateVerdict).count() == 2


def test_deciding_twice_changes_nothing_more(closed: Any, cast: SimpleNamespace, ids: dict[str, int]) -> None:
    decide(cast, closed, True, ids["short_answer"])
    log = len(log_of(closed.id))
    again = decide(cast, closed, False, ids["short_answer"])
    assert (
        again["done"] == []
        and again["refused"][0]["reason"] == "This answer is not pending. Reload the list."
    )
    assert len(log_of(closed.id)) == log


def test_an_invalid_answer_can_only_be_declined(
    closed: Any, cast: SimpleNamespace, ids: dict[str, int]
) -> None:
    strange = ChangeFactory(question_id=ids["multiple_choice"], response={"selectedOptionIds": [999]})
    foreign = ChangeFactory(question_id=987_654, response={"text": "?"})
    send_late(closed, strange, foreign, at=minutes(35))
    rows = {row["questionId"]: row for row in late_answers.waiting(cast.ines)}
    assert not rows[ids["multiple_choice"]]["isReadable"] and rows[987_654]["questionText"] is None
    outcome = decide(cast, closed, True, ids["multiple_choice"], 987_654)
    assert outcome["done"] == [] and len(outcome["refused"]) == 2
    assert len(decide(cast, closed, False, ids["multiple_choice"], 987_654)["done"]) == 2


def test_all_of_a_session_at_once(closed: Any, cast: SimpleNamespace) -> None:
    outcome = late_answers.decide(cast.ines, None, closed.session_id, True, REASON, minutes(40))
    assert len(outcome["done"]) == 2
    assert late_answers.waiting(cast.ines, session_id=closed.session_id) == []


def test_late_answers_are_not_decided_while_the_attempt_is_open(
    attempt: Any, cast: SimpleNamespace, ids: dict[str, int]
) -> None:
    late = ChangeFactory(question_id=ids["true_false"], response=RIGHT["true_false"])
    send_late(attempt, late)
    with pytest.raises(Conflict):
        late_answers.decide(cast.ines, [(attempt.id, ids["true_false"])], None, True, REASON, later(1))
    assert db.session.query(LateVerdict).count() == 0


def test_a_reason_is_needed(closed: Any, cast: SimpleNamespace, ids: dict[str, int]) -> None:
    with pytest.raises(InvalidInput):
        late_answers.decide(cast.ines, [(closed.id, ids["true_false"])], None, True, "  ", minutes(40))


def test_other_teachers_neither_see_nor_decide(
    closed: Any, cast: SimpleNamespace, ids: dict[str, int]
) -> None:
    stranger = UserFactory(instructor=True, organization=cast.school)
    assert late_answers.waiting(stranger) == []
    assert decide(cast, closed, True, ids["true_false"], by=stranger)["done"] == []
    assert len(late_answers.waiting(cast.ines)) == 2


class TestAtOnce:
    @pytest.fixture
    def database(self, committed_database: None) -> None:
        """Connections see each other's changes only after a commit."""

    def test_concurrent_decisions_have_one_outcome(
        self, app: Flask, closed: Any, cast: SimpleNamespace, ids: dict[str, int]
    ) -> None:
        attempt_id, teacher = closed.id, cast.ines.id

        def verdict(accept: bool) -> Any:
            def act() -> Any:
                actor = db.session.get(User, teacher)
                chosen = [(attempt_id, ids["short_answer"])]
                return late_answers.decide(actor, chosen, None, accept, REASON, minutes(40))

            return act

        outcomes = at_once(app, verdict(True), verdict(False), verdict(True))
        assert sorted(len(outcome["done"]) for outcome in outcomes) == [0, 0, 1]
        assert consistency.differences([attempt_id]) == []
