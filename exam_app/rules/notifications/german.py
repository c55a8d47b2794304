"""Notifications in German."""

from __future__ import annotations

from exam_app.rules.notifications.kinds import Kind
from exam_app.rules.notifications.texts import Text

TEXTS = {
    Kind.SESSION_STARTED: Text(
        "Begonnen: {title}",
        "{title} ({class}) hat um {time} begonnen. Öffne die Seite der Prüfung, um teilzunehmen.",
    ),
    Kind.SUBMITTED: Text(
        "Abgegeben: {title}",
        "{how} Deine Quittung ist {receipt}. Bewahre sie auf: Sie belegt, was der Server gespeichert hat.",
    ),
    Kind.REOPENED: Text(
        "Wieder geöffnet: {title}",
        "Deine Prüfung wurde wieder geöffnet: {reason}. Deine Antworten sind noch da. Du hast Zeit bis "
        "{time}; gib danach noch einmal ab.",
    ),
    Kind.LATE_ANSWERS: Text(
        "Verspätete Antworten {verdict}: {title}",
        "{answers} nach dem Ende der Zeit: {verdict}. {reason}. {note}",
    ),
    Kind.RELEASED: Text(
        "Dein Ergebnis: {title}", "Dein Ergebnis ist freigegeben. Melde dich an, um es zu sehen."
    ),
    Kind.RESULT_CHANGED: Text(
        "Dein Ergebnis hat sich geändert: {title}",
        "Es wurde neu bewertet: {reason}. Melde dich an, um es zu sehen.",
    ),
    Kind.ALERT: Text(
        "Auffälligkeit: {title}",
        "Um {time} ist etwas aufgefallen, das sich ein Mensch ansehen sollte. Es ist ein Hinweis und kein "
        "Urteil: Die Übersicht zeigt, bei wem und was. Was in der nächsten Viertelstunde folgt, steht "
        "nur dort.",
    ),
    Kind.MARKING_DUE: Text(
        "Zu bewerten: {title}", "{title} ({class}) ist zu Ende. Von Hand zu bewerten: {answers}."
    ),
}
PHRASES = {
    "handed_in_manual": "Du hast um {time} abgegeben.",
    "handed_in_automatic": "Die Zeit war um {time} zu Ende: Deine Antworten sind abgegeben.",
    "handed_in_forced": "Die Prüfung wurde um {time} beendet: Deine Antworten sind abgegeben.",
    "answers_one": "1 Antwort",
    "answers_many": "{count} Antworten",
    "accepted": "angenommen",
    "declined": "nicht angenommen",
    "new_receipt": "Deine Quittung ist eine neue.",
    "preferences": "Welche Mails du bekommst, bestimmst du auf der Seite Notifications",
}
