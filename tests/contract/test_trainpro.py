"""Source document 000, the attempt API of trainpro: each example of a request and of its response.

Differences everywhere, by the contract: routes are `/api/attempts`, times have milliseconds, and an attempt
whose answers all have points is `graded` where the examples say `submitted`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.models import Feedback
from tests import factories
from tests.contract.shapes import NUMBER_ID, TEXT, UUID, clock_time, shown, written
from tests.contract.situations import (
    BINARY_SEARCH,
    CLOSURES,
    MISSED,
    VARIABLES,
    CourseFactory,
    answer,
    begin,
    graded_attempt,
    ids,
)
from tests.factories import AttemptFactory, TestFactory, UserFactory
from tests.helpers.answers import answers_of
from tests.helpers.clients import data

SECRETIVE = [Feedback.AFTER_SUBMISSION, Feedback.AFTER_RELEASE, Feedback.NEVER]
EVERYTHING = range(25)


# --- attempts -----------------------------------------------------------------------------------


def test_start(api: Any, at: Any, cast: SimpleNamespace, quiz: Any) -> None:
    """`showResults` is true where feedback is immediate; in the example, results are released later."""
    at(10, 30)
    reply = api(cast.carl).post("/api/attempts/start", {"testId": quiz.id})
    example = {
        "attemptId": UUID,
        "testId": quiz.id,
        "userId": str(cast.carl.id),
        "attemptNumber": 1,
        "status": "in_progress",
        "startTime": written(10, 30),
        "timeLimit": 120,
        "timeRemaining": 7200,
        "test": {
            "testId": quiz.id,
            "title": "JavaScript Fundamentals Quiz",
            "description": "Test your knowledge of JavaScript basics",
            "maxAttempts": 3,
            "durationMinutes": 120,
            "questionCount": 25,
            "totalPoints": 100,
        },
        "progress": {
            "questionsAnswered": 0,
            "totalQuestions": 25,
            "completionPercentage": 0,
            "currentQuestionIndex": 0,
        },
        "session": {
            "canNavigateBack": True,
            "showResults": True,
            "randomizeQuestions": False,
            "allowReview": True,
        },
    }
    assert shown(data(reply, 201), example) == example
    assert reply.get_json()["message"] == "Test attempt started successfully"


def test_start_of_a_test_with_other_rules(api: Any, cast: SimpleNamespace, make_quiz: Any) -> None:
    quiz = make_quiz(Feedback.AFTER_RELEASE, allow_back=False, shuffle_questions=True, allow_review=False)
    started = data(api(cast.carl).post("/api/attempts/start", {"testId": quiz.id}), 201)
    assert started["session"] == {
        "canNavigateBack": False,
        "showResults": False,
        "randomizeQuestions": True,
        "allowReview": False,
    }


def test_show(api: Any, at: Any, cast: SimpleNamespace, quiz: Any) -> None:
    at(10, 30)
    carl = api(cast.carl)
    path = begin(carl, quiz)
    answer(carl, path, quiz, range(15), times={BINARY_SEARCH: 45})
    data(carl.put(f"{path}/progress", {"currentQuestionIndex": 15}))
    at(11)
    reply = data(carl.get(path))
    example = {
        "attempt": {
            "attemptId": path.rpartition("/")[2],
            "testId": quiz.id,
            "userId": str(cast.carl.id),
            "attemptNumber": 1,
            "status": "in_progress",
            "startTime": written(10, 30),
            "timeSpent": 1800,
            "timeRemaining": 5400,
            "isCompleted": False,
            "isGraded": False,
            "currentProgress": {
                "questionsAnswered": 15,
                "totalQuestions": 25,
                "completionPercentage": 60.0,
                "currentQuestionIndex": 15,
            },
        },
        "test": {
            "testId": quiz.id,
            "title": "JavaScript Fundamentals Quiz",
            "durationMinutes": 120,
            "maxAttempts": 3,
            "allowReview": True,
        },
        "questions": [
            {
                "questionId": ids(quiz)[BINARY_SEARCH],
                "questionText": "What is the time complexity of binary search?",
                "questionType": "multiple_choice",
                "points": 4,
                "orderIndex": 1,
                "isAnswered": True,
                "options": [{"optionId": 180, "optionText": "O(log n)", "orderIndex": 1}],
            }
        ],
    }
    assert shown(reply, example) == example
    assert [question["orderIndex"] for question in reply["questions"]] == list(range(1, 26))
    assert [question["isAnswered"] for question in reply["questions"]] == [True] * 15 + [False] * 10
    example_answer = {
        "answerId": UUID,
        "questionId": ids(quiz)[BINARY_SEARCH],
        "selectedOptionId": 180,
        "answerText": "O(log n)",
        "isCorrect": True,
        "points": 4,
        "timeSpent": 45,
    }
    (found,) = (one for one in reply["answers"] if one["questionId"] == ids(quiz)[BINARY_SEARCH])
    assert shown(found, example_answer) == example_answer


def test_answer_of_a_choice(api: Any, at: Any, cast: SimpleNamespace, quiz: Any) -> None:
    """16 of 25 are answered by then: 15 worth four points, one worth eight."""
    at(10, 30)
    carl = api(cast.carl)
    path = begin(carl, quiz)
    answer(carl, path, quiz, range(1, 16))
    at(10, 35)
    question_id = ids(quiz)[BINARY_SEARCH]
    sent = {"questionId": question_id, "selectedOptionId": 180, "timeSpent": 45}
    reply = carl.post(f"{path}/answer", sent)
    example = {
        "answer": {
            "answerId": UUID,
            "questionId": question_id,
            "selectedOptionId": 180,
            "answerText": "O(log n)",
            "isCorrect": True,
            "points": 4,
            "timeSpent": 45,
            "submittedAt": written(10, 35),
        },
        "progress": {
            "questionsAnswered": 16,
            "totalQuestions": 25,
            "completionPercentage": 64.0,
            "currentScore": 68,
            "maxPossibleScore": 100,
        },
        "navigation": {
            "nextQuestionId": NUMBER_ID,
            "previousQuestionId": None,
            "canProceed": True,
            "canGoBack": False,
        },
    }
    assert shown(data(reply), example) == example
    assert reply.get_json()["message"] == "Answer submitted successfully"


def test_answer_in_words(api: Any, cast: SimpleNamespace, quiz: Any) -> None:
    words = "Variables store data values in programming"
    carl = api(cast.carl)
    path = begin(carl, quiz)
    question_id = ids(quiz)[VARIABLES]
    sent = {"questionId": question_id, "answerText": words, "timeSpent": 120}
    saved = data(carl.post(f"{path}/answer", sent))["answer"]
    example = {
        "questionId": question_id,
        "selectedOptionId": None,
        "answerText": words,
        "isCorrect": True,
        "points": 4,
        "timeSpent": 120,
    }
    assert shown(saved, example) == example


def test_a_repeated_answer_gives_the_same_reply(api: Any, cast: SimpleNamespace, quiz: Any) -> None:
    """000's updateAnswer: an answer keeps its id, takes the new response, and counts once."""
    carl = api(cast.carl)
    path = begin(carl, quiz)
    question_id = ids(quiz)[BINARY_SEARCH]
    first = data(carl.post(f"{path}/answer", {"questionId": question_id, "selectedOptionId": 181}))
    second = data(carl.post(f"{path}/answer", {"questionId": question_id, "selectedOptionId": 180}))
    assert (first["answer"]["isCorrect"], second["answer"]["isCorrect"]) == (False, True)
    assert first["answer"]["answerId"] == second["answer"]["answerId"]
    assert second["progress"]["questionsAnswered"] == 1


