"""Notifications: recipients, text, language, and whether a mail is sent."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from redis import Redis

from exam_app.errors import InvalidInput
from exam_app.extensions import db
from exam_app.models import Notification, OutboxMail
from exam_app.rules.notifications.kinds import Kind
from exam_app.rules.notifications.texts import Language
from exam_app.services.attempts import closing
from exam_app.services.grading import bulk_grading
from exam_app.services.marking import reminders
from exam_app.services.notifications import notify, preferences
from exam_app.services.proctoring import alerts
from exam_app.services.sessions import lifecycle
from tests.factories import AttemptFactory, BranchFactory, EnrolmentFactory, ExamSessionFactory, UserFactory
from tests.helpers.clients import data
from tests.helpers.pages import PageClient
from tests.helpers.presence import send_heartbeat
from tests.helpers.results import graded
from tests.helpers.times import NOW, later, minutes

FAST = {"fast_answers": {"count": 5, "seconds": 4}}


@pytest.fixture(autouse=True)
def mail_server(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail server is configured; the mails stay in the outbox."""
    monkeypatch.setitem(app.config, "SMTP_URL", "smtp://127.0.0.1:1")


def notified(kind: Kind) -> dict[Any, tuple[str, str, str | None]]:
    """The recipients of notifications of this kind, each with the e-mail address if a mail is sent."""
    rows = (
        db.session.query(Notification, OutboxMail.address)
        .outerjoin(OutboxMail, OutboxMail.notification_id == Notification.id)
        .filter(Notification.kind == kind)
        .all()
    )
    assert len({row.user_id for row, _ in rows}) == len(rows)
    return {row.user_id: (row.title, row.body, email) for row, email in rows}


# --- kinds --------------------------------------------------------------------------------------


def test_a_start_is_notified_to_the_class_and_mailed_on_request(
    cast: SimpleNamespace, exam: Any, sent: list[SimpleNamespace]
) -> None:
    elsewhere = UserFactory(branch_id=BranchFactory(organization_id=cast.school.id).id)
    gone = UserFactory(organization=cast.school, closed=True)
    elsewhere.organization_id = cast.school.id
    for student in (elsewhere, gone):
        EnrolmentFactory(class_id=cast.biology.id, student_id=student.id)
    preferences.choose(cast.cora, {Kind.SESSION_STARTED: True})
    waiting = ExamSessionFactory(waiting=True, school_class=cast.biology, test=exam, title="Final")
    send_heartbeat(waiting, cast.carl)
    lifecycle.start_session(cast.ines, waiting, NOW)
    found = notified(Kind.SESSION_STARTED)
    assert set(found) == {cast.carl.id, cast.cora.id, elsewhere.id}
    words = ("Started: Final", "Final of Biology started at 09:00:00 UTC. Open its page to take part.")
    assert found[cast.carl.id] == (*words, None)
    assert found[cast.cora.id] == (*words, cast.cora.email)
    names = [event.name for event in sent]
    assert names.index("session_started") < names.index("notification")


def test_a_burst_of_alerts_is_one_notification_without_names(
    cast: SimpleNamespace, running: Any, attempt: Any
) -> None:
    other = AttemptFactory(student=cast.cora, session=running)
    alerts.raise_alerts(attempt, FAST, NOW)
    alerts.raise_alerts(attempt, {"address_changes": {"changes": 2}}, later(30))
    alerts.raise_alerts(other, FAST, later(60))
    db.session.commit()
    ((title, body, email),) = notified(Kind.ALERT).values()
    assert (title, email) == (f"Integrity alert: {running.title}", cast.priya.email)
    assert "09:00:00 UTC" in body and not {"Carl", "Cora"} & set(body.split())
    alerts.raise_alerts(other, {"address_changes": {"changes": 2}}, minutes(16))
    db.session.commit()
    assert db.session.query(Notification).filter_by(user_id=cast.priya.id).count() == 2


def test_without_proctors_the_teacher_is_notified_of_alerts(cast: SimpleNamespace, exam: Any) -> None:
    alone = ExamSessionFactory(in_progress=True, school_class=cast.biology, test=exam)
    alerts.raise_alerts(AttemptFactory(student=cast.carl, session=alone), FAST, NOW)
    practice = AttemptFactory(student=cast.carl, test=exam)
    alerts.raise_alerts(practice, FAST, NOW)  # self-paced attempts have no proctors
    db.session.commit()
    assert set(notified(Kind.ALERT)) == {cast.ines.id}


def test_due_marking_is_notified_once_after_the_session(cast: SimpleNamespace, every_type: Any) -> None:
    session = ExamSessionFactory(
        in_progress=True, school_class=cast.biology, test=every_type, created_by=cast.ada.id
    )
    graded("essay", student=cast.carl, session=session)
    late = AttemptFactory(student=cast.cora, session=session)
    assert not reminders.is_due()  # the session continues
    lifecycle.complete_session(cast.ines, session, minutes(20))
    assert reminders.remind_due(minutes(20)) == 0  # and then the last one is not graded yet
    bulk_grading.grade_closed(minutes(21))
    assert late.marking_due == 0
    assert reminders.is_due()
    assert reminders.remind_due(minutes(22)) == 1
    assert not reminders.is_due() and reminders.remind_due(minutes(23)) == 0
    found = notified(Kind.MARKING_DUE)
    assert set(found) == {cast.ines.id, cast.ada.id}
    words = f"{session.title} of Biology is over. To be marked: 1 answer."
    assert found[cast.ines.id] == (f"Marking due: {session.title}", words, cast.ines.email)


