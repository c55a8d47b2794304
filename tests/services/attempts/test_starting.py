"""Starting a self-paced attempt, continuing it, and the content of its page."""

from __future__ import annotations

import json
import uuid
from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.errors import NotEligible, NotFound
from exam_app.extensions import db
from exam_app.rules.attempt_states import AttemptStatus
from exam_app.services.answers import saving
from exam_app.services.attempts import closing, control, starting
from exam_app.services.organizations import visibility
from exam_app.services.proctoring import integrity
from exam_app.services.taking import progress, self_paced
from exam_app.services.taking import state as attempt_state
from tests.factories import (
    RIGHT,
    SECRET_WORDS,
    AccommodationFactory,
    AttemptFactory,
    BatchFactory,
    ChangeFactory,
    PassageFactory,
    QuestionFactory,
    TestFactory,
    UserFactory,
)
from tests.helpers.answers import questions
from tests.helpers.times import NOW, later, minutes


@pytest.fixture
def practice(cast: SimpleNamespace) -> Any:
    return TestFactory(author=cast.ines, practice=True, published=True)


def test_an_attempt_begins_now_and_lasts_as_long_as_the_test(practice: Any, cast: SimpleNamespace) -> None:
    attempt = starting.start_attempt(cast.carl, practice.id, NOW)
    assert (attempt.status, attempt.number, attempt.session_id) == (AttemptStatus.IN_PROGRESS, 1, None)
    assert (attempt.started_at, attempt.deadline_at) == (NOW, minutes(30))
    assert attempt.warn_at == minutes(25)
    assert attempt.paper_id == practice.current_paper_id


def test_the_closing_date_ends_an_attempt_but_not_the_extra_time(cast: SimpleNamespace) -> None:
    test = TestFactory(author=cast.ines, practice=True, published=True, available_until=minutes(20))
    assert starting.start_attempt(cast.carl, test.id, NOW).deadline_at == minutes(20)
    AccommodationFactory(student=cast.cora, extra_minutes=5)
    assert starting.start_attempt(cast.cora, test.id, NOW).deadline_at == minutes(20 + 15 + 5)


def test_one_open_attempt_at_a_time(practice: Any, cast: SimpleNamespace) -> None:
    attempt = starting.start_attempt(cast.carl, practice.id, NOW)
    with pytest.raises(NotEligible) as refusal:
        starting.start_attempt(cast.carl, practice.id, NOW)
    assert refusal.value.details == {"reasons": ["open_attempt"], "attemptId": str(attempt.id)}


def test_as_many_attempts_as_the_test_allows(practice: Any, cast: SimpleNamespace) -> None:
    for number in (1, 2, 3):
        attempt = starting.start_attempt(cast.carl, practice.id, minutes(40 * number))
        assert attempt.number == number
        closing.close_due(minutes(40 * number + 35))
    with pytest.raises(NotEligible) as refusal:
        starting.start_attempt(cast.carl, practice.id, minutes(200))
    assert refusal.value.details["reasons"] == ["no_attempts_left"]


def test_a_cancelled_attempt_does_not_count(cast: SimpleNamespace) -> None:
    test = TestFactory(author=cast.ines, published=True, is_self_paced=True, max_attempts=1)
    AttemptFactory(student=cast.carl, test=test, cancelled=True)
    assert starting.start_attempt(cast.carl, test.id, NOW).number == 2


def test_a_test_for_sessions_cannot_be_taken_self_paced(exam: Any, cast: SimpleNamespace) -> None:
    with pytest.raises(NotEligible) as refusal:
        starting.start_attempt(cast.carl, exam.id, NOW)
    assert refusal.value.details["reasons"] == ["not_self_paced"]
    with pytest.raises(NotFound):
        starting.start_attempt(cast.carl, 10**9, NOW)


def test_an_edit_after_publishing_does_not_reach_a_running_attempt(
    practice: Any, cast: SimpleNamespace
) -> None:
    attempt = starting.start_attempt(cast.carl, practice.id, NOW)
    practice.title, practice.duration_minutes = "Another title", 5
    practice.items[0].points = 100
    state = attempt_state.attempt_state(attempt, NOW)
    assert (state["title"], state["timeLimit"]) == ("Cells and tissues", 30)
    assert state["progress"]["maxPossibleScore"] == 20


# --- the content of the page --------------------------------------------------------------------


def test_the_state_of_a_paused_attempt_has_the_current_reason(attempt: Any, cast: SimpleNamespace) -> None:
    def reason() -> Any:
        db.session.refresh(attempt)
        return attempt_state.attempt_state(attempt, minutes(4))["pauseReason"]

    control.pause(cast.priya, [attempt], "Fire alarm", minutes(1))
    control.resume(cast.priya, [attempt], "It was a drill", minutes(2))
    assert reason() is None
    assert attempt_state.attempt_state(attempt, minutes(4))["timeRemaining"] == 27 * 60
    control.pause(cast.priya, [attempt], "Wrong room", minutes(3))
    assert reason() == "Wrong room"
    assert attempt_state.attempt_state(attempt, minutes(9))["timeRemaining"] == 28 * 60  # same as the third


def test_the_state_has_the_shape_of_the_contract(attempt: Any) -> None:
    state = attempt_state.attempt_state(attempt, minutes(10))
    assert {
        "attemptId",
        "testId",
        "sessionId",
        "title",
        "instructions",
        "status",
        "attemptNumber",
        "version",
        "startTime",
        "expiresAt",
        "timeLimit",
        "timeRemaining",
        "serverTime",
        "submittedAt",
        "submissionMethod",
        "graceSeconds",
        "currentQuestionIndex",
        "settings",
        "passages",
        "questions",
        "answers",
        "progress",
        "receipt",
    } <= set(state)
    assert set(state["settings"]) == {
        "allowBack",
        "allowReview",
        "feedback",
        "conflictStrategy",
        "warningMinutes",
    }
    assert (state["timeRemaining"], state["graceSeconds"]) == (1200, 2)
    assert [question["orderIndex"] for question in state["questions"]] == [1, 2, 3, 4, 5]
    json.dumps(state)


