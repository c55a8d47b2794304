"""Two markers mark an essay by its rubric and adjudicate it by keyboard; then all get full points."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Visit
from tests.browser.people import fits
from tests.helpers.product import Processes
from tests.helpers.rest import Api

LEVELS = [{"text": "None", "points": "0"}, {"text": "Some", "points": "1"}, {"text": "All", "points": "2"}]
RUBRIC = [{"text": name, "points": "2", "levels": LEVELS} for name in ("Reasons", "Language")]


def test_by_keys_alone(visit: Visit, product: Processes) -> None:
    ines, ada, carl = (visit("ines"), visit("ada"), visit("carl", PHONE))
    test_id, question_id, attempt_id = _essay(product)
    queue = f"/tests/{test_id}/marking"

    _begin(ines, queue)
    _pick(ines, downs=(1, 2), adding_up_to="3")
    ines.keyboard.press("Enter")
    expect(ines.get_by_text("1 answer needs another marker")).to_be_visible()

    _begin(ada, queue)
    _pick(ada, downs=(0, 1), adding_up_to="1")
    ada.keyboard.press("Enter")
    expect(ada.get_by_text("The marks differ by 2 points")).to_be_visible()
    fits(ada)
    _pick(ada, downs=(1, 1), adding_up_to="2")
    for words in ("2.5", "Between the two", "We met"):  # points by hand, the comment, the reason
        ada.keyboard.press("Tab")
        ada.keyboard.press("Control+a")
        ada.keyboard.type(words)
    ada.keyboard.press("Enter")
    expect(ada.get_by_text("All answers that were handed in are marked.")).to_be_visible()
    ada.goto(f"{queue}/differences")
    expect(ada.get_by_text("Ines Moreau gives 2 more")).to_be_visible()

    carl.goto(f"/attempts/{attempt_id}/result")
    expect(carl.get_by_text("2.5 of 4 points").first).to_be_visible()
    expect(carl.get_by_text("Between the two")).to_be_visible()
    expect(carl.get_by_text("1 point: Some")).to_have_count(2)
    fits(carl)

    ada.goto(f"/tests/{test_id}/keys/{question_id}/credit")
    ada.get_by_label("Full points for everybody").focus()
    ada.keyboard.press("Space")
    ada.keyboard.press("Tab")
    ada.keyboard.type("Nobody could know that")
    ada.keyboard.press("Enter")
    expect(ada.get_by_role("row", name="Carl Adams 2.5 4 62.5 % 100 %")).to_be_visible()
    ada.get_by_label("Reason").fill("Nobody could know that")
    ada.keyboard.press("Enter")
    expect(ada.get_by_text("Finished")).to_be_visible()
    carl.reload()
    expect(carl.get_by_text("Full points for everybody")).to_be_visible()


def _essay(product: Processes) -> tuple[int, int, str]:
    """A test of one essay with double marking, and the attempt in which Carl has written it."""
    ines, carl = (Api(product.url, f"{who}@school.example") for who in ("ines", "carl"))
    question = ines.post(
        "/api/questions",
        questionType="essay",
        questionText="Why do plants need light?",
        points=4,
        definition={"rubric": RUBRIC},
    )["questionId"]
    test: dict[str, Any] = {"title": "Light", "durationMinutes": 30, "isSelfPaced": True, "markers": 2}
    test |= {"feedback": "after_submission", "questionIds": [question]}
    test_id = ines.post("/api/tests", **test)["testId"]
    ines.post(f"/api/tests/{test_id}/publish")
    attempt_id = carl.post("/api/attempts/start", testId=test_id)["attemptId"]
    essay = {"changeId": str(uuid4()), "questionId": question, "response": {"text": "It feeds them."}}
    carl.post(f"/api/attempts/{attempt_id}/submit", changes=[essay], finalReview=True, confirmSubmission=True)
    return test_id, question, attempt_id


def _begin(page: Page, queue: str) -> None:
    page.goto(queue)
    page.get_by_role("button", name="Mark question by question").press("Enter")
    expect(page.get_by_text("It feeds them.")).to_be_visible()


def _pick(page: Page, downs: tuple[int, int], adding_up_to: str) -> None:
    """Select the level of each criterion by arrow keys, starting at the first one, which has the focus."""
    expect(page.get_by_role("radio", name="0 None").first).to_be_focused()
    for criterion, presses in enumerate(downs):
        if criterion:
            page.keyboard.press("Tab")
        page.keyboard.press("Space")
        for _ in range(presses):
            page.keyboard.press("ArrowDown")
    expect(page.get_by_text(f"The levels add up to {adding_up_to}.")).to_be_visible()
    expect(page.get_by_label("Points", exact=True)).to_have_value(adding_up_to)
