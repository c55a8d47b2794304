"""A device whose clock is set during the exam: nothing that the student sees or may do depends on it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.cable import Cable
from tests.browser.conftest import Visit
from tests.browser.people import all_saved, at_question, begin, choose, on_record, option_of, until
from tests.helpers.chromium import Watcher
from tests.helpers.rest import Sitting

CLOCK = """(() => {
  const RealDate = Date;
  let ahead = 0;
  window.setClock = (ms) => { ahead = ms; };
  window.Date = class extends RealDate {
    constructor(...parts) { super(...(parts.length ? parts : [RealDate.now() + ahead])); }
    static now() { return RealDate.now() + ahead; }
  };
})()"""
HOUR = 3_600_000


def set_clock(page: Page, milliseconds: int) -> None:
    page.evaluate("(ms) => setClock(ms)", milliseconds)


def can_answer(page: Page) -> None:
    for option in ("Nucleus", "Chloroplast"):
        choose(page, option)


@pytest.fixture
def desk(visit: Visit) -> Page:
    page = visit("carl")
    page.context.add_init_script(CLOCK)
    return page


@pytest.mark.parametrize("jump", [HOUR, -HOUR, 40 * 24 * HOUR])
def test_setting_the_clock_changes_nothing(desk: Page, sitting: Callable[[str], Sitting], jump: int) -> None:
    exam = sitting("long")
    begin(exam, desk)
    choose(desk, "Chloroplast")
    all_saved(desk)
    set_clock(desk, jump)
    locked = desk.get_by_test_id("locked")
    for _ in range(4):  # the page looks at its clocks once a second
        desk.wait_for_timeout(1000)
        assert not locked.is_visible()
        expect(desk.get_by_test_id("time-left")).to_have_text("40 min")
    can_answer(desk)
    all_saved(desk)
    assert exam.row("Carl")["questionsAnswered"] == 1


def test_setting_the_clock_cuts_no_connection(desk: Page, sitting: Callable[[str], Sitting]) -> None:
    exam = sitting("long")
    begin(exam, desk)
    reconnections: list[object] = []
    desk.on("websocket", lambda opened: reconnections.append(opened))
    set_clock(desk, HOUR)
    can_answer(desk)
    all_saved(desk)
    assert reconnections == []


def test_setting_the_clock_without_a_connection_changes_nothing(
    visit: Visit, sitting: Callable[[str], Sitting], cable: Cable, watcher: Watcher
) -> None:
    watcher.expect_network_trouble()
    exam = sitting("long")
    page = visit("carl", base_url=cable.url)
    page.context.add_init_script(CLOCK)
    begin(exam, page)
    choose(page, "Chloroplast")
    all_saved(page)
    cable.pull()
    set_clock(page, HOUR)
    expect(page.get_by_test_id("save-state")).to_contain_text("Offline")
    can_answer(page)
    expect(page.get_by_test_id("time-left")).to_have_text("40 min")
    cable.plug_in()
    all_saved(page)
    expect(page.get_by_test_id("locked")).to_be_hidden()
    assert exam.row("Carl")["questionsAnswered"] == 1


def test_a_reload_without_a_connection_under_a_wrong_clock_does_not_lock(
    visit: Visit, sitting: Callable[[str], Sitting], cable: Cable, watcher: Watcher
) -> None:
    watcher.expect_network_trouble()
    exam = sitting("long")
    page = visit("carl", base_url=cable.url)
    begin(exam, page)
    page.wait_for_function(
        "async (path) => Boolean(await (await caches.open('exam-pages')).match(path))",
        arg=page.evaluate("location.pathname"),
    )
    choose(page, "Nucleus")
    all_saved(page)
    cable.pull()
    page.context.add_init_script(f"{CLOCK}; setClock({HOUR})")
    page.reload()
    at_question(page, 1)
    expect(page.get_by_test_id("locked")).to_be_hidden()
    expect(page.get_by_text("unknown without a connection")).to_be_visible()
    choose(page, "Chloroplast")
    cable.plug_in()
    all_saved(page)
    expect(page.get_by_test_id("time-left")).to_have_text("40 min")
    expect(option_of(page, "Chloroplast")).to_be_checked()


def test_an_absence_is_as_long_as_it_was(desk: Page, sitting: Callable[[str], Sitting]) -> None:
    exam = sitting("long")
    begin(exam, desk)
    desk.evaluate("dispatchEvent(new Event('blur'))")
    set_clock(desk, HOUR)
    desk.wait_for_timeout(1500)
    desk.evaluate("dispatchEvent(new Event('focus'))")

    def absences() -> list[int]:
        return [one["durationMs"] for one in on_record(exam) if one["type"] == "blur"]

    found = until(desk, absences, "the absence is reported")
    assert all(1000 <= length < 60_000 for length in found), found