@pytest.mark.parametrize(
    ("index", "before", "after"), [(0, None, 1), (12, 11, 13), (24, 23, None)], ids=["first", "in", "last"]
)
def test_neighbours(
    api: Any, cast: SimpleNamespace, quiz: Any, index: int, before: int | None, after: int | None
) -> None:
    """`nextQuestionId` and `previousQuestionId` are adjacent to the question that was answered."""
    carl, order = api(cast.carl), ids(quiz)
    path = begin(carl, quiz)
    sent = {"questionId": order[index], "selectedOptionId": 180 if index == 0 else 1}
    navigation = data(carl.post(f"{path}/answer", sent))["navigation"]
    assert navigation["previousQuestionId"] == (None if before is None else order[before])
    assert navigation["nextQuestionId"] == (None if after is None else order[after])
    assert (navigation["canGoBack"], navigation["canProceed"]) == (before is not None, after is not None)


@pytest.mark.parametrize("feedback", SECRETIVE)
def test_correctness_is_not_disclosed_before_feedback_is_due(
    api: Any, cast: SimpleNamespace, make_quiz: Any, feedback: Feedback
) -> None:
    """The examples return `isCorrect`, `points` and `currentScore` at once: here only with immediate
    feedback.

    Otherwise the fields are present and null.
    """
    quiz = make_quiz(feedback)
    carl = api(cast.carl)
    path = begin(carl, quiz)
    sent = {"questionId": ids(quiz)[BINARY_SEARCH], "selectedOptionId": 180}
    saved = data(carl.post(f"{path}/answer", sent))
    details, progress = data(carl.get(path)), data(carl.get(f"{path}/progress"))
    for one in (saved["answer"], details["answers"][0], progress["questionStatus"][0]):
        assert (one["isCorrect"], one["points"]) == (None, None)
    for one in (saved["progress"], details["attempt"]["currentProgress"], progress["progress"]):
        assert (one["currentScore"], one["maxPossibleScore"]) == (None, 100)


