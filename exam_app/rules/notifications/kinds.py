"""The kinds of notifications: recipients, whether they are mailed by default, and their placeholders."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from exam_app.rules.notifications.texts import Phrase, counted
from exam_app.rules.permissions import Role


class Kind(StrEnum):
    SESSION_STARTED = "session_started"
    SUBMITTED = "attempt_handed_in"
    REOPENED = "attempt_reopened"
    LATE_ANSWERS = "late_answers_decided"
    RELEASED = "result_released"
    RESULT_CHANGED = "result_changed"
    ALERT = "integrity_alert"
    MARKING_DUE = "marking_due"


@dataclass(frozen=True)
class Facts:
    """`name`: shown to users; `by_mail`: the default of the preference; `readers`: the roles that get it."""

    name: str
    readers: frozenset[Role]
    by_mail: bool
    placeholders: tuple[str, ...]


_STUDENTS = frozenset({Role.STUDENT})
_PROCTORS = frozenset({Role.PROCTOR, Role.INSTRUCTOR, Role.ADMIN})
_TEACHERS = frozenset({Role.INSTRUCTOR, Role.ADMIN})

KINDS: dict[Kind, Facts] = {
    # The student's open page shows it at once; a mail is for those who want to be called.
    Kind.SESSION_STARTED: Facts("An exam has started", _STUDENTS, False, ("title", "class", "time")),
    Kind.SUBMITTED: Facts(
        "Answers were handed in, with the receipt", _STUDENTS, True, ("title", "how", "time", "receipt")
    ),
    Kind.REOPENED: Facts("An attempt was reopened", _STUDENTS, True, ("title", "reason", "time")),
    Kind.LATE_ANSWERS: Facts(
        "Late answers were reviewed",
        _STUDENTS,
        True,
        ("title", "answers", "verdict", "reason", "note"),
    ),
    Kind.RELEASED: Facts("A result was released", _STUDENTS, True, ("title",)),
    Kind.RESULT_CHANGED: Facts("A result has changed", _STUDENTS, True, ("title", "reason")),
    Kind.ALERT: Facts("An integrity alert was raised in a session", _PROCTORS, True, ("title", "time")),
    Kind.MARKING_DUE: Facts("Answers have to be marked", _TEACHERS, True, ("title", "class", "answers")),
}

MEANINGS = {
    "title": "the title of the exam",
    "class": "the class",
    "time": "the time, with the time zone",
    "how": "a sentence that says how the answers were handed in, and when",
    "receipt": "the receipt code",
    "answers": "the number of answers, such as 3 answers",
    "verdict": "accepted, or not accepted",
    "reason": "the reason that was given",
    "note": "a sentence about the new receipt, if there is one",
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
    """The kinds that users with this role receive."""
    return [kind for kind, facts in KINDS.items() if role in facts.readers]