def test_the_state_holds_what_was_saved_and_no_key(attempt: Any, exam: Any) -> None:
    change = ChangeFactory(question_id=questions(exam)["true_false"], response=RIGHT["true_false"])
    saving.save(BatchFactory(attempt=attempt, changes=[change], arrived_at=later(0.123)))
    state = attempt_state.attempt_state(attempt, NOW)
    (shown,) = state["answers"]
    assert (shown["response"], shown["version"]) == (RIGHT["true_false"], 1)
    assert shown["savedAt"] == "2026-05-04T09:00:00.123Z"
    assert (shown["isCorrect"], shown["points"], state["progress"]["currentScore"]) == (None, None, None)
    assert not [word for word in SECRET_WORDS if word in json.dumps(state)]


def test_every_device_sees_the_same_order(cast: SimpleNamespace) -> None:
    test = TestFactory(
        author=cast.ines,
        questions__types=["multiple_choice"] * 8,
        shuffle_questions=True,
        shuffle_options=True,
        published=True,
    )
    attempt = AttemptFactory(student=cast.carl, test=test)
    first, again = (attempt_state.attempt_state(attempt, NOW)["questions"] for _ in range(2))
    assert first == again
    assert [q["questionId"] for q in first] != sorted(q["questionId"] for q in first)


def test_passages_are_shown_with_their_questions(cast: SimpleNamespace) -> None:
    passage = PassageFactory(organization_id=cast.school.id)
    question = QuestionFactory(organization_id=cast.school.id, passage_id=passage.id)
    test = TestFactory(author=cast.ines, questions=[question], published=True)
    state = attempt_state.attempt_state(AttemptFactory(student=cast.carl, test=test), NOW)
    assert state["passages"] == [{"passageId": passage.id, "title": passage.title, "text": passage.text}]
    assert state["questions"][0]["passageId"] == passage.id


@pytest.mark.parametrize(("at", "left"), [(NOW, 1800), (later(1799), 1), (minutes(31), 0)])
def test_time_left_is_that_of_the_server(attempt: Any, at: Any, left: int) -> None:
    assert attempt_state.attempt_state(attempt, at)["timeRemaining"] == left


def test_self_paced_tests_of_the_organization(practice: Any, exam: Any, cast: SimpleNamespace) -> None:
    TestFactory(author=cast.ines, practice=True)  # a draft
    (shown,) = self_paced.self_paced_tests(cast.carl, NOW)
    assert (shown["testId"], shown["canStart"], shown["attemptsUsed"]) == (practice.id, True, 0)
    attempt = starting.start_attempt(cast.carl, practice.id, NOW)
    (shown,) = self_paced.self_paced_tests(cast.carl, NOW)
    assert (shown["canStart"], shown["openAttemptId"]) == (False, str(attempt.id))
    assert shown["reasons"] == ["You have already started this test. Continue where you left off."]


# --- access to an attempt -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "sees"),
    [("carl", True), ("cora", False), ("ines", True), ("priya", True), ("ada", True), ("otto", False)],
)
def test_who_may_see_an_attempt_of_a_session(
    attempt: Any, cast: SimpleNamespace, who: str, sees: bool
) -> None:
    assert can_see(getattr(cast, who), attempt) is sees


@pytest.mark.parametrize(
    ("who", "sees"),
    [("carl", True), ("cora", False), ("ines", True), ("priya", False), ("ada", True), ("otto", False)],
)
def test_who_may_see_a_self_paced_attempt(practice: Any, cast: SimpleNamespace, who: str, sees: bool) -> None:
    assert can_see(getattr(cast, who), AttemptFactory(student=cast.carl, test=practice)) is sees


def can_see(person: Any, attempt: Any) -> bool:
    try:
        return bool(visibility.attempt_for(person, attempt.id))
    except NotFound:
        return False


def test_an_instructor_does_not_see_a_colleagues_session(attempt: Any, cast: SimpleNamespace) -> None:
    assert not can_see(UserFactory(instructor=True, organization=cast.school), attempt)


# --- in progress --------------------------------------------------------------------------------


def test_a_heartbeat_returns_the_state_and_writes_nothing(attempt: Any, cast: SimpleNamespace) -> None:
    state, session_id = progress.heartbeat(cast.carl.id, attempt.id, later(5))
    assert state == {
        "serverTime": "2026-05-04T09:00:05.000Z",
        "status": "in_progress",
        "expiresAt": "2026-05-04T09:30:00.000Z",
        "version": 0,
    }
    assert session_id == attempt.session_id
    for student_id, attempt_id in ((cast.cora.id, attempt.id), (cast.carl.id, uuid.uuid4())):
        with pytest.raises(NotFound):
            progress.heartbeat(student_id, attempt_id, NOW)


def test_violations_are_counted_and_described(
    attempt: Any, cast: SimpleNamespace, sent: list[SimpleNamespace]
) -> None:
    assert integrity.record_violation(cast.carl, attempt.id, "tab_switch", 4000, NOW) == 1
    assert integrity.record_violation(cast.carl, attempt.id, "paste", 0, NOW) == 2
    assert attempt.violation_count == 2
    assert attempt.status == AttemptStatus.IN_PROGRESS
