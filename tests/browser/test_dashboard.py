"""The proctor's page: a server that is unavailable, and the confirmation before ending."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.people import (
    all_saved,
    at_question,
    choose,
    enter_waiting_room,
    go_to,
    now_of,
    row_of,
    sign_in,
)
from tests.helpers.chromium import RealTabs, Watcher
from tests.helpers.product import Processes
from tests.helpers.rest import Sitting

CARL, CORA = "Carl Adams", "Cora Berg"


def test_it_shows_that_the_server_is_unreachable_and_catches_up(
    visit: Visit, product: Processes, watcher: Watcher, sitting: Callable[[str], Sitting]
) -> None:
    watcher.expect_network_trouble()
    exam = sitting("long")
    exam.move("start-waiting")
    carl, priya = visit("carl"), visit("priya")
    enter_waiting_room(carl, exam.title)
    exam.move("start")
    at_question(carl, 1)
    priya.goto(exam.monitor_url)
    expect(row_of(priya, CARL)).to_contain_text("0/7")

    with product.without_web():
        warning = priya.get_by_role("alert")
        expect(warning).to_contain_text("No connection to the server since")
        expect(warning).to_contain_text("The exam continues for the students.")
        expect(priya.get_by_role("button", name="More time")).to_be_disabled()
        choose(carl, "Chloroplast")
    expect(warning).to_have_count(0)
    expect(row_of(priya, CARL)).to_contain_text("1/7")
    go_to(carl, 3)
    choose(carl, "False")
    all_saved(carl)
    expect(row_of(priya, CARL)).to_contain_text("2/7")


def test_an_unconfirmed_action_is_marked_as_uncertain_and_an_outage_is_credited(
    visit: Visit, product: Processes, watcher: Watcher, sitting: Callable[..., Sitting]
) -> None:
    watcher.expect_network_trouble()
    exam = sitting("long")
    exam.move("start-waiting")
    carl, priya = visit("carl"), visit("priya")
    enter_waiting_room(carl, exam.title)
    exam.move("start")
    at_question(carl, 1)
    priya.goto(exam.monitor_url)
    priya.get_by_role("button", name="Pause all").click()
    dialog = priya.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("Fire alarm")
    product.running["web"].send_signal(signal.SIGSTOP)
    try:
        dialog.get_by_role("button", name="Pause 1 student").click()
        expect(dialog.get_by_role("alert")).to_contain_text("The outcome is unknown")
    finally:
        product.running["web"].send_signal(signal.SIGCONT)
    expect(now_of(priya, CARL)).to_contain_text("paused")
    expect(dialog).to_contain_text(f"Not {CARL}: is paused already.")
    priya.keyboard.press("Escape")

    outage = priya.get_by_role("region", name="Server outage")
    outage.get_by_role("button", name="Credit 1 minute to all").click()
    expect(outage).to_contain_text("Priya Nair credited 1 minute to all.")
    expect(row_of(priya, CARL)).to_contain_text("+1")
    outage.get_by_role("button", name="Undo").click()
    expect(outage).to_contain_text("The credit was undone.")
    expect(row_of(priya, CARL)).not_to_contain_text("+1")


def test_a_student_who_closes_the_page_is_offline_and_ending_names_the_affected(
    visit: Visit, sitting: Callable[[str], Sitting]
) -> None:
    exam = sitting("long")
    exam.move("start-waiting")
    carl, cora, priya = visit("carl"), visit("cora"), visit("priya")
    for student in (carl, cora):
        enter_waiting_room(student, exam.title)
    priya.goto(exam.monitor_url)
    priya.get_by_role("button", name="Start the exam for 2 students").click()
    at_question(cora, 1)
    carl.goto("/exams")
    expect(now_of(priya, CARL)).to_contain_text("offline")
    expect(priya.get_by_role("log")).to_contain_text(f"{CARL} disconnected")

    priya.get_by_role("searchbox", name="Search").or_(priya.get_by_label("Search")).first.fill("berg")
    expect(row_of(priya, CARL)).to_have_count(0)
    priya.get_by_role("button", name=f"Details of {CORA}").click()
    expect(priya.get_by_role("dialog", name=CORA)).to_contain_text("0 of 7")
    priya.keyboard.press("Escape")
    expect(priya.get_by_role("button", name=f"Details of {CORA}")).to_be_focused()

    priya.get_by_role("button", name="End exam").click()
    dialog = priya.get_by_role("dialog")
    expect(dialog).to_contain_text("Not everything may be saved for 1 student: Carl Adams")
    dialog.get_by_role("button", name="End the exam for 2 students").click()
    expect(cora.get_by_test_id("closed")).to_be_visible()
    expect(priya.get_by_text(re.compile("^The exam ended on"))).to_be_visible()


def test_every_tab_switch_and_return_is_shown(
    visit: Visit, real_tabs: RealTabs, product: Processes, sitting: Callable[[str], Sitting]
) -> None:
    """Blur and hidden are reported within milliseconds of each other, and must not overtake each other."""
    exam = sitting("long")
    exam.move("start-waiting")
    carl, priya = real_tabs.context.pages[0], visit("priya")
    sign_in(carl, "carl", f"{product.url}/login")
    enter_waiting_room(carl, exam.title)
    exam.move("start")
    at_question(carl, 1)
    second = carl.context.new_page()  # the same exam again: a student with either page in front is present
    second.goto(exam.exam_url)
    at_question(second, 1)
    priya.goto(exam.monitor_url)
    expect(now_of(priya, CARL)).to_have_text("answering")
    other = carl.context.new_page()
    for _ in range(6):
        other.bring_to_front()
        expect(now_of(priya, CARL)).to_contain_text("left the page")
        for page in (carl, second):
            page.bring_to_front()
            expect(now_of(priya, CARL)).to_have_text("answering")


def test_a_list_of_500_renders_visible_rows_only(visit: Visit, sitting: Callable[..., Sitting]) -> None:
    exam = sitting("long", "everybody")
    exam.move("start-waiting")
    carl, priya = visit("carl"), visit("priya")
    enter_waiting_room(carl, exam.title)
    exam.move("start")
    priya.goto(exam.monitor_url)
    table = priya.get_by_role("table")
    expect(table).to_have_attribute("aria-rowcount", "501")
    drawn = table.locator("tr[data-student]")
    for view in ("table", "cards"):
        priya.get_by_role("radio", name=view).check(force=True)
        last = row_of(priya, "Student Number 497")
        expect(last).to_have_count(0)
        priya.locator(".students__scroll").evaluate("box => box.scrollTo(0, box.scrollHeight)")
        expect(last).to_be_in_viewport()
        expect(last).to_have_attribute("aria-rowindex", "501")
        assert drawn.count() < 100
        priya.locator(".students__scroll").evaluate("box => box.scrollTo(0, 0)")
        expect(row_of(priya, CARL)).to_be_in_viewport()
    priya.get_by_role("radio", name="table").check(force=True)
    priya.get_by_role("button", name="Student", exact=True).click()
    by_name = priya.get_by_role("columnheader", name=re.compile("Student$"))
    expect(by_name).to_have_attribute("aria-sort", "ascending")
    expect(drawn.first).to_contain_text(CARL)
    priya.get_by_role("button", name="Student", exact=True).click()
    expect(drawn.first).to_contain_text("Student Number 497")