def finish(api: Any, at: Any, student: Any, quiz: Any) -> tuple[Any, str]:
    """The examples' attempt: from 10:30 to 12:15, with 21 of 25 correct and 85.5 of 100 points."""
    at(10, 30)
    path = begin(api(student), quiz)
    answer(api(student), path, quiz, EVERYTHING, MISSED, times=TIMES)
    at(12, 15)
    reply = api(student).post(f"{path}/submit", {"finalReview": True, "confirmSubmission": True})
    data(reply)
    return reply, path


TIMES = (
    dict.fromkeys(range(2, 25), 243)
    | {BINARY_SEARCH: 45, VARIABLES: 15, CLOSURES: 246}
    | dict(zip(MISSED, (480, 420, 210, 210), strict=True))
)
"""Seconds for each question: 6000 in all, 4680 of them for correct answers."""


def test_submit(api: Any, at: Any, cast: SimpleNamespace, quiz: Any) -> None:
    """The example's `status` is `submitted` with `isGraded`: this state is called `graded` here."""
    reply, path = finish(api, at, cast.carl, quiz)
    example = {
        "attempt": {
            "attemptId": path.rpartition("/")[2],
            "status": "graded",
            "submittedAt": written(12, 15),
            "endTime": written(12, 15),
            "timeSpent": 6300,
            "score": 85.5,
            "maxScore": 100,
            "percentage": 85.5,
            "isCompleted": True,
            "isGraded": True,
        },
        "results": {
            "totalQuestions": 25,
            "questionsAnswered": 25,
            "correctAnswers": 21,
            "incorrectAnswers": 4,
            "score": 85.5,
            "percentage": 85.5,
            "grade": "B+",
            "passed": True,
            "timeTaken": "1h 45m",
            "averageTimePerQuestion": "4m 12s",
        },
        "breakdown": [
            {"questionId": ids(quiz)[BINARY_SEARCH], "correct": True, "points": 4, "timeSpent": 45}
        ],
    }
    submitted = data(reply)
    assert shown(submitted, example) == example
    assert reply.get_json()["message"] == "Test submitted successfully"
    assert [row["points"] for row in submitted["breakdown"] if not row["correct"]] == [0, 0, 0, 1.5]
    assert sum(row["points"] for row in submitted["breakdown"]) == 85.5


