"""Everything the student's exam page shows, in one reply."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from exam_app.models import Attempt
from exam_app.services.activity import activities
from exam_app.services.answers import bundles, conflicts
from exam_app.services.answers.reading import answers_of, progress_of
from exam_app.services.answers.views import describe_answer
from exam_app.services.attempts import highlights
from exam_app.services.attempts.views import describe_attempt
from exam_app.services.authoring import papers
from exam_app.services.proctoring import help_requests, messages
from exam_app.services.timing.working_time import account_of


def attempt_state(attempt: Attempt, now: datetime) -> dict[str, Any]:
    """Everything the exam page needs to continue, in one reply. No answer keys; `bundleKey` is for the
    student's own page."""
    paper = papers.compiled(attempt.paper_id)
    answers = answers_of(attempt)
    account = account_of(attempt)
    return {
        **describe_attempt(attempt, account, now),
        **papers.student_view(paper, attempt.seed),
        "bundleKey": bundles.answers_key(attempt.id),
        "pauseReason": activities.pause_reason(attempt),
        "timesReopened": attempt.times_reopened,
        "begunAnew": activities.replacement_of(attempt),
        "latestExtension": account.latest_extension,
        "conflicts": conflicts.open_conflicts(attempt.id) if attempt.version else [],
        "highlights": highlights.current(attempt),
        "answers": [describe_answer(answer._mapping, paper) for answer in answers],
        "progress": progress_of(attempt, answers),
        "messages": messages.of_student(attempt.session_id, attempt.student_id) if attempt.session_id else [],
        "handRaised": help_requests.hand_of(attempt) if attempt.session_id else None,
    }
