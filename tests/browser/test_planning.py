"""A teacher prepares an exam: the class, its roster, the details; and reads the report afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, Visit
from tests.browser.people import enter_waiting_room, fits
from tests.helpers.chromium import Watcher
from tests.helpers.rest import Sitting

ADELAIDE = "Australia/Adelaide"  # offset by half an hour, so that a mix-up is noticed


@pytest.mark.parametrize(("device", "scheme"), [(PHONE, "dark"), (DESK, "light")], ids=["phone", "desk"])
def test_from_an_empty_class_to_a_plan(
    visit: Visit, watcher: Watcher, device: dict[str, Any], scheme: str
) -> None:
    watcher.expect("status of 422")
    ines = visit("ines", device, color_scheme=scheme, timezone_id=ADELAIDE)
    name = f"11c on a {device['viewport']['width']} wide screen, {scheme}"
    _create_a_class(ines, name)
    _add_students(ines, name)
    _give_extra_time(ines)
    _plan(ines)
    _change_the_plan(ines)

    ines.get_by_role("link", name="Cancel the session").click()
    fits(ines)
    expect(ines.get_by_text(f"1 student of {name} will see that it is cancelled.")).to_be_visible()
    ines.get_by_role("button", name="Cancel the session").click()
    expect(ines.get_by_role("status")).to_have_text("Moved was cancelled.")
    fits(ines)
    ines.get_by_role("link", name=name).click()
    _remove_and_archive(ines, name)


def _create_a_class(ines: Page, name: str) -> None:
    ines.get_by_role("navigation", name="Main").get_by_role("link", name="Classes").click()
    fits(ines)
    ines.get_by_role("link", name="Create a class").click()
    fits(ines)
    ines.get_by_role("button", name="Create the class").click()
    summary = ines.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link").click()
    expect(ines.get_by_label("Name")).to_be_focused()
    fits(ines)
    ines.get_by_label("Name").fill(name)
    ines.get_by_role("button", name="Create the class").click()
    expect(ines.get_by_text("This class has no students yet.")).to_be_visible()
    fits(ines)


def _add_students(ines: Page, name: str) -> None:
    ines.get_by_role("link", name="Add students").click()
    fits(ines)
    ines.get_by_label("E-mail addresses").fill("Carl@School.example; nobody@school.example")
    ines.get_by_role("button", name=f"Add to {name}").click()
    expect(ines.get_by_role("alert")).to_contain_text("nobody@school.example: no account has this address.")
    expect(ines.get_by_label("E-mail addresses")).to_have_value("nobody@school.example")
    fits(ines)
    ines.get_by_role("link", name="Back to the class").click()
    fits(ines)


def _give_extra_time(ines: Page) -> None:
    ines.get_by_role("link", name="Edit extra time of Carl Adams").click()
    fits(ines)
    ines.get_by_label("Extra time (%)").fill("25")
    ines.get_by_role("button", name="Save extra time").click()
    expect(ines.get_by_text("25 % more time")).to_be_visible()
    ines.get_by_role("link", name="Edit extra time of Carl Adams").click()
    ines.get_by_label("Extra time (%)").fill("0")
    ines.get_by_role("button", name="Save extra time").click()


def _plan(ines: Page) -> None:
    ines.get_by_role("link", name="Plan a session").click()
    fits(ines)
    expect(ines.get_by_label("Time zone")).to_have_value(ADELAIDE)
    ines.get_by_role("button", name="Plan the session").click()
    expect(ines.get_by_role("alert")).to_contain_text("Choose a test.")
    fits(ines)
    ines.get_by_label("Test", exact=True).select_option(label="Cells and mice")
    ines.get_by_label("Title").fill("Planned")
    ines.get_by_label("Date").fill("2031-05-05")
    ines.get_by_label("Time", exact=True).fill("09:30")
    ines.get_by_label("Priya Nair").check()
    ines.get_by_role("button", name="Plan the session").click()
    expect(ines.get_by_role("status")).to_have_text("Planned was planned.")
    expect(ines.locator("dd time").first).to_have_attribute("datetime", "2031-05-05T00:00:00.000Z")
    fits(ines)


def _change_the_plan(ines: Page) -> None:
    ines.get_by_role("link", name="Edit", exact=True).click()
    fits(ines)
    expect(ines.get_by_label("Date")).to_have_value("2031-05-05")
    expect(ines.get_by_label("Time", exact=True)).to_have_value("09:30")
    expect(ines.get_by_label("Priya Nair")).to_be_checked()
    ines.get_by_label("Title").fill("Moved")
    ines.get_by_label("Time", exact=True).fill("10:00")
    ines.get_by_role("button", name="Save changes").click()
    expect(ines.get_by_role("heading", name="Moved")).to_be_visible()
    expect(ines.locator("dd time").first).to_have_attribute("datetime", "2031-05-05T00:30:00.000Z")


def _remove_and_archive(ines: Page, name: str) -> None:
    ines.get_by_role("link", name="Remove Carl Adams").click()
    fits(ines)
    ines.get_by_role("button", name="Remove Carl Adams").click()
    expect(ines.get_by_text("This class has no students yet.")).to_be_visible()
    ines.get_by_role("link", name="Archive").click()
    fits(ines)
    ines.get_by_role("button", name=f"Archive {name}").click()
    expect(ines.get_by_role("status")).to_have_text(f"{name} was archived.")
    ines.get_by_text(re.compile(r"^Archived \(")).click()
    ines.get_by_role("link", name=name).click()
    expect(ines.get_by_text("This class is archived")).to_be_visible()
    expect(ines.get_by_role("link", name="Add students")).to_have_count(0)


@pytest.mark.parametrize("device", [PHONE, DESK], ids=["phone", "desk"])
def test_the_report_on_screen_and_on_paper(
    visit: Visit, sitting: Callable[[str], Sitting], device: dict[str, Any]
) -> None:
    exam = sitting("long")
    ines = visit("ines", device, color_scheme="dark")
    report = f"/sessions/{exam.id}/report"
    ines.goto(report)
    expect(ines.get_by_text("The report is there when the exam is over.")).to_be_visible()
    fits(ines)
    exam.move("start-waiting")
    enter_waiting_room(visit("carl"), exam.title)
    exam.move("start")
    exam.move("complete")
    ines.goto("/sessions")
    ines.get_by_role("link", name=f"Report {exam.title}", exact=True).click()
    expect(ines.get_by_text("2 students expected: 1 joined, 0 joined late")).to_be_visible()
    fits(ines)
    ines.emulate_media(media="print")
    expect(ines.get_by_role("navigation", name="Main")).to_be_hidden()
    expect(ines.get_by_text("Place and date")).to_be_visible()
    expect(ines.get_by_role("button", name="Print or save as PDF")).to_be_hidden()
    muted = "getComputedStyle(document.querySelector('.facts dt')).color"
    assert ines.evaluate(muted) == "rgb(86, 93, 102)"  # as in the light scheme, whatever the device prefers


def test_a_class_and_a_plan_without_javascript(visit: Visit) -> None:
    ines = visit("ines", java_script_enabled=False)
    ines.goto("/classes")
    ines.get_by_role("link", name="Create a class").click()
    ines.get_by_label("Name").fill("12a, by hand")
    ines.get_by_role("button", name="Create the class").click()
    ines.get_by_role("link", name="Add students").click()
    ines.get_by_label("E-mail addresses").fill("cora@school.example")
    ines.get_by_role("button", name="Add to 12a, by hand").click()
    ines.get_by_role("link", name="Plan a session").click()
    ines.get_by_label("Test", exact=True).select_option(label="Cells and mice")
    ines.get_by_label("Date").fill("2031-05-05")
    ines.get_by_label("Time", exact=True).fill("09:30")
    ines.get_by_label("Time zone").select_option(ADELAIDE)
    ines.get_by_role("button", name="Plan the session").click()
    expect(ines.get_by_text("5 May 2031, 00:00 UTC")).to_be_visible()
    ines.get_by_role("link", name="Cancel the session").click()
    ines.get_by_role("button", name="Cancel the session").click()
    expect(ines.get_by_role("status")).to_have_text("Cells and mice was cancelled.")