def test_submit_asks_for_confirmation(api: Any, cast: SimpleNamespace, quiz: Any) -> None:
    """Without `confirmSubmission` it reports what is unanswered (our contract; 000 does not specify it)."""
    carl = api(cast.carl)
    path = begin(carl, quiz)
    answer(carl, path, quiz, range(23))
    asked = data(carl.post(f"{path}/submit", {"finalReview": True, "confirmSubmission": False}))
    assert asked == {
        "confirmationNeeded": True,
        "unanswered": ids(quiz)[23:],
        "flagged": [],
        "questionsAnswered": 23,
        "totalQuestions": 25,
    }
    assert data(carl.get(path))["attempt"]["status"] == "in_progress"


@pytest.mark.parametrize("feedback", [Feedback.AFTER_RELEASE, Feedback.NEVER])
def test_submit_shows_no_result_before_the_release(
    api: Any, at: Any, cast: SimpleNamespace, make_quiz: Any, feedback: Feedback
) -> None:
    """The example has a result at once: here only where the test's feedback allows it. Staff see it."""
    reply, path = finish(api, at, cast.carl, make_quiz(feedback))
    submitted = data(reply)
    assert (submitted["attempt"]["isCompleted"], submitted["attempt"]["timeSpent"]) == (True, 6300)
    assert (submitted["attempt"]["score"], submitted["attempt"]["percentage"]) == (None, None)
    assert (submitted["results"], submitted["breakdown"], submitted["released"]) == (None, None, False)
    seen = data(api(cast.ines).get(f"{path}/result"))
    assert (seen["results"]["score"], seen["results"]["grade"]) == (85.5, "B+")


# --- progress and navigation --------------------------------------------------------------------


def test_progress(api: Any, at: Any, cast: SimpleNamespace, quiz: Any) -> None:
    """18 of 25 are answered, the second one incorrectly: 16 times four points and once eight."""
    at(10, 30)
    carl = api(cast.carl)
    path = begin(carl, quiz)
    answer(carl, path, quiz, range(18), missed=[VARIABLES], times={BINARY_SEARCH: 45, VARIABLES: 120})
    data(carl.post(f"{path}/navigate", {"targetQuestionIndex": 18}))
    at(11, 30)
    reply = data(api(cast.carl).get(f"{path}/progress"))
    example = {
        "progress": {
            "attemptId": path.rpartition("/")[2],
            "questionsAnswered": 18,
            "totalQuestions": 25,
            "completionPercentage": 72.0,
            "currentQuestionIndex": 18,
            "timeElapsed": 3600,
            "timeRemaining": 3600,
            "currentScore": 72,
            "maxPossibleScore": 100,
            "averageTimePerQuestion": 200,
        },
        "questionStatus": [
            {
                "questionId": ids(quiz)[BINARY_SEARCH],
                "orderIndex": 1,
                "isAnswered": True,
                "isCorrect": True,
                "points": 4,
                "timeSpent": 45,
            },
            {
                "questionId": ids(quiz)[VARIABLES],
                "orderIndex": 2,
                "isAnswered": True,
                "isCorrect": False,
                "points": 0,
                "timeSpent": 120,
            },
        ],
        "session": {
            "status": "in_progress",
            "canSubmit": True,
            "warningTimeRemaining": False,
            "autoSubmitIn": None,
        },
    }
    assert shown(reply, example) == example
    assert len(reply["questionStatus"]) == 25
    unanswered = {"isAnswered": False, "isCorrect": None, "points": None, "timeSpent": 0}
    assert shown(reply["questionStatus"][-1], unanswered) == unanswered


