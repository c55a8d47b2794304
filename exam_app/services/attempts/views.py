"""An attempt in the shapes of the attempt API (source document 000)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import joinedload

from exam_app import clock
from exam_app.models import Attempt, Test
from exam_app.rules.attempt_states import OPEN, AttemptStatus
from exam_app.rules.paper import CompiledPaper, number, student_question
from exam_app.services.answers.reading import answers_of, progress_of
from exam_app.services.answers.views import describe_answer, describe_verdict
from exam_app.services.authoring import papers
from exam_app.services.timing.working_time import TimeAccount, account_of, time_left, time_limit, time_spent

WITH_TEST = joinedload(Attempt.test, innerjoin=True).load_only(Test.max_attempts)
"""What `describe_details` needs of the current test; the rest is in the paper."""


def describe_test_head(attempt: Attempt) -> dict[str, Any]:
    paper = papers.compiled(attempt.paper_id)
    return {
        "testId": attempt.test_id,
        "title": paper.title,
        "description": paper.content["description"],
        "maxAttempts": attempt.test.max_attempts,
        "durationMinutes": paper.duration_minutes,
        "questionCount": len(paper.questions),
        "totalPoints": number(paper.total_points),
        "allowReview": paper.settings["allowReview"],
    }


def describe_started(attempt: Attempt, now: datetime) -> dict[str, Any]:
    """The reply to a start: head, test, progress, and what the session allows."""
    # An attempt that has just begun has no effective entries in the ledger yet.
    account = TimeAccount() if attempt.started_at == now else account_of(attempt)
    settings = papers.compiled(attempt.paper_id).settings
    return {
        **describe_attempt(attempt, account, now),
        "test": describe_test_head(attempt),
        "progress": progress_of(attempt, answers_of(attempt)),
        "session": {
            "canNavigateBack": settings["allowBack"],
            "showResults": settings["feedback"] == "immediate",
            "randomizeQuestions": settings["shuffleQuestions"],
            "allowReview": settings["allowReview"],
        },
    }


def describe_details(attempt: Attempt, now: datetime) -> dict[str, Any]:
    """The attempt with its questions and answers, as its student may see them."""
    paper = papers.compiled(attempt.paper_id)
    answers = answers_of(attempt)
    answered = {answer.question_id for answer in answers if answer.is_answered}
    head = describe_attempt(attempt, account_of(attempt), now)
    return {
        "attempt": {**head, "currentProgress": progress_of(attempt, answers)},
        "test": describe_test_head(attempt),
        "questions": [
            {
                **student_question(question, index, attempt.seed, paper.settings["shuffleOptions"]),
                "isAnswered": question.id in answered,
            }
            for index, question in enumerate(paper.order(attempt.seed), start=1)
        ],
        "answers": [describe_answer(answer._mapping, paper) for answer in answers],
    }


def describe_progress_reply(attempt: Attempt, now: datetime) -> dict[str, Any]:
    """Progress with times, and the state of each question."""
    paper = papers.compiled(attempt.paper_id)
    answers = {answer.question_id: answer for answer in answers_of(attempt)}
    elapsed = time_spent(attempt, account_of(attempt).paused_seconds, now)
    is_running = attempt.status == AttemptStatus.IN_PROGRESS
    left = time_left(attempt, now)
    warning = 60 * max(paper.settings["warningMinutes"], default=0)
    return {
        "progress": {
            "attemptId": str(attempt.id),
            **progress_of(attempt, list(answers.values())),
            "timeElapsed": elapsed,
            "timeRemaining": left,
            "averageTimePerQuestion": elapsed // attempt.answered_count if attempt.answered_count else 0,
        },
        "questionStatus": [
            _question_status(question.id, index, answers.get(question.id), paper)
            for index, question in enumerate(paper.order(attempt.seed), start=1)
        ],
        "session": {
            "status": attempt.status.value,
            "canSubmit": is_running,
            "warningTimeRemaining": is_running and left <= warning,
            "autoSubmitIn": left if is_running and left <= warning else None,
        },
    }


def _question_status(question_id: int, index: int, answer: Any, paper: CompiledPaper) -> dict[str, Any]:
    """A question's state for its student; `answer` is its row or None."""
    return {
        "questionId": question_id,
        "orderIndex": index,
        "isAnswered": answer is not None and answer.is_answered,
        **describe_verdict(answer._mapping if answer else None, paper),
        "timeSpent": answer.time_spent if answer else 0,
    }


def describe_answered(saved: dict[str, Any], paper: CompiledPaper, seed: int) -> dict[str, Any]:
    """The reply to a single answer, out of the reply of `answers.save` when it was not rejected."""
    (answer,) = saved["saved"]
    return {
        "answer": {key: value for key, value in answer.items() if key not in ("changeId", "replayed")},
        "navigation": navigation_after(paper, seed, answer["questionId"]),
        **{key: saved[key] for key in ("progress", "conflicts", "version", "serverTime", "expiresAt")},
    }


def navigation_after(paper: CompiledPaper, seed: int, question_id: int) -> dict[str, Any]:
    """The neighbours of a question in the order of an attempt with this seed."""
    order = [question.id for question in paper.order(seed)]
    index = order.index(question_id)
    can_go_back = paper.settings["allowBack"] and index > 0
    return {
        "currentIndex": index,
        "totalQuestions": len(order),
        "nextQuestionId": order[index + 1] if index + 1 < len(order) else None,
        "previousQuestionId": order[index - 1] if can_go_back else None,
        "canProceed": index + 1 < len(order),
        "canGoForward": index + 1 < len(order),
        "canGoBack": can_go_back,
    }


def describe_attempt(attempt: Attempt, account: TimeAccount, now: datetime) -> dict[str, Any]:
    """The head of an attempt: who, which, when."""
    is_open = attempt.status in OPEN
    return {
        "attemptId": str(attempt.id),
        "testId": attempt.test_id,
        "sessionId": str(attempt.session_id) if attempt.session_id else None,
        "userId": str(attempt.student_id),
        "attemptNumber": attempt.number,
        "status": attempt.status.value,
        "version": attempt.version,
        "startTime": clock.iso(attempt.started_at),
        "expiresAt": clock.iso(attempt.deadline_at),
        "timeLimit": number(time_limit(attempt, account)),
        "timeRemaining": time_left(attempt, now),
        "timeSpent": time_spent(attempt, account.paused_seconds, now),
        "serverTime": clock.iso(now),
        "currentQuestionIndex": attempt.current_question,
        "submittedAt": clock.iso(attempt.submitted_at),
        "submissionMethod": attempt.submission_method.value if attempt.submission_method else None,
        "receipt": attempt.receipt,
        "isCompleted": not is_open,
        "isGraded": attempt.status == AttemptStatus.GRADED,
    }
