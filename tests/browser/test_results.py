"""From an essay to its result: submitted, marked, released, seen by the student, and in the progress."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Visit
from tests.browser.people import all_saved, at_question, begin, fits, submit_exam, write
from tests.helpers.rest import Sitting


def test_from_the_essay_to_the_progress_page(visit: Visit, sitting: Callable[[str], Sitting]) -> None:
    exam = sitting("kinds")
    carl, ines = visit("carl", PHONE), visit("ines")
    begin(exam, carl)
    _write_the_essay(carl)
    exam.move("complete")

    _mark(ines, exam)
    carl.goto("/progress")
    expect(carl.get_by_role("heading", name="My progress")).to_be_visible()
    expect(carl.get_by_text("Plants")).to_have_count(0)
    _release(ines, exam)

    carl.goto("/notifications")
    carl.get_by_role("link", name=re.compile("Plants")).first.click()
    expect(carl.get_by_text("25 %", exact=False).first).to_be_visible()
    expect(carl.get_by_text("Chlorophyll, yes. But why?")).to_be_visible()
    expect(carl.get_by_role("heading", name="Performance")).to_be_visible()
    expect(carl.get_by_text("Compared with")).to_have_count(0)  # at most one other student: no comparison
    fits(carl)
    carl.get_by_role("link", name="My progress over all attempts").tap()
    expect(carl.get_by_role("heading", name="My progress")).to_be_visible()
    expect(carl.get_by_role("row", name="Plants 33.3 % Needs practice 3")).to_be_visible()
    fits(carl)

    ines.goto(exam.results_url)
    ines.get_by_role("link", name="Carl Adams").click()
    expect(ines.get_by_role("heading", name="Progress of Carl Adams")).to_be_visible()
    fits(ines)


def _write_the_essay(carl: Page) -> None:
    for number in range(2, 5):
        carl.get_by_role("button", name="Next").click()
        at_question(carl, number)
    write(carl, "Chlorophyll throws green light back.")
    all_saved(carl)
    carl.get_by_test_id("question").get_by_role("button", name="Review and hand in").click()
    expect(carl.get_by_test_id("submit")).to_have_text("Hand in 1 of 4 answers")
    submit_exam(carl)
    expect(carl.get_by_test_id("receipt")).to_be_visible()


def _mark(ines: Page, exam: Sitting) -> None:
    ines.goto(f"/sessions/{exam.id}/marking")
    ines.get_by_role("button", name="Mark question by question").click()
    expect(ines.get_by_text("Chlorophyll throws green light back.")).to_be_visible()
    fits(ines)
    ines.get_by_label("Points").fill("1")
    ines.get_by_label("Comment").fill("Chlorophyll, yes. But why?")
    ines.keyboard.press("Control+Enter")
    expect(ines.get_by_text("All answers that were handed in are marked.")).to_be_visible()
    fits(ines)


def _release(ines: Page, exam: Sitting) -> None:
    ines.get_by_role("link", name="Release them in the live view").click()
    ines.get_by_role("button", name="Release results to 1 student").click()
    expect(ines.get_by_text("Released to the students on")).to_be_visible()
