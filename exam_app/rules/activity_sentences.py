"""What was seen, said in words that accuse nobody."""

from __future__ import annotations

from typing import Any

from exam_app.rules import durations
from exam_app.rules.integrity.sentences import seen

_VIOLATIONS = {
    "tab_switch": "left the page",
    "blur": "used another window",
    "fullscreen_exit": "left the full screen",
    "copy": "copied text",
    "paste": "pasted text",
    "right_click": "opened the context menu",
}
_STUDENT = {
    "student_joined": "joined",
    "student_left": "is no longer connected",
    "attempt_started": "began the exam",
    "attempt_submitted": "handed in",
    "attempt_paused": "was paused",
    "attempt_resumed": "goes on",
    "attempt_cancelled": "was cancelled",
    "score_changed": "has another score",
    "answer_marked": "had an answer marked",
    "answer_settled": "had the marks of an answer settled",
    "attempt_reset": "begins anew",
    "accommodation_set": "has another accommodation",
    "late_answers_accepted": "has late answers accepted",
    "late_answers_declined": "has late answers declined",
    "answer_bundle_taken": "has late answers out of a file",
    "attempt_expired": "handed in by the clock when time was up",
    "answer_conflict": "changed an answer on two devices",
    "answer_conflict_settled": "decided which of two answers counts",
    "text_highlighted": "highlighted text",
    "hand_raised": "raised a hand",
    "hand_lowered": "lowered the hand",
    "highlight_removed": "removed a highlight",
    "origin_changed": "came from another address or browser",
    "alert_acknowledged": "had an alert acknowledged",
    "alert_dismissed": "had an alert dismissed",
}
_SESSION = {
    "session_waiting": "The waiting room is open",
    "session_started": "The exam has started",
    "session_paused": "The room was paused",
    "session_resumed": "The room goes on",
    "session_completed": "The exam is over",
    "session_cancelled": "The session was cancelled",
    "session_changed": "The plan of the session was changed",
    "outage_credited": "The minutes of an outage were given back",
    "outage_credit_undone": "The minutes of an outage were taken back",
    "results_released": "The results were released",
    "grade_scale_changed": "The grade scale was changed",
    "language_changed": "The language of notifications was changed",
    "notification_text_changed": "The words of a notification were changed",
    "key_corrected": "The key of a question was corrected",
    "credit_corrected": "What a question counts was corrected",
    "test_regraded": "A test is graded again",
}
_MOVED_TIME = {"time_extended", "accommodation_changed", "outage_credited"}
VIOLATION_TYPES = tuple(_VIOLATIONS)


def sentence(kind: str, details: dict[str, Any], student: str | None) -> str:
    """One sentence for the event feed: who, what, for how long and why, where that is known."""
    if student is None:
        return _of_session(kind, details)
    if kind == "tab_violation":
        words = _VIOLATIONS.get(details.get("type", ""), "left the page")
        seconds = int(details.get("durationMs") or 0) / 1000
        return f"{student} {words}" + (f" for {durations.readable(seconds)}" if seconds >= 1 else "")
    if kind in _MOVED_TIME:
        more = "more" if details["seconds"] > 0 else "less"
        return f"{student} has {durations.readable(abs(details['seconds']))} {more}: {details['reason']}"
    if kind == "student_returned":
        return f"{student} is connected again after {durations.readable(details['seconds'])}"
    if kind == "integrity_alert":
        return f"{student} {seen(details['rule'], details['evidence'])}"
    if kind == "question_reported":
        return f"{student} reported question {details['questionIndex']}: {details['text']}"
    if kind == "request_resolved":
        return _with(f"The request of {student} was settled", details.get("note"))
    words = f"{student} {_STUDENT.get(kind, kind.replace('_', ' '))}"
    reason = details.get("text") if kind == "hand_raised" else details.get("reason")
    return _with(words, reason)


def _of_session(kind: str, details: dict[str, Any]) -> str:
    if kind == "message_sent":
        return f"Message to {details['recipients']}: {details['text']}"
    return _with(_SESSION.get(kind, kind.replace("_", " ").capitalize()), details.get("reason"))


def _with(words: str, remark: str | None) -> str:
    return f"{words}: {remark}" if remark else words
