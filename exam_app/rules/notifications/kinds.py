"""The kinds of notifications: to whom, whether a mail follows unless told otherwise, what a text may name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from exam_app.rules.notifications.texts import Phrase, counted
from exam_app.rules.permissions import Role


class Kind(StrEnum):
    SESSION_STARTED = "session_started"
    SUBMITTED = "attempt_handed_in"
    LATE_ANSWERS = "late_answers_decided"
    RELEASED = "result_released"
    RESULT_CHANGED = "result_changed"
    ALERT = "integrity_alert"
    MARKING_DUE = "marking_due"


@dataclass(frozen=True)
class Facts:
    """`name`: in words for people; `by_mail`: for those who have chosen nothing; `readers`: who gets it."""

    name: str
    readers: frozenset[Role]
    by_mail: bool
    placeholders: tuple[str, ...]


_STUDENTS = frozenset({Role.STUDENT})
_PROCTORS = frozenset({Role.PROCTOR, Role.INSTRUCTOR, Role.ADMIN})
_TEACHERS = frozenset({Role.INSTRUCTOR, Role.ADMIN})

KINDS: dict[Kind, Facts] = {
    # The page of who takes part says so at once; a mail is for those who wish to be called.
    Kind.SESSION_STARTED: Facts("An exam has started", _STUDENTS, False, ("title", "class", "time")),
    Kind.SUBMITTED: Facts(
        "Answers are handed in, with the receipt", _STUDENTS, True, ("title", "how", "time", "receipt")
    ),
    Kind.LATE_ANSWERS: Facts(
        "Late answers are decided on",
        _STUDENTS,
        True,
        ("title", "answers", "verdict", "reason", "note"),
    ),
    Kind.RELEASED: Facts("A result can be seen", _STUDENTS, True, ("title",)),
    Kind.RESULT_CHANGED: Facts("A result has changed", _STUDENTS, True, ("title", "reason")),
    Kind.ALERT: Facts("Something was noticed in a session", _PROCTORS, True, ("title", "time")),
    Kind.MARKING_DUE: Facts("Answers are to be marked", _TEACHERS, True, ("title", "class", "answers")),
}

MEANINGS = {
    "title": "what the exam is called",
    "class": "the class",
    "time": "when, with the time zone",
    "how": "a sentence that says who or what handed in, and when",
    "receipt": "the code of the receipt",
    "answers": "how many answers, in words",
    "verdict": "accepted, or not accepted",
    "reason": "the reason that was given",
    "note": "that the receipt is a new one, if it is",
}
SAMPLES: dict[str, str | Phrase] = {
    "title": "Biology, final exam",
    "class": "10b",
    "time": "11:30:00 UTC",
    "how": Phrase("handed_in_manual", {"time": "11:30:00 UTC"}),
    "receipt": "7F3K-9QPD-2MWA",
    "answers": counted("answers", 3),
    "verdict": Phrase("accepted"),
    "reason": "The network was down",
    "note": Phrase("new_receipt"),
}


def kinds_of(role: Role) -> list[Kind]:
    """What people of this role are told."""
    return [kind for kind, facts in KINDS.items() if role in facts.readers]
