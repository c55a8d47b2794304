"""The payloads of events, as they are sent. Times are ISO 8601 strings, ids of UUIDs are strings.

A student's row on the dashboard has a module of its own, `student_row`.
"""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict


class ActivityEvent(TypedDict):
    """An entry of the activity log, as in the dashboard's feed and in a stream.

    The keys of `details` depend on `type`.
    """

    eventId: int
    at: str | None
    type: str
    studentId: str | None
    studentName: str | None
    attemptId: str | None
    text: str
    details: dict[str, Any]


class Replacement(TypedDict):
    """The attempt that replaced another one after a reset."""

    newAttemptId: str
    reason: str
    answersKept: bool


class SessionTimes(TypedDict):
    """A session that changed its state: waiting, started, completed, cancelled."""

    status: str
    startedAt: str | None
    expiresAt: str | None


class SessionPause(TypedDict):
    """A session that was paused or resumed as a whole."""

    status: str
    pausedAt: str | None
    expiresAt: str | None


class SessionStats(TypedDict):
    """Numbers of students of a session by state; `averageCompletion` is in percent."""

    enrolled: int
    connected: int
    offline: int
    notSaving: int
    working: int
    handedIn: int
    averageCompletion: float


class HelpRequest(TypedDict):
    """A raised hand or a reported question, as proctors see it; `questionIndex` counts from 1."""

    requestId: int
    kind: str
    attemptId: str
    studentId: str
    studentName: str
    questionId: int | None
    questionIndex: int | None
    text: str
    createdAt: str | None
    resolvedAt: str | None
    resolvedBy: str | None
    note: str


class PlaceInQueue(TypedDict):
    """The position of a student's request in the queue, from 1."""

    requestId: int
    position: int


class Alert(TypedDict):
    """An integrity alert. The keys of `evidence` depend on `rule`."""

    alertId: int
    attemptId: str
    studentId: str
    studentName: str
    rule: str
    text: str
    evidence: dict[str, Any]
    raisedAt: str | None
    state: str
    note: str
    resolvedBy: str | None
    resolvedAt: str | None


class Outage(TypedDict):
    """An outage of the service during a session, and whether its time was credited."""

    outageId: int
    beganAt: str | None
    endedAt: str | None
    seconds: int
    minutes: int
    creditedAt: str | None
    creditedBy: str | None
    undoneAt: str | None
    scaled: bool | None


# `from` is a keyword, so the two below are declared as calls.
StudentMessage = TypedDict(
    "StudentMessage", {"messageId": int, "text": str, "from": str, "sentAt": str | None}
)
"""A message from staff, as sent to students."""

SentMessage = TypedDict(
    "SentMessage",
    {
        "messageId": int,
        "text": str,
        "from": str,
        "sentAt": str | None,
        "recipients": int,
        "received": int,
        "confirmed": int,
        "toAll": bool,
        "studentIds": list[str],
    },
)
"""A message from staff, as sent to proctors: `studentIds` is empty if it was sent to all."""


class MessageReceipts(TypedDict):
    """How many students a message was sent to, who received it, and who confirmed it."""

    messageId: int
    recipients: int
    received: int
    confirmed: int


class ClosedAttempt(TypedDict):
    """A closed attempt; with the fields of `Replacement` if a reset ended it."""

    status: str
    submittedAt: str | None
    submissionMethod: str | None
    receipt: str | None
    newAttemptId: NotRequired[str]
    reason: NotRequired[str]
    answersKept: NotRequired[bool]
