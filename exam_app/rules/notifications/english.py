"""Notifications in English."""

from __future__ import annotations

from exam_app.rules.notifications.kinds import Kind
from exam_app.rules.notifications.texts import Text

TEXTS = {
    Kind.SESSION_STARTED: Text(
        "Started: {title}", "{title} of {class} started at {time}. Open its page to take part."
    ),
    Kind.SUBMITTED: Text(
        "Handed in: {title}",
        "{how} Your receipt is {receipt}. Keep it: it proves what the server has stored.",
    ),
    Kind.REOPENED: Text(
        "Reopened: {title}",
        "It was reopened: {reason}. Your answers are still there. You have until {time}; then hand in again.",
    ),
    Kind.LATE_ANSWERS: Text(
        "Late answers {verdict}: {title}",
        "{answers} received after the deadline: {verdict}. {reason}. {note}",
    ),
    Kind.RELEASED: Text("Your result: {title}", "Your result has been released. Sign in to see it."),
    Kind.RESULT_CHANGED: Text(
        "Your result has changed: {title}", "It was regraded: {reason}. Sign in to see it."
    ),
    Kind.ALERT: Text(
        "Integrity alert: {title}",
        "An alert was raised at {time}. Please review it: an alert is evidence, not a verdict. The dashboard "
        "shows the student and the details. Alerts within the next 15 minutes appear there only.",
    ),
    Kind.MARKING_DUE: Text("Marking due: {title}", "{title} of {class} is over. To be marked: {answers}."),
}
PHRASES = {
    "handed_in_manual": "You handed in at {time}.",
    "handed_in_automatic": "Time was up at {time}: your answers were handed in automatically.",
    "handed_in_forced": "The exam was ended at {time}: your answers were handed in.",
    "answers_one": "1 answer",
    "answers_many": "{count} answers",
    "accepted": "accepted",
    "declined": "not accepted",
    "new_receipt": "You have a new receipt.",
    "preferences": "Choose on the page Notifications which e-mails you get",
}