def test_progress_warns_before_the_end(api: Any, at: Any, cast: SimpleNamespace, quiz: Any) -> None:
    """`autoSubmitIn` counts the seconds from the test's first warning on: five minutes before the end."""
    at(10, 30)
    path = begin(api(cast.carl), quiz)
    for moment, warns, seconds in [((12, 24, 59), False, None), ((12, 25), True, 300), ((12, 29), True, 60)]:
        at(*moment)
        session = data(api(cast.carl).get(f"{path}/progress"))["session"]
        assert (session["warningTimeRemaining"], session["autoSubmitIn"]) == (warns, seconds), moment
    at(12, 30)
    assert data(api(cast.carl).get(f"{path}/status"))["isActive"] is True, "the last second belongs to it"


def test_navigate(api: Any, cast: SimpleNamespace, quiz: Any) -> None:
    """`targetQuestionIndex` and `currentIndex` count from 0 and `orderIndex` from 1, as in the examples of
    start and progress; the example of navigate itself has 10 for both. `saveCurrentAnswer` is accepted and
    saves nothing: every answer is saved separately when it is given.
    """
    carl, order = api(cast.carl), ids(quiz)
    path = begin(carl, quiz)
    answer(carl, path, quiz, range(9))
    reply = carl.post(f"{path}/navigate", {"targetQuestionIndex": 10, "saveCurrentAnswer": True})
    example = {
        "currentQuestion": {
            "questionId": order[CLOSURES],
            "questionText": "Explain the concept of closures in JavaScript",
            "questionType": "short_answer",
            "points": 8,
            "orderIndex": 11,
            "timeLimit": None,
            "previousAnswer": None,
        },
        "navigation": {
            "currentIndex": 10,
            "totalQuestions": 25,
            "canGoBack": True,
            "canGoForward": True,
            "nextQuestionId": order[11],
            "previousQuestionId": order[9],
        },
        "progress": {"questionsAnswered": 9, "completionPercentage": 36.0},
    }
    assert shown(data(reply), example) == example
    assert reply.get_json()["message"] == "Navigated to question 10"


def test_navigate_returns_the_saved_answer(api: Any, cast: SimpleNamespace, quiz: Any) -> None:
    carl = api(cast.carl)
    path = begin(carl, quiz)
    answer(carl, path, quiz, [CLOSURES])
    found = data(carl.post(f"{path}/navigate", {"targetQuestionIndex": CLOSURES}))["currentQuestion"]
    assert found["previousAnswer"]["answerText"] == "functions that remember"


# --- lists --------------------------------------------------------------------------------------


@pytest.fixture
def many(cast: SimpleNamespace, quiz: Any) -> Any:
    """95 attempts at the quiz: 80 graded, two waiting for grading, eight in progress, five cancelled.

    The mean of the 80 is 78.4, 69 of them have passed, and submitted ones took 1h 32m on average.
    """
    scores = [85.5] * 69 + [32.5] + [34] * 10
    minutes = [105] + [92] * 80 + [79]
    day = clock_time(10, 30)
    with factories.one_commit():
        students = UserFactory.create_batch(8, organization=cast.school)
        first = graded_attempt(cast.carl, quiz, scores[0], 60 * minutes[0], day, answered_count=25)
        for index in range(1, 80):
            graded_attempt(
                students[index % 8],
                quiz,
                scores[index],
                60 * minutes[index],
                day - timedelta(days=index),
                number=index,
            )
        for index in (80, 81):
            start = day - timedelta(days=index)
            end = start + timedelta(minutes=minutes[index])
            waiting = {"started_at": start, "submitted_at": end, "closed_at": end}
            AttemptFactory(student=students[0], test=quiz, submitted=True, number=index, **waiting)
        for index, student in enumerate(students):
            AttemptFactory(student=student, test=quiz, number=90, started_at=day - timedelta(days=90 + index))
        for index in range(5):
            start = day - timedelta(days=100 + index)
            ended = {"started_at": start, "closed_at": start + timedelta(minutes=5)}
            AttemptFactory(student=students[0], test=quiz, cancelled=True, number=100 + index, **ended)
    return first


