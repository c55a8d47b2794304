"""Pages that show what others change: they follow it without a reload, and say when they cannot."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.people import at_question, begin
from tests.helpers.chromium import Watcher
from tests.helpers.product import Processes
from tests.helpers.rest import Sitting


def look_again(page: Page) -> None:
    """Coming back to the tab asks at once, instead of after half a minute."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_my_exams_follow_the_session(visit: Visit, sitting: Callable[[str], Sitting]) -> None:
    exam = sitting("long")
    page = visit("carl")
    page.reload()
    enter = page.get_by_role("link", name=f"Enter the waiting room {exam.title}", exact=True)
    expect(enter).to_have_count(0)
    exam.move("start-waiting")
    look_again(page)
    expect(enter).to_be_visible()
    exam.teacher.delete(f"/api/sessions/{exam.id}")
    look_again(page)
    expect(page.get_by_text("Cancelled. Ask your teacher").first).to_be_visible()


def test_who_comes_too_early_waits_on_the_page(visit: Visit, sitting: Callable[[str], Sitting]) -> None:
    exam = sitting("long")
    page = visit("carl")
    page.goto(exam.exam_url)
    expect(page.get_by_text("This exam is not open yet.")).to_be_visible()
    exam.move("start-waiting")
    expect(page.get_by_test_id("waiting-room")).to_be_visible()
    exam.move("start")
    at_question(page, 1)


def test_staff_pages_follow_and_say_when_they_cannot(
    visit: Visit, sitting: Callable[[str], Sitting], product: Processes, watcher: Watcher
) -> None:
    watcher.expect_network_trouble()
    exam = sitting("long")
    sessions, results = visit("ines"), visit("ines")
    sessions.goto("/sessions")
    results.goto(exam.results_url)
    begin(exam, visit("carl"))
    look_again(sessions)
    row = sessions.get_by_role("link", name=exam.title)
    expect(sessions.locator("#now, [aria-labelledby=now]").first).to_contain_text(exam.title)
    expect(row.first).to_be_visible()
    exam.move("complete")
    look_again(results)
    expect(results.get_by_text("Completed").first).to_be_visible()
    with product.without_web():
        look_again(sessions)
        expect(
            sessions.get_by_text("The server does not respond: this page may be out of date.")
        ).to_be_visible()
    look_again(sessions)
    expect(sessions.get_by_text("The server does not respond: this page may be out of date.")).to_be_hidden()


def test_a_form_that_is_being_filled_in_is_left_alone(
    visit: Visit, sitting: Callable[[str], Sitting]
) -> None:
    page = visit("carl")
    page.goto("/notifications")
    choice = page.locator("select[name=language]")
    choice.select_option("de")
    exam = sitting("long")
    exam.move("start-waiting")
    look_again(page)
    page.wait_for_timeout(500)
    expect(choice).to_have_value("de")
