"""Texts from right to left: those of people have their own direction, and our sentences keep theirs."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, Visit
from tests.browser.every_page import every_page, something_of_everything
from tests.browser.people import all_saved, answer_field, at_question, enter_waiting_room, fits, submit_exam
from tests.helpers.product import Processes
from tests.helpers.rest import Api

# What is wrong with the texts of a page. The words of the institution are Arabic and Hebrew, with "C++" and
# "Java" in them, so all other Latin words are ours.
FAULTS = r"""() => {
  const faults = [];
  const isTheirs = (text) => /[\u0590-\u08ff]/.test(text);
  const isOurs = (text) => /[a-z]/i.test(text.replace(/C\+\+|Java/g, ""));
  const check = (text, element, what) => {
    const rest = text.replace(/\u2068[^\u2069]*\u2069/g, "");
    const direction = element && getComputedStyle(element).direction;
    if (isTheirs(rest) && isOurs(rest)) faults.push(`${what} not isolated: ${text}`);
    else if (isTheirs(rest) && direction === "ltr") faults.push(`${what} from the left: ${text}`);
    else if (isOurs(rest) && direction === "rtl") faults.push(`${what} turned round: ${text}`);
  };
  check(document.title, null, "title");
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!element.closest("script, style, noscript, textarea")) check(texts.currentNode.data, element, "text");
  }
  for (const name of ["aria-label", "title", "alt", "placeholder"]) {
    const elements = document.querySelectorAll(`[${name}]`);
    for (const element of elements) check(element.getAttribute(name), null, name);
  }
  for (const field of document.querySelectorAll("textarea, [type=text], [type=search], input:not([type])")) {
    const name = field.id || field.name;
    if (/decimal|numeric/.test(field.inputMode)) {
      if (getComputedStyle(field).direction === "rtl") faults.push(`number from the right: ${name}`);
    } else if (field.dir !== "auto") {
      faults.push(`field without a direction: ${name}`);
    }
  }
  return [...new Set(faults)];
}"""
# Fields for a code, not for words.
CODES = {"field without a direction: code"}
REASON, MESSAGE, NOTE = "انذار الحريق.", "C++ و Java.", "أحسنت."


def directed(page: Page) -> None:
    assert faults_of(page) == []


def faults_of(page: Page) -> list[str]:
    return [f"{page.url}: {fault}" for fault in page.evaluate(FAULTS) if fault not in CODES]


def test_an_exam_from_right_to_left(visit: Visit, product: Processes) -> None:
    school = product.institution["arabic"]
    teacher = Api(product.url, "mohammed@school.example")
    title = "امتحان الأحياء."
    session = _planned(teacher, school, title)
    yosef, room = visit("yosef", PHONE), visit("mohammed")
    for page in (yosef, room):
        directed(page)
    room.goto(f"/sessions/{session}/monitor")
    expect(room.get_by_role("button", name="Open waiting room")).to_be_visible()
    directed(room)
    teacher.post(f"/api/sessions/{session}/start-waiting")
    enter_waiting_room(yosef, title)
    expect(room.get_by_role("heading", name="Joined: 1 of 2")).to_be_visible()
    for page in (yosef, room):
        directed(page)
    teacher.post(f"/api/sessions/{session}/start")
    at_question(yosef, 1)
    _answer_everything(yosef)
    _help_and_interventions(yosef, room, teacher, session)
    yosef.get_by_role("button", name="Review and hand in").last.click()
    expect(yosef.get_by_role("heading", name="Hand in", exact=True)).to_be_visible()
    directed(yosef)
    submit_exam(yosef)
    expect(yosef.get_by_test_id("receipt")).to_be_visible()
    directed(yosef)
    teacher.post(f"/api/sessions/{session}/complete")
    expect(room.get_by_text(re.compile("^The exam ended"))).to_be_visible()
    directed(room)
    for path in ("results", "statistics", "late-answers", "report", "marking"):
        room.goto(f"/sessions/{session}/{path}")
        directed(room)


def _answer_everything(page: Page) -> None:
    """Look at every question and answer it in Arabic."""
    total = 9
    for number in range(1, total + 1):
        at_question(page, number)
        directed(page)
        fits(page)
        if number == 1:
            page.get_by_test_id("question").locator("label.option").last.click()
        if page.locator(".order__item").count():
            page.get_by_role("button", name=re.compile("^Move down")).first.click()
        if page.locator(".pair select").count():
            page.locator(".pair select").first.select_option(index=1)
        if page.locator("input.cloze__gap").count():
            page.locator("input.cloze__gap").first.fill("ثغر.")
        if page.locator("textarea.input").count():
            answer_field(page).fill("تعكس الأوراق الضوء.\nC++ و Java.")
        all_saved(page)
        directed(page)
        if number < total:
            page.get_by_role("button", name="Next").click()


def _help_and_interventions(yosef: Page, room: Page, teacher: Api, session: str) -> None:
    yosef.get_by_role("button", name="Help").click()
    yosef.get_by_label("What is it about? (optional)").fill(MESSAGE)
    yosef.get_by_role("button", name="Raise hand").click()
    expect(yosef.get_by_role("dialog").get_by_role("button", name="Lower hand")).to_be_visible()
    directed(yosef)
    yosef.get_by_role("button", name="Close").click()
    expect(room.get_by_role("heading", name="1 open help request")).to_be_visible()
    directed(room)
    for button in ("Message all", "More time", "End exam", re.compile("^Details of"), "Resolve"):
        room.get_by_role("button", name=button).first.click()
        expect(room.get_by_role("dialog")).to_be_visible()
        directed(room)
        if button == "Message all":
            room.get_by_role("textbox", name="Message").fill(MESSAGE)
            room.get_by_role("button", name="Send to 2 students").click()
            expect(room.get_by_role("heading", name="Sent to 2 students")).to_be_visible()
            directed(room)
        if button == "Resolve":
            room.get_by_label("Answer or note").fill(NOTE)
            room.get_by_role("dialog").get_by_role("button", name="Resolve").click()
        else:
            room.keyboard.press("Escape")
        expect(room.get_by_role("dialog")).to_have_count(0)
    rows = teacher.get(f"/api/sessions/{session}/monitor")["students"]
    attempt_id = next(row["attemptId"] for row in rows if row["firstName"] == "יוסף")
    teacher.patch(f"/api/attempts/{attempt_id}/extend-time", additionalMinutes=5, reason=REASON)
    expect(yosef.get_by_test_id("notice").filter(has_text=REASON)).to_be_visible()
    expect(yosef.get_by_test_id("message")).to_contain_text(MESSAGE)
    directed(yosef)
    for tab in ("Messages", "Alerts", "Activity log"):
        room.get_by_role("tab", name=tab).click()
        directed(room)
    teacher.post(f"/api/attempts/{attempt_id}/pause", reason=REASON)
    expect(yosef.get_by_test_id("paused")).to_contain_text(REASON)
    directed(yosef)
    teacher.post(f"/api/attempts/{attempt_id}/resume", reason=REASON)
    expect(yosef.get_by_test_id("question")).to_be_visible()


def test_every_page_from_right_to_left(visit: Visit, product: Processes) -> None:
    school = product.institution["arabic"]
    people = {"student": "fatima", "instructor": "mohammed", "admin": "noor", "stranger": None}
    open_pages = {role: visit(who, DESK) for role, who in people.items()}
    teacher, fatima = (Api(product.url, f"{who}@school.example") for who in ("mohammed", "fatima"))
    ids = {
        **something_of_everything(open_pages["instructor"], teacher, fatima, school["alone"]),
        "session_id": _planned(teacher, school, "امتحان مخطط."),
        "class_id": school["class"],
    }
    faults: list[str] = []
    for role, path in every_page(ids):
        reply = open_pages[role].goto(path)
        assert reply and reply.ok, f"{path}: {reply and reply.status}"
        open_pages[role].wait_for_load_state()
        faults += faults_of(open_pages[role])
    assert faults == []


def _planned(teacher: Api, school: dict[str, Any], title: str) -> str:
    planned = teacher.post(
        "/api/sessions",
        classId=school["class"],
        testId=school["test"],
        title=title,
        scheduledAt=datetime.now(UTC).isoformat(),
        proctorIds=[school["proctorId"]],
    )
    return str(planned["sessionId"])
