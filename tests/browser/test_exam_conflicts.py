"""Two devices of one student give different answers to a question: none is lost, the student resolves it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESK, PHONE
from tests.browser.people import (
    all_saved,
    answer_field,
    at_question,
    begin,
    choose,
    go_to,
    option_of,
    save_state,
    write,
)
from tests.helpers.chromium import Watcher
from tests.helpers.rest import Sitting

Visit = Callable[..., Page]


def offer(page: Page) -> Locator:
    return page.get_by_role("group", name="Your other answer")


@pytest.fixture
def devices(visit: Visit, watcher: Watcher, sitting: Callable[[str], Sitting]) -> tuple[Page, Page]:
    """Carl's computer and his phone, in the same exam."""
    watcher.expect_network_trouble()
    desk, phone = visit("carl", DESK), visit("carl", PHONE)
    exam = sitting("long")
    begin(exam, desk)
    phone.goto(exam.exam_url)
    at_question(phone, 1)
    return desk, phone


def answer_apart(desk: Page, phone: Page, on_desk: str, on_phone: str) -> None:
    """Question 4: on the offline computer, then on the phone, then the computer reconnects."""
    desk.context.set_offline(True)
    go_to(desk, 4)
    write(desk, on_desk)
    expect(save_state(desk)).to_contain_text("is stored on this device")
    for number in (2, 3, 4):  # the list of questions is collapsed there
        phone.get_by_role("button", name="Next").click()
        at_question(phone, number)
    write(phone, on_phone)
    answer_field(phone).blur()  # a field that is being edited is not changed by other devices
    all_saved(phone)
    desk.context.set_offline(False)
    expect(offer(desk)).to_be_visible()
    expect(offer(phone)).to_be_visible()


def test_both_devices_stay_synchronized(devices: tuple[Page, Page]) -> None:
    notice = "Updated: saved on another device"
    for here, there, option in ((*devices, "Ribosome"), (*reversed(devices), "Chloroplast")):
        choose(here, option)
        expect(option_of(there, option)).to_be_checked()
        expect(save_state(there)).to_have_text(notice)


def test_the_rejected_answer_is_offered_on_every_device_until_the_conflict_is_resolved(
    devices: tuple[Page, Page], tmp_path: Path
) -> None:
    desk, phone = devices
    answer_apart(desk, phone, "core", "nucleus")
    for page in devices:
        expect(answer_field(page)).to_have_value("nucleus")
        expect(offer(page)).to_contain_text("You answered this on two devices. The other answer was: core")
        page.screenshot(path=tmp_path / f"conflict-{page.viewport_size['width']}.png", full_page=True)

    desk.reload()  # the conflict survives the reload
    at_question(desk, 4)
    expect(offer(desk)).to_contain_text("core")
    desk.get_by_role("button", name="Review and hand in").first.click()
    expect(desk.get_by_role("heading", name="Answered on two devices (1)")).to_be_visible()
    desk.get_by_role("link", name="Question 4").click()

    # By keyboard: the two buttons follow the field.
    answer_field(desk).focus()
    desk.keyboard.press("Tab")
    expect(desk.get_by_role("button", name="Use that instead")).to_be_focused()
    desk.keyboard.press("Enter")
    for page in devices:
        expect(offer(page)).to_have_count(0)
        expect(answer_field(page)).to_have_value("core")
    expect(desk.get_by_role("heading", name="Question 4 of 7")).to_be_focused()
    all_saved(desk)
    desk.reload()
    at_question(desk, 4)
    expect(answer_field(desk)).to_have_value("core")
    expect(offer(desk)).to_have_count(0)


def test_the_current_answer_can_be_kept(devices: tuple[Page, Page]) -> None:
    desk, phone = devices
    answer_apart(desk, phone, "core", "nucleus")
    phone.get_by_role("button", name="Keep this").click()
    for page in devices:
        expect(offer(page)).to_have_count(0)
        expect(answer_field(page)).to_have_value("nucleus")


def test_a_resolution_that_was_lost_on_the_way_is_sent_again(devices: tuple[Page, Page]) -> None:
    desk, phone = devices
    answer_apart(desk, phone, "core", "nucleus")
    phone.route("**/conflicts/resolve", lambda route: route.abort(), times=1)
    phone.get_by_role("button", name="Keep this").click()
    for page in devices:
        expect(offer(page)).to_have_count(0)


def test_a_rejected_choice_is_offered(devices: tuple[Page, Page]) -> None:
    desk, phone = devices
    desk.context.set_offline(True)
    choose(desk, "Ribosome")
    choose(phone, "Nucleus")
    all_saved(phone)
    desk.context.set_offline(False)
    expect(offer(phone)).to_contain_text("Ribosome")
    phone.get_by_role("button", name="Use that instead").click()
    for page in devices:
        expect(option_of(page, "Ribosome")).to_be_checked()
        expect(offer(page)).to_have_count(0)
