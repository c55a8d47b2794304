"""Numbers and long texts: what was understood is shown, what was not is kept, and nothing is cut silently."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Visit
from tests.browser.people import (
    all_saved,
    answer_field,
    at_question,
    begin,
    can_be_read_out,
    fits,
    go_to,
    until,
)
from tests.helpers.rest import Api, Sitting

PASTE = """(field, text) => {
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
  document.execCommand("insertText", false, text);
}"""


def _understood(page: Page, text: str) -> None:
    expect(page.locator(".reading")).to_contain_text(text)


def test_a_number_with_two_meanings_is_asked_about(visit: Visit, sitting: Callable[..., Sitting]) -> None:
    exam = sitting("typed")
    carl = visit("carl", PHONE)
    begin(exam, carl)
    answer_field(carl).press_sequentially("1,250")
    expect(carl.get_by_text("can mean two numbers")).to_be_visible()
    fits(carl)
    can_be_read_out(carl)
    all_saved(carl)
    for number in (2, 3):
        carl.get_by_role("button", name="Next").tap()
        at_question(carl, number)
    carl.get_by_test_id("question").get_by_role("button", name="Review and hand in").click()
    expect(carl.get_by_role("heading", name="Can mean two numbers (1)")).to_be_visible()
    carl.get_by_role("list", name="Can mean two numbers").get_by_role("link").click()
    at_question(carl, 1)
    carl.get_by_role("button", name="1250", exact=True).click()
    _understood(carl, "Understood as 1250")
    expect(answer_field(carl)).to_have_value("1250")
    all_saved(carl)
    answer_field(carl).fill("1.250")
    carl.get_by_role("button", name="1.250, between 1 and 2").click()
    _understood(carl, "Understood as 1.250, between 1 and 2")
    all_saved(carl)
    carl.reload()
    _understood(carl, "Understood as 1.250, between 1 and 2")
    expect(carl.get_by_text("can mean two numbers")).to_have_count(0)


def test_numbers_of_all_scripts_are_understood_as_they_are_typed(
    visit: Visit, sitting: Callable[..., Sitting]
) -> None:
    exam = sitting("typed")
    cora = visit("cora")
    begin(exam, cora)
    expect(answer_field(cora)).to_have_attribute("inputmode", "text")  # with a minus key on every phone
    for typed, understood in (
        ("–5", "-5"),
        ("－5", "-5"),
        ("１２５０", "1250"),
        ("١٢٥٠", "1250"),
        ("1\u202f250", "1250"),
        ("1 250,5", "1250.5"),
        ("\u200e1250\u200e", "1250"),
    ):
        answer_field(cora).fill(typed)
        expect(cora.locator(".reading__number")).to_have_text(f"Understood as {understood}")
    go_to(cora, 2)
    gap = cora.get_by_label("Gap 1 of 2, a number")
    gap.fill("۱۲۵۰")
    _understood(cora, "Understood as 1250")
    expect(cora.get_by_text("not a number")).to_have_count(0)
    all_saved(cora)


def test_half_of_a_number_never_counts(visit: Visit, sitting: Callable[..., Sitting]) -> None:
    exam = sitting("typed")
    carl = visit("carl")
    begin(exam, carl)
    answer_field(carl).press_sequentially("1")
    all_saved(carl)
    answer_field(carl).press_sequentially(" 25o")
    answer_field(carl).blur()
    expect(carl.locator(".field__error")).to_contain_text("It is kept as you typed it")
    go_to(carl, 2)
    carl.get_by_label("Gap 1 of 2, a number").fill("12 or 13")
    carl.get_by_label("Gap 2 of 2").fill("legs")
    all_saved(carl)
    go_to(carl, 3)
    carl.get_by_test_id("question").get_by_role("button", name="Review and hand in").click()
    expect(carl.get_by_role("heading", name="Not read as a number (2)")).to_be_visible()
    exam.move("complete")
    closed = carl.get_by_test_id("unread")
    expect(closed).to_contain_text("2 numbers could not be read")
    expect(closed).to_contain_text("Question 1: “1 25o”")
    expect(closed).to_contain_text("Question 2, gap 1: “12 or 13”")
    due = until(carl, lambda: _due(exam.teacher, exam), "both answers wait for a marker")
    assert sorted(one["answer"] for one in due) == ["(1) 12 or 13; (2) legs", "1 25o"]


def _due(teacher: Api, exam: Sitting) -> list[dict[str, str]] | None:
    found = teacher.get(f"/api/marking?sessionId={exam.id}")
    rows: list[dict[str, str]] = found["answers"] if isinstance(found, dict) else found
    return rows if len(rows) == 2 else None


def test_an_essay_of_the_length_that_is_asked_for(visit: Visit, sitting: Callable[..., Sitting]) -> None:
    exam = sitting("typed")
    cora = visit("cora")
    begin(exam, cora)
    go_to(cora, 3)
    field = cora.get_by_label("Your answer")
    words = " ".join(f"photosynthesis{number}" for number in range(5000))
    field.evaluate(PASTE, words)
    expect(cora.locator(".essay__count")).to_contain_text("5000 words")
    expect(cora.get_by_role("alert").filter(has_text="full")).to_have_count(0)
    all_saved(cora)
    cora.reload()
    at_question(cora, 3)
    expect(cora.get_by_label("Your answer")).to_have_value(words)
    field.evaluate(PASTE, " too much" * 20_000)
    expect(cora.locator(".limit-notice")).to_have_text(
        re.compile(r"no more than 200,000 characters\. The last [\d,]+ characters \([\d,]+ words\) of what")
    )
    all_saved(cora)


def test_every_field_with_a_limit_says_what_is_missing(visit: Visit, sitting: Callable[..., Sitting]) -> None:
    exam = sitting("typed")
    cora = visit("cora")
    begin(exam, cora)
    answer_field(cora).evaluate(PASTE, "9" * 600)
    expect(cora.locator(".limit-notice")).to_contain_text("The last 100 characters (1 word)")
    answer_field(cora).fill("12")
    expect(cora.locator(".limit-notice")).to_have_count(0)
    _understood(cora, "Understood as 12")
