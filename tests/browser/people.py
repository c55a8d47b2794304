"""What users do on the pages. Every step waits for what a user would wait for."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from playwright.sync_api import Locator, Page, expect

from tests.helpers import waiting
from tests.helpers.rest import Sitting
from tests.helpers.seed import PASSWORD

T = TypeVar("T")


def sign_in(page: Page, who: str, at: str = "/login") -> None:
    page.goto(at)
    page.get_by_label("E-mail address").fill(f"{who}@school.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def arrive(page: Page, who: str) -> None:
    """Open the page to which `sign_in` leads, without the form, which has tests of its own."""
    web = page.context.request
    web.get("/login")
    (token,) = [one["value"] for one in page.context.cookies() if one["name"] == "login_csrf"]
    person = {"email": f"{who}@school.example", "password": PASSWORD, "csrf_token": token}
    reply = web.post("/login", form=person, max_redirects=0)
    assert reply.status == 303, reply.text()
    page.goto(reply.headers["location"])
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def enter_waiting_room(page: Page, title: str) -> None:
    """From "My exams", the first page of a student after signing in."""
    page.reload()
    page.get_by_role("link", name=f"Enter the waiting room {title}", exact=True).click()
    expect(page.get_by_test_id("waiting-room")).to_be_visible()
    expect(page.get_by_text("The connection works.")).to_be_visible()


def begin(exam: Sitting, *students: Page) -> None:
    """The students see the first question of a running exam."""
    exam.move("start-waiting")
    for student in students:
        enter_waiting_room(student, exam.title)
    exam.move("start")
    for student in students:
        at_question(student, 1)


def until(page: Page, condition: Callable[[], T], what: str, seen: Callable[[], object] = str) -> T:
    """Wait for a condition that is not a locator of a page, while the page goes on running."""
    pause = page.wait_for_timeout
    return waiting.until(condition, what, every=0.1, seen=seen, pause=lambda seconds: pause(1000 * seconds))


def at_question(page: Page, number: int) -> None:
    expect(page.get_by_role("heading", name=re.compile(rf"^Question {number} of "))).to_be_visible()


def go_to(page: Page, number: int) -> None:
    page.get_by_role("navigation", name="Questions").get_by_role(
        "button", name=re.compile(rf"^Question {number}, ")
    ).click()
    at_question(page, number)


def choose(page: Page, *options: str) -> None:
    for option in options:
        page.locator("label.option", has_text=option).click()
        expect(option_of(page, option)).to_be_checked()


def option_of(page: Page, text: str) -> Locator:
    return page.locator("label.option", has_text=text).locator("input")


def write(page: Page, text: str) -> None:
    page.get_by_label(re.compile("^Your answer")).press_sequentially(text)


def answer_field(page: Page) -> Locator:
    return page.get_by_label(re.compile("^Your answer"))


def save_state(page: Page) -> Locator:
    return page.get_by_test_id("save-state")


def all_saved(page: Page) -> None:
    expect(save_state(page)).to_have_text("All answers saved")


def submit_exam(page: Page) -> None:
    """From the review on: the button, and the dialog that asks once more."""
    page.get_by_test_id("submit").click()
    page.get_by_role("button", name="Hand in now").click()


def row_of(page: Page, name: str) -> Locator:
    """A student's row on the dashboard."""
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))


def now_of(page: Page, name: str) -> Locator:
    """The student's current activity according to the dashboard."""
    return row_of(page, name).locator(".col-now")


def on_record(exam: Sitting) -> list[dict[str, Any]]:
    """The recorded observations of Carl's behaviour, by type."""
    timeline = exam.teacher.get(f"/api/attempts/{exam.row('Carl')['attemptId']}/details")["timeline"]
    found = [one["details"] for one in timeline if one["type"] == "tab_violation"]
    return sorted(found, key=lambda one: str(one["type"]))


NAMELESS = """() => {
  const shown = (element) => element.checkVisibility() && element.type !== "hidden";
  const words = (element) => (element?.getAttribute("aria-label") || element?.textContent || "").trim();
  const references = (element, name) => (element.getAttribute(name) ?? "").split(" ").filter(Boolean);
  const named = (element) => element.hasAttribute("aria-label") || [...(element.labels ?? [])].some(words)
    || references(element, "aria-labelledby").some((id) => words(document.getElementById(id)));
  const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);
  const start = (element) => element.outerHTML.slice(0, 120);
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  return [
    ...(document.documentElement.lang ? [] : ["no language"]),
    ...ids.filter((id, place) => ids.indexOf(id) !== place).map((id) => `id twice: ${id}`),
    ...all("input, select, textarea, [role=region], [role=dialog]").filter((one) => !named(one)).map(start),
    ...all("a[href], button, summary, th:not([aria-hidden])").filter((one) => !words(one)).map(start),
    ...all("img:not([alt])").map(start),
    ...all("*")
      .flatMap((one) => [...references(one, "aria-describedby"), ...references(one, "aria-labelledby")])
      .filter((id) => !ids.includes(id)).map((id) => `nobody has the id ${id}`),
  ];
}"""


def can_be_read_out(page: Page) -> None:
    """Minimum for a screen reader: a language, unique ids, and a name for every control."""
    assert page.evaluate(NAMELESS) == [], page.url


def fits(page: Page) -> None:
    """No horizontal scrolling, and exactly one main heading."""
    page.wait_for_load_state()
    expect(page.locator("h1:visible"), f"the headings of {page.url}").to_have_count(1)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px wider than the screen"
