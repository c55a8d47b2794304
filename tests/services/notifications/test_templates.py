"""An organization's own notification templates."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import Flask

from exam_app.extensions import db
from exam_app.models import Activity, Notification, NotificationTemplate
from exam_app.services.attempts import closing
from exam_app.services.grading import bulk_grading
from tests.factories import BranchFactory, UserFactory
from tests.helpers.clients import data
from tests.helpers.pages import PageClient
from tests.helpers.times import minutes

PATH = "/api/organization/notification-templates"
SUBMITTED = {"kind": "attempt_handed_in", "language": "en"}
OURS = {**SUBMITTED, "title": "{title}: thank you", "body": "Receipt {receipt}, kept since {time}."}


def listed(client: Any, which: dict[str, str] = SUBMITTED) -> Any:
    found = data(client.get(PATH))["templates"]
    (one,) = [row for row in found if which.items() <= row.items()]
    return one


def test_custom_templates_are_used_until_they_are_reset(
    api: Any, cast: SimpleNamespace, attempt: Any
) -> None:
    ada, otto = api(cast.ada), api(cast.otto)
    built_in = listed(ada)
    assert built_in["isBuiltIn"] and built_in["placeholders"] == ["title", "how", "time", "receipt"]
    for _ in range(2):
        stored = data(ada.put(PATH, OURS))
    assert stored == listed(ada)
    assert (stored["title"], stored["isBuiltIn"]) == (OURS["title"], False)
    assert stored["sample"]["title"] == "Biology, final exam: thank you"
    assert listed(otto) == built_in  # another organization has its own
    closing.close_due(minutes(31))
    bulk_grading.grade_closed(minutes(31))
    note = db.session.query(Notification).one()
    assert note.title == "Cells and tissues: thank you"
    assert note.body == f"Receipt {attempt.receipt}, kept since 09:30:00 UTC."
    assert data(ada.post(f"{PATH}/reset", SUBMITTED)) == built_in
    assert data(ada.post(f"{PATH}/reset", SUBMITTED)) == built_in
    log = db.session.query(Activity).filter_by(type="notification_text_changed").order_by(Activity.id).all()
    assert [(row.details["before"], row.details["after"]) for row in log] == [
        (None, {"title": OURS["title"], "body": OURS["body"]}),
        ({"title": OURS["title"], "body": OURS["body"]}, None),
    ]


def test_built_in_templates_are_not_stored(api: Any, cast: SimpleNamespace) -> None:
    ada = api(cast.ada)
    built_in = listed(ada)
    assert data(ada.put(PATH, {**SUBMITTED, **{k: built_in[k] for k in ("title", "body")}}))["isBuiltIn"]
    assert db.session.query(NotificationTemplate).count() == 0


def test_a_preview_stores_nothing(api: Any, cast: SimpleNamespace) -> None:
    ada = api(cast.ada)
    german = {
        "kind": "late_answers_decided",
        "language": "de",
        "title": "{verdict}",
        "body": "{answers} {note}",
    }
    assert data(ada.post(f"{PATH}/preview", german)) == {
        "title": "angenommen",
        "body": "3 Antworten Deine Quittung ist eine neue.",
    }
    refused = ada.post(f"{PATH}/preview", {**german, "title": "{grade}"})
    assert (refused.status_code, refused.code) == (422, "invalid_input")
    assert "{grade} is not a placeholder" in refused.error["details"]["title"][0]
    assert db.session.query(NotificationTemplate).count() == 0


def test_the_language_of_the_organization(api: Any, cast: SimpleNamespace) -> None:
    ada = api(cast.ada)
    for _ in range(2):
        assert data(ada.put(f"{PATH}/language", {"language": "de"}))["language"] == "de"
    assert data(api(cast.otto).get(PATH))["language"] == "en"
    assert db.session.query(Activity).filter_by(type="language_changed").count() == 1
    assert ada.put(f"{PATH}/language", {"language": "xx"}).status_code == 422


def test_staff_of_a_branch_may_only_read(api: Any, cast: SimpleNamespace) -> None:
    branch = BranchFactory(organization_id=cast.school.id)
    bound = api(UserFactory(admin=True, organization=cast.school, branch_id=branch.id))
    assert listed(bound)["isBuiltIn"]
    for reply in (
        bound.put(PATH, OURS),
        bound.post(f"{PATH}/reset", SUBMITTED),
        bound.put(f"{PATH}/language", {"language": "de"}),
    ):
        assert (reply.status_code, reply.code) == (403, "forbidden")


def test_the_page_previews_a_template(app: Flask, cast: SimpleNamespace) -> None:
    ada = PageClient(app, cast.ada)
    assert "Started: {title}" in ada.get("/settings/notifications").words
    page = "/settings/notifications/words?kind=result_released&language=de"
    assert "{title} : the title of the exam" in ada.get(page).words
    words = {"title": "Fertig: {title}", "body": "Es ist da."}
    assert "Fertig: Biology, final exam" in ada.post(page, do="preview", **words).words
    assert db.session.query(NotificationTemplate).count() == 0
    shown = ada.post(page, do="store", title="{grade}", body="")
    assert shown.status_code == 422
    shown = ada.post(page, do="store", **words)
    assert "was saved." in shown.words and "Fertig: {title}" in shown.words
    shown = ada.post("/settings/notifications/reset?kind=result_released&language=de")
    assert "uses the built-in template again" in shown.words and "Fertig: {title}" not in shown.words
    assert ada.get("/settings/notifications/words?kind=news&language=de").status_code == 404
    ada.post("/settings/notifications", language="de")
    assert cast.school.language == "de"
    assert ada.post("/settings/notifications", language="xx").status_code == 422
