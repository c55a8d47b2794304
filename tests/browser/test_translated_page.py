"""A page that the browser has translated: it replaces each text node by its own elements, and goes on so."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.people import all_saved, answer_field, at_question, begin, choose, go_to
from tests.helpers.rest import Sitting

TRANSLATE = """() => {
  const skipped = new Set(["SCRIPT", "STYLE", "TEXTAREA", "TITLE", "OPTION"]);
  const isOurs = (node) => node.parentElement?.tagName === "FONT";
  const translate = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const parent = node.parentElement;
      if (!parent || isOurs(node) || skipped.has(parent.tagName) || !node.data.trim()) return;
      const [outer, inner] = [document.createElement("font"), document.createElement("font")];
      inner.textContent = node.data;
      outer.append(inner);
      node.replaceWith(outer);
    } else {
      [...node.childNodes].forEach(translate);
    }
  };
  translate(document.body);
  new MutationObserver((records) => {
    for (const { addedNodes } of records) addedNodes.forEach((node) => node.isConnected && translate(node));
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
}"""


def translate(page: Page) -> None:
    page.evaluate(TRANSLATE)
    assert page.locator("font").count() > 0


def test_a_translated_exam_says_what_holds_now(visit: Visit, sitting: Callable[[str], Sitting]) -> None:
    exam = sitting("long")
    page, plain = visit("carl"), visit("cora")
    exam.move("start-waiting")
    for one in (page, plain):
        one.reload()
        one.get_by_role("link", name=f"Enter the waiting room {exam.title}", exact=True).click()
        expect(one.get_by_text("The connection works.")).to_be_visible()
    translate(page)  # in the waiting room already
    exam.move("start")
    at_question(page, 1)
    points = page.locator(".question__points")
    for one in (page, plain):
        at_question(one, 1)
        choose(one, "Chloroplast")
        all_saved(one)
        one.get_by_role("button", name="Flag", exact=True).click()
        expect(one.get_by_role("button", name="Flagged", exact=True)).to_be_visible()
    for number in range(2, 8):
        for one in (page, plain):
            one.get_by_role("button", name="Next").click()
            at_question(one, number)
        assert points.inner_text() == plain.locator(".question__points").inner_text()
        assert page.locator(".question").inner_text() == plain.locator(".question").inner_text()
    expect(page.get_by_role("button", name="Review and hand in").last).to_be_visible()

    go_to(page, 4)
    answer_field(page).press_sequentially("a")
    all_saved(page)
    attempt = exam.row("Carl")["attemptId"]
    exam.teacher.patch(f"/api/attempts/{attempt}/extend-time", additionalMinutes=20, reason="The fire alarm")
    expect(page.get_by_test_id("time-left")).to_have_text(re.compile("^(1 h 00|59) min$"))
    expect(page.get_by_test_id("notice")).to_contain_text("You have 20 more minutes: The fire alarm")
    page.get_by_test_id("notice").get_by_role("button").click()
    expect(page.get_by_test_id("notice")).to_have_count(0)
    page.get_by_role("navigation", name="Questions").get_by_role("button", name="Review and hand in").click()
    expect(page.get_by_text("You answered 2 of 7 questions.")).to_be_visible()
    exam.move("complete")
    expect(page.get_by_role("heading", name=re.compile("answers were handed in"))).to_be_visible()


def test_a_translated_dashboard_follows_the_room(visit: Visit, sitting: Callable[[str], Sitting]) -> None:
    exam = sitting("long")
    carl, room = visit("carl"), visit("ines")
    begin(exam, carl)
    room.goto(exam.monitor_url)
    row = room.get_by_role("row").filter(has=room.get_by_role("rowheader", name=re.compile("Carl")))
    expect(row).to_contain_text("0/7")
    translate(room)
    choose(carl, "Chloroplast")
    expect(row).to_contain_text("1/7")
    exam.move("complete")
    expect(room.get_by_text(re.compile("handed in")).first).to_be_visible()
