"""Entries of the activity log as neutral sentences."""

from __future__ import annotations

from typing import Any

from exam_app.rules import durations
from exam_app.rules.direction import isolated
from exam_app.rules.integrity.sentences import BY_PAGE, seen

_VIOLATIONS = {
    "tab_switch": "left the page",
    "blur": "used another window",
    "fullscreen_exit": "left full screen",
    "copy": "copied text",
    "paste": "pasted text",
    "right_click": "opened the context menu",
}
_STUDENT = {
    "student_joined": "joined",
    "student_left": "disconnected",
    "attempt_started": "started the exam",
    "attempt_submitted": "handed in",
    "attempt_paused": "was paused",
    "attempt_resumed": "was resumed",
    "attempt_cancelled": "had the attempt cancelled",
    "score_changed": "had the score changed",
    "answer_marked": "had an answer marked",
    "answer_settled": "had the marks of an answer adjudicated",
    "attempt_reset": "had the attempt reset",
    "attempt_reopened": "had the attempt reopened",
    "accommodation_set": "had the accommodation changed",
    "late_answers_accepted": "had late answers accepted",
    "late_answers_declined": "had late answers declined",
    "answer_bundle_taken": "had late answers imported from a file",
    "attempt_expired": "ran out of time, and the answers were handed in automatically",
    "answer_conflict": "changed an answer on two devices",
    "answer_conflict_settled": "chose between two versions of an answer",
    "text_highlighted": "highlighted text",
    "hand_raised": "raised a hand",
    "hand_lowered": "lowered their hand",
    "highlight_removed": "removed a highlight",
    "origin_changed": "continued from another IP address or browser",
    "alert_acknowledged": "had an alert acknowledged",
    "alert_dismissed": "had an alert dismissed",
}
_SESSION = {
    "session_waiting": "The waiting room is open",
    "session_started": "The exam has started",
    "session_paused": "The session was paused",
    "session_resumed": "The session was resumed",
    "session_completed": "The exam is over",
    "session_reopened": "The session continues for a reopened attempt",
    "session_cancelled": "The session was cancelled",
    "session_changed": "The details of the session were changed",
    "outage_credited": "The time lost in an outage was credited",
    "outage_credit_undone": "The credit for an outage was undone",
    "results_released": "The results were released",
    "grade_scale_changed": "The grade scale was changed",
    "language_changed": "The language of notifications was changed",
    "notification_text_changed": "A notification template was changed",
    "key_corrected": "An answer key was corrected",
    "credit_corrected": "The credit for a question was corrected",
    "test_regraded": "A test is being regraded",
}
_MOVED_TIME = {"time_extended", "accommodation_changed", "outage_credited"}
VIOLATION_TYPES = tuple(_VIOLATIONS)


def sentence(kind: str, details: dict[str, Any], student: str | None) -> str:
    """One sentence for the event feed: who, what, and where known for how long and why."""
    if student is None:
        return _of_session(kind, details)
    student = isolated(student)
    if kind == "tab_violation":
        words = _VIOLATIONS.get(details.get("type", ""), "left the page")
        seconds = int(details.get("durationMs") or 0) / 1000
        lasted = f" for {durations.readable(seconds)} ({BY_PAGE})" if seconds >= 1 else ""
        return f"{student} {words}{lasted}"
    if kind in _MOVED_TIME:
        verb = "was given" if details["seconds"] > 0 else "lost"
        return _with(f"{student} {verb} {durations.readable(abs(details['seconds']))}", details["reason"])
    if kind == "student_returned":
        return f"{student} reconnected after {durations.readable(details['seconds'])}"
    if kind == "integrity_alert":
        return f"{student} {seen(details['rule'], details['evidence'])}"
    if kind == "question_reported":
        return f"{student} reported question {details['questionIndex']}: {isolated(details['text'])}"
    if kind == "request_resolved":
        return _with(f"The request of {student} was resolved", details.get("note"))
    words = f"{student} {_STUDENT.get(kind, kind.replace('_', ' '))}"
    reason = details.get("text") if kind == "hand_raised" else details.get("reason")
    return _with(words, reason)


def _of_session(kind: str, details: dict[str, Any]) -> str:
    if kind == "message_sent":
        return f"Message to {details['recipients']}: {isolated(details['text'])}"
    return _with(_SESSION.get(kind, kind.replace("_", " ").capitalize()), details.get("reason"))


def _with(words: str, remark: str | None) -> str:
    return f"{words}: {isolated(remark)}" if remark else words
