"""Presses that are repeated: what comes under the finger meanwhile is not what the student meant."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Visit
from tests.browser.people import all_saved, at_question, begin, choose, go_to, option_of
from tests.helpers.rest import Sitting

Place = tuple[float, float]
PHONES = [(360, 640), (390, 844), (412, 915)]


def place_of(page: Page, label: str) -> Place:
    """The middle of a button in the question, scrolled to where a thumb finds it."""
    button = page.get_by_test_id("question").get_by_role("button", name=label)
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def is_not_handed_in(page: Page, exam: Sitting) -> None:
    assert exam.row("Carl")["status"] == "in_progress"
    expect(page.get_by_test_id("receipt")).to_have_count(0)


@pytest.mark.parametrize("size", PHONES)
@pytest.mark.parametrize("pause", [0, 100, 300, 1000])
def test_a_second_tap_does_not_submit(
    visit: Visit, sitting: Callable[[str], Sitting], size: tuple[int, int], pause: int
) -> None:
    exam = sitting("long")
    page = visit("carl", {**PHONE, "viewport": {"width": size[0], "height": size[1]}})
    begin(exam, page)
    page.get_by_role("button", name="All questions").tap()
    go_to(page, 7)
    place = place_of(page, "Review and hand in")
    for _ in range(4):
        page.touchscreen.tap(*place)
        page.wait_for_timeout(pause)
    expect(page.get_by_role("heading", name="Hand in", exact=True)).to_be_visible()
    is_not_handed_in(page, exam)
    page.wait_for_timeout(1500)  # whoever looks where they are
    page.get_by_role("button", name="Back to question 7").tap()
    at_question(page, 7)


@pytest.mark.parametrize("pause", [500, 900])
def test_a_second_tap_on_opening_the_waiting_room_does_not_start_the_exam(
    visit: Visit, sitting: Callable[[str], Sitting], pause: int
) -> None:
    exam = sitting("long")
    carl, priya = visit("carl"), visit("priya", PHONE)
    carl.goto(exam.exam_url)
    expect(carl.get_by_text("not open yet")).to_be_visible()
    priya.goto(exam.monitor_url)
    button = priya.get_by_role("button", name="Open waiting room")
    box = button.bounding_box()
    assert box
    place = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for _ in range(4):
        priya.touchscreen.tap(*place)
        priya.wait_for_timeout(pause)
    expect(carl.get_by_test_id("waiting-room")).to_be_visible()
    expect(priya.get_by_role("button", name="Start the exam for 1 student")).to_be_enabled()
    priya.wait_for_timeout(1500)  # whoever looks where they are
    priya.get_by_role("button", name="Start the exam for 1 student").tap()
    at_question(carl, 1)


@pytest.mark.parametrize("clicks", [2, 3, 5])
def test_a_double_click_acts_on_one_view_only(
    visit: Visit, sitting: Callable[[str], Sitting], clicks: int
) -> None:
    exam = sitting("long")
    page = visit("carl")
    begin(exam, page)
    page.mouse.click(*place_of(page, "Next"), click_count=clicks)
    at_question(page, 2)
    page.wait_for_timeout(300)
    at_question(page, 2)


def test_slow_taps_at_one_place_never_submit(visit: Visit, sitting: Callable[[str], Sitting]) -> None:
    exam = sitting("long")
    page = visit("carl", PHONE)
    begin(exam, page)
    page.get_by_role("button", name="All questions").tap()
    go_to(page, 7)
    place = place_of(page, "Review and hand in")
    for _ in range(5):
        page.touchscreen.tap(*place)
        page.wait_for_timeout(1500)
    is_not_handed_in(page, exam)


@pytest.mark.parametrize("key", ["Enter", " "])
def test_a_repeated_or_held_key_does_not_submit(
    visit: Visit, sitting: Callable[[str], Sitting], key: str
) -> None:
    exam = sitting("long")
    page = visit("carl")
    begin(exam, page)
    go_to(page, 7)
    page.get_by_test_id("question").get_by_role("button", name="Review and hand in").focus()
    for _ in range(8):
        page.keyboard.press(key)
    page.keyboard.down(key)
    for _ in range(8):
        page.keyboard.down(key)  # the browser repeats a key that is held
    page.keyboard.up(key)
    expect(page.get_by_role("heading", name="Hand in", exact=True)).to_be_visible()
    page.get_by_test_id("submit").focus()
    for _ in range(9):
        page.keyboard.press(key)
    is_not_handed_in(page, exam)


def test_a_tap_on_next_does_not_choose_an_option(visit: Visit, sitting: Callable[[str], Sitting]) -> None:
    exam = sitting("long")
    page = visit("carl")
    begin(exam, page)
    page.keyboard.press("n")
    at_question(page, 2)
    box = page.locator("label.option", has_text="Ribosome").bounding_box()
    assert box
    place = (box["x"] + 20, box["y"] + box["height"] / 2)
    page.evaluate(
        """([x, y]) => {
          const next = [...document.querySelectorAll(".steps button")].at(-1);
          const place = { left: `${x - 40}px`, top: `${y - 20}px` };
          Object.assign(next.style, { position: "fixed", zIndex: 9, ...place });
        }""",
        place,
    )
    page.keyboard.press("p")
    at_question(page, 1)
    page.mouse.click(*place)  # Next, which lies where the option of the next question will be
    at_question(page, 2)
    page.evaluate("document.querySelectorAll('.steps button').forEach((one) => one.removeAttribute('style'))")
    page.mouse.click(*place)
    page.wait_for_timeout(300)
    expect(option_of(page, "Ribosome")).not_to_be_checked()
    choose(page, "Nucleus")
    all_saved(page)