def test_attempts_at_a_test(api: Any, at: Any, cast: SimpleNamespace, quiz: Any, many: Any) -> None:
    """Proctors may call it, too, and find the attempts of the sessions that they supervise."""
    at(12, 30)
    reply = data(api(cast.ines).get(f"/api/attempts/test/{quiz.id}?page=1&limit=20"))
    example = {
        "attempts": [
            {
                "attemptId": str(many.id),
                "userId": str(cast.carl.id),
                "user": {"firstName": "Carl", "lastName": "Carter", "email": cast.carl.email},
                "attemptNumber": 1,
                "status": "graded",
                "startTime": written(10, 30),
                "endTime": written(12, 15),
                "timeSpent": 6300,
                "score": 85.5,
                "percentage": 85.5,
                "grade": "B+",
                "questionsAnswered": 25,
            }
        ],
        "pagination": {
            "currentPage": 1,
            "totalPages": 5,
            "totalAttempts": 95,
            "hasNext": True,
            "hasPrev": False,
        },
        "statistics": {
            "totalAttempts": 95,
            "completedAttempts": 82,
            "inProgressAttempts": 8,
            "averageScore": 78.4,
            "averageTime": "1h 32m",
            "passRate": 86.3,
        },
    }
    assert shown(reply, example) == example
    assert len(reply["attempts"]) == 20
    last = data(api(cast.ines).get(f"/api/attempts/test/{quiz.id}?page=5&limit=20"))
    assert len(last["attempts"]) == 15
    assert (last["pagination"]["hasNext"], last["pagination"]["hasPrev"]) == (False, True)


def test_attempts_at_a_test_by_status_person_and_date(
    api: Any, at: Any, cast: SimpleNamespace, quiz: Any, many: Any
) -> None:
    """`status=completed` is not a status of attempts here: it finds submitted ones. The statistics are of all
    attempts at the test, whatever filters the list has.
    """
    at(12, 30)
    query = f"page=1&limit=20&status=completed&userId={cast.carl.id}&dateFrom=2025-01-01"
    reply = data(api(cast.ines).get(f"/api/attempts/test/{quiz.id}?{query}"))
    assert [row["attemptId"] for row in reply["attempts"]] == [str(many.id)]
    assert (reply["pagination"]["totalAttempts"], reply["statistics"]["totalAttempts"]) == (1, 95)
    for status, count in [("completed", 82), ("graded", 80), ("submitted", 2), ("in_progress", 8)]:
        found = data(api(cast.ines).get(f"/api/attempts/test/{quiz.id}?status={status}&limit=1"))
        assert found["pagination"]["totalAttempts"] == count, status


