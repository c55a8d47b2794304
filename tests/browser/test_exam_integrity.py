"""Restrictions that a test sets for its page, durations of absences, and flags that belong to the attempt."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.people import all_saved, answer_field, at_question, begin, go_to, on_record, until
from tests.helpers.chromium import Watcher
from tests.helpers.rest import Sitting

SENTENCE = "On the sand, nine of ten mice have pale fur; on the lava, nine of ten have dark fur."


def seen(page: Page, exam: Sitting, *types: str) -> list[dict[str, Any]]:
    """The recorded observations once there is one of each of these types."""

    def all_there() -> list[dict[str, Any]]:
        found = on_record(exam)
        return found if {one["type"] for one in found} >= set(types) else []

    return until(page, all_there, f"{types} on record", seen=lambda: on_record(exam))


def fire(page: Page, event: str) -> bool:
    """Whether the page allowed the browser's default action."""
    return bool(
        page.evaluate(
            "name => document.querySelector('#question').dispatchEvent("
            "new ClipboardEvent(name, { bubbles: true, cancelable: true }))",
            event,
        )
    )


def test_forbidden_actions_are_prevented_and_reported(
    visit: Visit, sitting: Callable[[str], Sitting]
) -> None:
    page = visit("carl")
    exam = sitting("guarded")
    begin(exam, page)
    for event in ("copy", "paste", "contextmenu"):
        assert fire(page, event) is False, event
    expect(page.get_by_test_id("notice")).to_have_count(3)
    expect(page.get_by_test_id("notice").nth(1)).to_contain_text("Type your answer.")
    reported = seen(page, exam, "copy", "paste", "right_click")
    assert [one["type"] for one in reported] == ["copy", "paste", "right_click"]
    go_to(page, 4)
    answer_field(page).press_sequentially("nucleus")
    all_saved(page)


def test_allowed_actions_are_neither_prevented_nor_reported(
    visit: Visit, sitting: Callable[[str], Sitting]
) -> None:
    page = visit("carl")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    exam = sitting("long")
    begin(exam, page)
    for event in ("copy", "paste", "contextmenu"):
        assert fire(page, event) is True, event
    go_to(page, 4)
    page.evaluate("navigator.clipboard.writeText('nucleus')")
    answer_field(page).focus()
    page.keyboard.press("ControlOrMeta+v")
    expect(answer_field(page)).to_have_value("nucleus")
    all_saved(page)
    assert on_record(exam) == []
    expect(page.get_by_test_id("full-screen")).to_have_count(0)


def test_leaving_full_screen_is_reported_with_its_duration(
    visit: Visit, sitting: Callable[[str], Sitting]
) -> None:
    page = visit("carl")
    exam = sitting("guarded")
    begin(exam, page)
    asks = page.get_by_test_id("full-screen")
    expect(asks).to_contain_text("You can also answer without it.")
    asks.get_by_role("button", name="Enter full screen").click()
    expect(asks).to_have_count(0)
    began = time.monotonic()
    page.evaluate("document.exitFullscreen()")
    expect(asks).to_be_visible()
    page.wait_for_timeout(1200)
    asks.get_by_role("button", name="Enter full screen").click()
    expect(asks).to_have_count(0)
    elapsed = time.monotonic() - began
    found = seen(page, exam, "fullscreen_exit")
    (violation,) = [one for one in found if one["type"] == "fullscreen_exit"]
    assert 1200 <= violation["durationMs"] <= 1000 * elapsed


def test_an_absence_is_measured_even_if_the_page_was_closed(
    visit: Visit, sitting: Callable[[str], Sitting]
) -> None:
    page = visit("carl")
    exam = sitting("long")
    begin(exam, page)
    page.reload()
    at_question(page, 1)
    context = page.context
    began = time.monotonic()
    page.close()
    again = context.new_page()
    again.wait_for_timeout(5500)
    again.goto(exam.exam_url)
    at_question(again, 1)
    elapsed = time.monotonic() - began
    (violation,) = seen(again, exam, "tab_switch")  # the reload before is not an absence
    assert 5500 <= violation["durationMs"] <= 1000 * elapsed


def test_highlights_appear_in_another_browser_and_offline_ones_arrive(
    visit: Visit, watcher: Watcher, sitting: Callable[[str], Sitting]
) -> None:
    watcher.expect_network_trouble()
    page, other = visit("carl"), visit("carl")
    exam = sitting("long")
    begin(exam, page)
    go_to(page, 6)
    text = page.get_by_role("region", name="Mice on sand and lava, the text")
    text.focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("h")
    expect(text.locator("mark")).to_have_text(SENTENCE)

    page.context.set_offline(True)
    text.focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("h")
    expect(text.locator("mark")).to_have_count(2)
    page.context.set_offline(False)
    expect(page.get_by_test_id("save-state")).to_have_text("All answers saved")

    other.goto(exam.exam_url)
    go_to(other, 6)
    there = other.get_by_role("region", name="Mice on sand and lava, the text")
    expect(there.locator("mark")).to_have_count(2)
    there.locator("mark").first.focus()
    other.keyboard.press("Enter")
    expect(there.locator("mark")).to_have_count(1)
    page.evaluate("localStorage.clear()")
    page.reload()
    at_question(page, 6)
    expect(text.locator("mark")).to_have_text("Owls hunt them at night.")
