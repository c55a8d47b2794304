"""Every page, in every state: it fits a phone, reports no errors, and has working links."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, Visit
from tests.browser.every_page import every_page, something_of_everything
from tests.browser.people import (
    all_saved,
    at_question,
    can_be_read_out,
    choose,
    enter_waiting_room,
    fits,
    row_of,
    submit_exam,
)
from tests.helpers.chromium import Watcher
from tests.helpers.product import Processes
from tests.helpers.rest import Api, Sitting

LARGE_TEXT = {"standard": 32, "fixed": 26}  # twice the usual 16 and 13 px


@pytest.mark.parametrize(("device", "scheme"), [(PHONE, "dark"), (DESK, "light")], ids=["phone", "desk"])
def test_the_pages_of_an_exam(
    visit: Visit, sitting: Callable[[str], Sitting], device: dict[str, Any], scheme: str
) -> None:
    exam = sitting("long")
    carl, priya, ines = (visit(who, device, color_scheme=scheme) for who in ("carl", "priya", "ines"))
    for page in (carl, priya, ines):
        fits(page)
    fits(_at(priya, exam.monitor_url))
    priya.get_by_role("button", name="Open waiting room").click()
    expect(priya.get_by_role("heading", name="Joined: 0 of 2")).to_be_visible()
    enter_waiting_room(carl, exam.title)
    fits(carl)
    fits(priya)
    priya.get_by_role("button", name="Start the exam for 1 student").click()
    _look_through_the_exam(carl)
    _look_at_the_dashboard(priya)
    _submit(carl)
    fits(_at(carl, "/exams"))
    carl.get_by_role("link", name=f"See the receipt {exam.title}").click()
    expect(carl.get_by_text("Your answers are handed in.")).to_be_visible()
    fits(carl)
    fits(_at(carl, exam.exam_url))

    exam.move("complete")
    expect(priya.get_by_text("All are graded.")).to_be_visible()
    fits(priya)
    fits(_at(ines, exam.results_url))
    fits(_at(ines, exam.results_url.replace("/results", "/statistics")))
    fits(_at(ines, exam.monitor_url))
    ines.get_by_role("button", name="Release results to 1 student").click()
    expect(carl.get_by_role("link", name="See your result")).to_be_visible()
    fits(carl)
    carl.get_by_role("link", name="See your result").click()
    expect(carl.get_by_role("heading", name="Question by question")).to_be_visible()
    fits(carl)


def _look_through_the_exam(carl: Page) -> None:
    at_question(carl, 1)
    for number in range(1, 8):
        at_question(carl, number)
        fits(carl)
        if number == 1:
            choose(carl, "Chloroplast")
        carl.get_by_role("button", name="Next").or_(
            carl.get_by_test_id("question").get_by_role("button", name="Review and hand in")
        ).click()
    expect(carl.get_by_role("heading", name="Hand in", exact=True)).to_be_visible()
    fits(carl)
    carl.keyboard.press("?")
    expect(carl.get_by_role("dialog", name="Help")).to_be_visible()
    fits(carl)
    carl.keyboard.press("Escape")
    all_saved(carl)


def _look_at_the_dashboard(priya: Page) -> None:
    expect(row_of(priya, "Carl Adams")).to_contain_text("1/7")
    fits(priya)
    for button in ("More time", "End exam", "Details of Carl Adams", "Show as a table"):
        priya.get_by_role("button", name=button).click()
        expect(priya.get_by_role("dialog")).to_be_visible()
        fits(priya)
        priya.keyboard.press("Escape")
        expect(priya.get_by_role("dialog")).to_have_count(0)


def _submit(carl: Page) -> None:
    expect(carl.get_by_test_id("submit")).to_have_text("Hand in 1 of 7 answers")
    submit_exam(carl)
    expect(carl.get_by_test_id("receipt")).to_be_visible()
    fits(carl)


def test_text_of_twice_the_size_fits_a_phone(visit: Visit, sitting: Callable[[str], Sitting]) -> None:
    exam = sitting("long")
    exam.move("start-waiting")
    carl, ines = visit("carl", PHONE), visit("ines", PHONE)
    for page in (carl, ines):
        page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": LARGE_TEXT})
    fits(carl)
    enter_waiting_room(carl, exam.title)
    fits(carl)
    fits(_at(ines, "/overview"))
    exam.move("start")
    _look_through_the_exam(carl)
    _look_at_the_dashboard(_at(ines, exam.monitor_url))
    _submit(carl)
    for page, paths in (
        (carl, ("/exams", "/notifications")),
        (
            ines,
            ("/overview", "/sessions", "/sessions/new", f"/sessions/{exam.id}", exam.results_url, "/classes"),
        ),
    ):
        for path in paths:
            fits(_at(page, path))


def test_no_link_is_broken(visit: Visit, product: Processes, sitting: Callable[[str], Sitting]) -> None:
    exam = sitting("long")
    session, group = f"/sessions/{exam.id}", f"/classes/{product.institution['classes']['10b']}"
    starts = {
        "carl": ("/exams", "/notifications"),
        "priya": ("/sessions", session, exam.results_url),
        "ines": (
            "/overview",
            "/sessions",
            session,
            exam.results_url,
            group,
            f"{group}/archive",
            "/notifications",
        ),
        "ada": (
            "/overview",
            "/sessions",
            "/classes",
            "/monitoring",
            f"{session}/edit",
            "/settings/notifications",
        ),
    }
    for who, paths in starts.items():
        page = visit(who)
        for path in paths:
            _at(page, path)
            links = page.eval_on_selector_all(
                "a[href], link[href], script[src]", "all => all.map(e => e.href || e.src)"
            )
            for link in {link.partition("#")[0] for link in links}:
                assert link.startswith(product.url), f"{path} leads to {link}"
                assert page.request.get(link).ok, f"{path} leads to {link}"


def test_without_javascript_the_pages_work_and_the_exam_says_what_it_needs(
    visit: Visit, sitting: Callable[[str], Sitting]
) -> None:
    exam = sitting("long")
    exam.move("start-waiting")
    carl = visit("carl", java_script_enabled=False)
    carl.reload()
    carl.get_by_role("link", name=f"Enter the waiting room {exam.title}").click()
    expect(carl.get_by_role("heading", name="This page needs JavaScript")).to_be_visible()
    carl.get_by_role("link", name="Back to my exams").click()
    expect(carl.get_by_role("heading", name="My exams")).to_be_visible()
    priya = visit("priya", java_script_enabled=False)
    _at(priya, exam.monitor_url)
    expect(priya.get_by_role("heading", name="This page needs JavaScript")).to_be_visible()


def test_the_icon_is_where_browsers_look_for_it(visit: Visit, watcher: Watcher) -> None:
    page = visit()
    for path in ("/favicon.ico", "/static/favicon.svg"):
        reply = page.request.get(path)
        assert reply.ok and reply.headers["content-type"].startswith("image/svg+xml")


def _at(page: Page, url: str) -> Page:
    page.goto(url)
    return page


@pytest.mark.parametrize("device", [PHONE, DESK], ids=["phone", "desk"])
def test_the_api_can_be_read_and_tried(visit: Visit, watcher: Watcher, device: dict[str, Any]) -> None:
    watcher.expect("status of 422")
    page = _at(visit(None, device), "/api/docs")
    page.get_by_role("button", name="POST /api/auth/login Sign in").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("textbox").fill('{"email": "", "password": ""}')
    page.get_by_role("button", name="Execute").click()
    expect(page.get_by_text('"code": "invalid_input"')).to_be_visible()
    fits(page)


def test_every_page_is_visited(visit: Visit, product: Processes, sitting: Callable[[str], Sitting]) -> None:
    """Every page, as a role that may open it, on a phone and a desktop; new pages are included at once."""
    people = {"student": "cora", "instructor": "ines", "admin": "ada"}
    open_pages = {role: visit(who, PHONE) for role, who in people.items()}
    open_pages["stranger"] = visit(None, PHONE)
    planned, cora = sitting("kinds"), Api(product.url, "cora@school.example")
    test_id = product.institution["tests"]["kinds alone"]
    ids = {
        **something_of_everything(open_pages["instructor"], planned.teacher, cora, test_id),
        "session_id": planned.id,
        "class_id": product.institution["classes"]["10b"],
    }
    for role, path in every_page(ids):
        _fits_phone_and_desk(open_pages[role], path)


def _fits_phone_and_desk(page: Page, path: str) -> None:
    page.set_viewport_size(PHONE["viewport"])
    reply = page.goto(path)
    assert reply and reply.ok, f"{path}: {reply and reply.status}"
    fits(page)
    can_be_read_out(page)
    page.set_viewport_size(DESK["viewport"])
    fits(page)
