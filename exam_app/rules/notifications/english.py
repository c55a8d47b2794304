"""Notifications in English."""

from __future__ import annotations

from exam_app.rules.notifications.kinds import Kind
from exam_app.rules.notifications.texts import Text

TEXTS = {
    Kind.SESSION_STARTED: Text(
        "Started: {title}", "{title} of {class} began at {time}. Open its page to take part."
    ),
    Kind.SUBMITTED: Text(
        "Handed in: {title}",
        "{how} Your receipt is {receipt}. Keep it: it proves what the server holds.",
    ),
    Kind.LATE_ANSWERS: Text(
        "Late answers {verdict}: {title}",
        "{answers} that came after the deadline: {verdict}. {reason}. {note}",
    ),
    Kind.RELEASED: Text("Your result: {title}", "Your result has been released. Sign in to see it."),
    Kind.RESULT_CHANGED: Text(
        "Your result has changed: {title}", "It was graded again: {reason}. Sign in to see it."
    ),
    Kind.ALERT: Text(
        "Noticed in {title}",
        "At {time} something was noticed that a person should look at. It is evidence and not a verdict: the "
        "dashboard shows of whom and what. What follows within a quarter of an hour is shown there only.",
    ),
    Kind.MARKING_DUE: Text("To be marked: {title}", "{title} of {class} is over. To be marked: {answers}."),
}
PHRASES = {
    "handed_in_manual": "You handed in at {time}.",
    "handed_in_automatic": "Time was up at {time}: your answers were handed in.",
    "handed_in_forced": "The exam was ended at {time}: your answers were handed in.",
    "answers_one": "1 answer",
    "answers_many": "{count} answers",
    "accepted": "accepted",
    "declined": "not accepted",
    "new_receipt": "Your receipt is a new one.",
    "preferences": "You choose on the page Notifications which mails you get",
}