def test_attempts_of_a_person(api: Any, at: Any, cast: SimpleNamespace, quiz: Any) -> None:
    """15 attempts, 12 of them submitted: 85.5, 95.5, and ten that raise the average to 82.3."""
    day = clock_time(10, 30)
    with factories.one_commit():
        first = graded_attempt(cast.carl, quiz, 85.5, 6300, day)
        for scores, title in [([95.5], "Databases"), ([80] * 9 + [86.6], "Networks")]:
            course = CourseFactory(organization_id=cast.school.id, title=title)
            other = TestFactory(
                author=cast.ines, practice=True, published=True, course_id=course.id, max_attempts=20
            )
            for number, score in enumerate(scores, start=1):
                graded_attempt(cast.carl, other, score, 5400, day - timedelta(days=number), number=number)
        for number in (11, 12, 13):
            start = day - timedelta(days=number)
            ended = {"started_at": start, "closed_at": start + timedelta(minutes=10), "number": number}
            AttemptFactory(student=cast.carl, test=other, cancelled=True, **ended)
    at(12, 30)
    reply = data(api(cast.carl).get(f"/api/attempts/user/{cast.carl.id}"))
    example = {
        "attempts": [
            {
                "attemptId": str(first.id),
                "testId": quiz.id,
                "test": {
                    "title": "JavaScript Fundamentals Quiz",
                    "course": {"title": "Web Development Bootcamp"},
                },
                "attemptNumber": 1,
                "status": "graded",
                "score": 85.5,
                "percentage": 85.5,
                "grade": "B+",
                "timeSpent": 6300,
                "submittedAt": written(12, 15),
                "canRetake": True,
                "attemptsRemaining": 2,
            }
        ],
        "summary": {
            "totalAttempts": 15,
            "completedAttempts": 12,
            "averageScore": 82.3,
            "bestScore": 95.5,
            "totalTimeSpent": "18h 45m",
            "coursesCompleted": 3,
        },
    }
    assert shown(reply, example) == example
    assert data(api(cast.ada).get(f"/api/attempts/user/{cast.carl.id}")) == reply
    assert api(cast.cora).get(f"/api/attempts/user/{cast.carl.id}").code == "not_found"


def test_retakes_run_out(api: Any, at: Any, cast: SimpleNamespace, quiz: Any) -> None:
    """A cancelled attempt does not count towards the limit; an open one must be ended first."""
    at(10, 30)
    for number, remaining, may_go_on in [(1, 2, True), (2, 1, True), (3, 0, False)]:
        path = begin(api(cast.carl), quiz)
        history = f"/api/attempts/user/{cast.carl.id}?testId={quiz.id}"
        row = data(api(cast.carl).get(history))["attempts"][0]
        assert (row["canRetake"], row["attemptsRemaining"]) == (False, remaining)
        data(api(cast.carl).post(f"{path}/submit", {"confirmSubmission": True}))
        row = data(api(cast.carl).get(f"{history}&status=graded"))["attempts"][0]
        assert (row["canRetake"], row["attemptsRemaining"]) == (may_go_on, remaining), number
    reply = api(cast.carl).post("/api/attempts/start", {"testId": quiz.id})
    assert (reply.code, reply.error["details"]["reasons"]) == ("not_eligible", ["no_attempts_left"])


# --- analytics ----------------------------------------------------------------------------------


def test_analytics(api: Any, at: Any, cast: SimpleNamespace, quiz: Any) -> None:
    """Among 20 graded attempts: 13 scored less, 5 the same, 2 more; 12 were slower, one equal, 6 faster.

    `rules.analytics` defines the figures. `averageTimePerQuestion`, `fastestQuestion` and `slowestQuestion`
    are in seconds; `timeEfficiency` is the share of the time that was spent on correct answers.
    """
    _, path = finish(api, at, cast.carl, quiz)
    scores = [85.5] * 4 + [95.5] * 2 + [70] * 12 + [65.5]
    seconds = [6300] + [6301] * 12 + [6299] * 6
    with factories.one_commit():
        for score, spent in zip(scores, seconds, strict=True):
            graded_attempt(UserFactory(organization=cast.school), quiz, score, spent, clock_time(8))
    reply = data(api(cast.ines).get(f"{path}/analytics"))
    example = {
        "attemptInfo": {
            "attemptId": path.rpartition("/")[2],
            "user": {"firstName": "Carl", "lastName": "Carter"},
            "test": {"title": "JavaScript Fundamentals Quiz"},
            "status": "graded",
            "score": 85.5,
            "timeSpent": 6300,
        },
        "performanceAnalysis": {
            "questionsCorrect": 21,
            "questionsIncorrect": 4,
            "correctRate": 84.0,
            "averageTimePerQuestion": 252,
            "fastestQuestion": 15,
            "slowestQuestion": 480,
            "timeEfficiency": 0.78,
        },
        "questionBreakdown": [
            {
                "questionId": ids(quiz)[BINARY_SEARCH],
                "questionText": "What is the time complexity of binary search?",
                "isCorrect": True,
                "points": 4,
                "timeSpent": 45,
                "difficulty": "easy",
                "category": "Algorithms",
            }
        ],
        "learningInsights": {
            "strengths": ["Algorithms", "Data Structures"],
            "weaknesses": ["Async Programming", "Error Handling"],
            "recommendedTopics": ["Promises", "Try-Catch Blocks"],
            "difficultyProgression": "Ready for intermediate content",
        },
        "comparisonMetrics": {
            "scorePercentile": 78,
            "timePercentile": 65,
            "classAverage": 76.2,
            "betterThanPeers": 68.4,
        },
    }
    assert shown(reply, example) == example
    assert len(reply["questionBreakdown"]) == 25