def test_without_due_marking_nothing_is_notified(cast: SimpleNamespace, running: Any, attempt: Any) -> None:
    closing.close_due(minutes(31))
    bulk_grading.grade_closed(minutes(31))
    assert not reminders.is_due() and reminders.remind_due(minutes(32)) == 0


def test_with_redis_unreachable_every_notification_is_stored(
    app: Flask,
    cast: SimpleNamespace,
    every_type: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    unreachable = Redis.from_url("redis://127.0.0.1:1", socket_connect_timeout=0.1)
    monkeypatch.setitem(app.extensions, "redis", unreachable)
    session = ExamSessionFactory(completed=True, school_class=cast.biology, test=every_type)
    attempt = graded("essay", student=cast.carl, session=session)
    alerts.raise_alerts(attempt, FAST, NOW)
    db.session.commit()
    reminders.remind_due(minutes(40))
    assert notified(Kind.SUBMITTED)[cast.carl.id][2] == cast.carl.email
    assert (
        notified(Kind.ALERT)[cast.ines.id][2]
        == notified(Kind.MARKING_DUE)[cast.ines.id][2]
        == cast.ines.email
    )
    caplog.clear()  # drop the logs of job signals that could not be sent


# --- preferences --------------------------------------------------------------------------------


def test_without_a_mail_the_receipt_is_in_the_app(cast: SimpleNamespace, running: Any, attempt: Any) -> None:
    AttemptFactory(student=cast.cora, session=running)
    preferences.choose(cast.carl, {Kind.SUBMITTED: False})
    closing.close_due(minutes(31))
    bulk_grading.grade_closed(minutes(31))
    found = notified(Kind.SUBMITTED)
    assert found[cast.carl.id][2] is None and attempt.receipt in found[cast.carl.id][1]
    assert found[cast.cora.id][2] == cast.cora.email


def test_each_role_chooses_among_its_own_notifications(api: Any, cast: SimpleNamespace) -> None:
    path = "/api/users/me/notification-preferences"
    carl = api(cast.carl)
    shown = data(carl.get(path))
    assert [wish["kind"] for wish in shown["preferences"]] == [
        "session_started", "attempt_handed_in", "attempt_reopened", "late_answers_decided", "result_released",
        "result_changed",
    ]  # fmt: skip
    assert [wish["byMail"] for wish in shown["preferences"]] == [False, True, True, True, True, True]
    assert (shown["language"], shown["organizationLanguage"]) == (None, "en")
    sent = {"preferences": [{"kind": "result_released", "byMail": False}], "language": "de"}
    for _ in range(2):
        stored = data(carl.put(path, sent))
    assert [wish["byMail"] for wish in stored["preferences"]] == [False, True, True, True, False, True]
    assert data(carl.put(path, {"preferences": []}))["language"] == "de"  # what is not sent is kept
    assert data(carl.put(path, {"language": None}))["language"] is None
    assert data(api(cast.cora).get(path)) == shown
    staff = data(api(cast.priya).get(path))
    assert [wish["kind"] for wish in staff["preferences"]] == ["integrity_alert"]
    refused = carl.put(path, {"preferences": [{"kind": "marking_due", "byMail": False}]})
    assert (refused.status_code, refused.code) == (422, "invalid_input")


def test_the_page_shows_and_stores_the_preferences(app: Flask, cast: SimpleNamespace) -> None:
    carl = PageClient(app, cast.carl)
    assert "Answers were handed in, with the receipt" in carl.get("/notifications").words
    shown = carl.post("/notifications", by_mail=["session_started"], language="de")
    assert (shown.path, "Your preferences were saved." in shown.words) == ("/notifications", True)
    stored = preferences.describe(cast.carl)
    assert [wish["kind"] for wish in stored["preferences"] if wish["byMail"]] == ["session_started"]
    assert stored["language"] == "de"
    for wrong in ({"by_mail": "marking_due"}, {"by_mail": "news"}, {"language": "fr"}):
        shown = carl.post("/notifications", **wrong)
        assert (shown.status_code, "are not saved" in shown.words) == (422, True)
    carl.post("/notifications", language="")
    assert preferences.describe(cast.carl)["language"] is None


# --- languages ----------------------------------------------------------------------------------


def test_each_user_is_notified_in_their_language(cast: SimpleNamespace, running: Any, attempt: Any) -> None:
    AttemptFactory(student=cast.cora, session=running)
    cast.school.language = Language.GERMAN
    preferences.choose(cast.cora, {}, language=Language.ENGLISH)
    closing.close_due(minutes(31))
    bulk_grading.grade_closed(minutes(31))
    found = notified(Kind.SUBMITTED)
    title, body, _ = found[cast.carl.id]
    assert title == "Abgegeben: Cells and tissues"
    assert body.startswith("Die Zeit war um 09:30:00 UTC zu Ende: Deine Antworten sind abgegeben.")
    assert found[cast.cora.id][0] == "Handed in: Cells and tissues"


def test_only_notifications_of_the_role_can_be_chosen(cast: SimpleNamespace) -> None:
    with pytest.raises(InvalidInput):
        preferences.choose(cast.carl, {Kind.ALERT: True})


def test_the_list_keeps_every_notification(cast: SimpleNamespace, attempt: Any) -> None:
    preferences.choose(cast.carl, {Kind.SUBMITTED: False})
    closing.close_due(minutes(31))
    bulk_grading.grade_closed(minutes(31))
    assert [row["kind"] for row in notify.notifications_of(cast.carl)] == ["attempt_handed_in"]
