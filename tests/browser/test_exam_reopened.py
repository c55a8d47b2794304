"""Handing in by mistake is undone by a proctor: the page goes on, and both receipts verify."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Visit
from tests.browser.people import all_saved, at_question, begin, choose, go_to, option_of, submit_exam
from tests.helpers.rest import Sitting

CARL = "Carl Adams"


def finish(page: Page) -> str:
    """Hand in, and return the receipt."""
    page.get_by_role("button", name="Review and hand in").last.click()
    submit_exam(page)
    receipt = page.get_by_test_id("receipt")
    expect(receipt).to_be_visible()
    return receipt.inner_text()


def reopen(dashboard: Page) -> None:
    dashboard.get_by_role("button", name=f"Details of {CARL}").click()
    drawer = dashboard.get_by_role("dialog", name=CARL, exact=True)
    drawer.get_by_role("button", name="Reopen").click()
    asking = dashboard.get_by_role("dialog", name="Reopen attempts", exact=True)
    asking.get_by_label("Minutes from now").fill("15")
    asking.get_by_label("Reason").fill("A second tap")
    asking.get_by_role("button", name="Reopen for 1 student").click()
    done = dashboard.get_by_role("dialog", name="1 student goes on", exact=True)
    expect(done).to_contain_text("Their time now ends at")
    done.get_by_role("button", name="Close").click()


def verifies(page: Page, receipt: str, words: str) -> None:
    page.goto(f"/receipts?code={receipt}")
    expect(page.get_by_role("status")).to_contain_text("The receipt is genuine.")
    expect(page.get_by_role("status")).to_contain_text(words)


def test_a_student_who_handed_in_by_mistake_goes_on(visit: Visit, sitting: Callable[[str], Sitting]) -> None:
    page, phone, dashboard = visit("carl"), visit("carl", PHONE), visit("priya")
    exam = sitting("long")
    begin(exam, page)
    choose(page, "Chloroplast")
    all_saved(page)
    attempt = f"/attempts/{exam.row('Carl')['attemptId']}/exam"
    phone.goto(attempt)
    at_question(phone, 1)
    first = finish(page)
    expect(phone.get_by_test_id("closed")).to_be_visible()

    dashboard.goto(exam.monitor_url)
    reopen(dashboard)
    for shown in (page, phone):
        expect(shown.get_by_test_id("notice")).to_contain_text("Your exam was reopened: A second tap.")
        at_question(shown, 1)
        expect(option_of(shown, "Chloroplast")).to_be_checked()
    choose(page, "Ribosome")
    all_saved(page)
    expect(option_of(phone, "Ribosome")).to_be_checked()
    page.reload()
    expect(option_of(page, "Ribosome")).to_be_checked()
    second = finish(page)
    assert second != first
    verifies(page, second, "It matches exactly the answers that are stored now.")
    verifies(page, first, "The exam was reopened later")


def test_after_the_exam_a_page_opens_again_from_my_exams(
    visit: Visit, sitting: Callable[[str], Sitting]
) -> None:
    page, dashboard = visit("carl"), visit("priya")
    exam = sitting("long")
    begin(exam, page)
    choose(page, "Chloroplast")
    all_saved(page)
    exam.move("complete")
    expect(page.get_by_test_id("closed")).to_be_visible()
    page.get_by_role("link", name="Back to my exams").click()
    dashboard.goto(exam.monitor_url)
    reopen(dashboard)
    page.reload()
    page.get_by_role("link", name=exam.title).first.click()
    at_question(page, 1)
    expect(option_of(page, "Chloroplast")).to_be_checked()
    go_to(page, 2)
    finish(page)
    expect(dashboard.get_by_text("The exam is over").first).to_be_visible()


def test_two_proctors_who_give_the_same_minutes_are_told_of_each_other(
    visit: Visit, sitting: Callable[[str], Sitting]
) -> None:
    page, dashboard = visit("carl"), visit("priya")
    exam = sitting("long")
    begin(exam, page)
    ends_at = exam.row("Carl")["expiresAt"]
    attempt = f"/api/attempts/{exam.row('Carl')['attemptId']}"
    dashboard.goto(exam.monitor_url)
    exam.teacher.patch(f"{attempt}/extend-time", additionalMinutes=10, reason="Fire alarm")
    dashboard.get_by_role("button", name="More time").click()
    giving = dashboard.get_by_role("dialog", name="Give more time", exact=True)
    giving.get_by_label("Minutes").fill("10")
    giving.get_by_label("Reason").fill("Alarm")
    giving.get_by_role("button", name="Give 10 more minutes to 1 student").click()
    expect(giving.get_by_role("alert")).to_contain_text("has just given the same time (10 min) to 1 student")
    giving.get_by_role("button", name="Give these minutes as well").click()
    expect(dashboard.get_by_role("dialog", name="1 student has 10 more minutes", exact=True)).to_be_visible()
    moved = datetime.fromisoformat(exam.row("Carl")["expiresAt"]) - datetime.fromisoformat(ends_at)
    assert moved == timedelta(minutes=20)