# --- operations ---------------------------------------------------------------------------------


def test_extend_time(api: Any, at: Any, cast: SimpleNamespace, quiz: Any) -> None:
    """An attempt of 120 minutes from 12:15 on ends at 14:45 after an extension of half an hour."""
    at(12, 15)
    path = begin(api(cast.carl), quiz)
    sent = {"additionalMinutes": 30, "reason": "Technical difficulties experienced by student"}
    reply = api(cast.ines).call("PATCH", f"{path}/extend-time", json=sent)
    assert data(reply) == {
        "attemptId": path.rpartition("/")[2],
        "newTimeLimit": 150,
        "timeAdded": 30,
        "newEndTime": written(14, 45),
        "reason": "Technical difficulties experienced by student",
    }
    assert reply.get_json()["message"] == "Attempt time extended by 30 minutes"
    assert data(api(cast.carl).get(path))["attempt"]["timeRemaining"] == 9000


@pytest.mark.parametrize("preserve", [False, True])
def test_reset(api: Any, at: Any, cast: SimpleNamespace, quiz: Any, preserve: bool) -> None:
    """Responds 201 with the new attempt. The old one is cancelled, and its answers are kept."""
    at(10, 30)
    carl = api(cast.carl)
    path = begin(carl, quiz)
    answer(carl, path, quiz, range(9))
    at(11)
    sent = {"reason": "Technical issues during test", "preserveAnswers": preserve}
    reply = api(cast.ines).post(f"{path}/reset", sent)
    moved = data(reply, 201)
    assert moved == {
        "newAttemptId": UUID,
        "originalAttemptId": path.rpartition("/")[2],
        "resetReason": "Technical issues during test",
    }
    assert reply.get_json()["message"] == "Attempt reset successfully"
    assert data(carl.get(path))["attempt"]["status"] == "cancelled"
    assert len(answers_of(moved["originalAttemptId"])) == 9
    new = data(carl.get(f"/api/attempts/{moved['newAttemptId']}"))["attempt"]
    assert (new["status"], new["timeRemaining"]) == ("in_progress", 7200)
    assert new["currentProgress"]["questionsAnswered"] == (9 if preserve else 0)


# --- refusals -----------------------------------------------------------------------------------


def test_every_refusal_has_one_shape(api: Any, cast: SimpleNamespace, quiz: Any, unknown_id: Any) -> None:
    refused = {"success": False, "error": {"code": TEXT, "message": TEXT}}
    carl: Callable[..., Any] = api(cast.carl)
    for reply, status in [
        (api().post("/api/attempts/start", {"testId": quiz.id}), 401),
        (api(cast.ines).post("/api/attempts/start", {"testId": quiz.id}), 403),
        (carl.get(f"/api/attempts/{unknown_id}"), 404),
        (carl.post("/api/attempts/start", {"testId": "fifteen"}), 422),
    ]:
        assert reply.status_code == status
        assert shown(reply.get_json(), refused) == refused
