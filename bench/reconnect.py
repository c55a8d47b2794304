"""The exam page in a browser: time from reconnecting until 40 pending answers are saved."""

from __future__ import annotations

import asyncio
import time
import uuid
from statistics import median

import aiohttp
from playwright.async_api import Page, async_playwright

from bench.installation import Installation, running
from bench.people import Room, running_session
from bench.report import Row
from bench.wire import Wire
from tests.helpers import chromium

QUESTIONS, ROUNDS = 40, 5
# From the browser's `online` event to the saved state that the student sees.
OBSERVE = """
() => {
  const state = document.querySelector('[data-testid="save-state"]');
  let back = null;
  window.emptied_ = new Promise((resolve) => {
    addEventListener("online", () => (back = performance.now()), { once: true });
    const observer = new MutationObserver(() => {
      if (back === null || state.dataset.kind !== "saved") return;
      observer.disconnect();
      resolve(performance.now() - back);
    });
    observer.observe(state, { attributes: true, childList: true, subtree: true });
  });
}
"""


def measure() -> list[Row]:
    with running("web") as installation:
        room = running_session(installation.app, 2, QUESTIONS)
        page, floor = asyncio.run(_look(installation, room))
    note = f"{QUESTIONS} answers, {ROUNDS} times, the slowest {max(page):.0f} ms; floor: one save of all"
    return [
        Row("reconnect to queue empty", f"{median(page):.0f} ms", f"{median(floor) * 1000:.0f} ms", note),
    ]


async def _look(installation: Installation, room: Room) -> tuple[list[float], list[float]]:
    student, other = room.seats
    async with async_playwright() as play, aiohttp.ClientSession() as http:
        browser = await play.chromium.launch(executable_path=chromium.find(), args=chromium.ARGUMENTS)
        context = await browser.new_context(base_url=installation.url)
        cookie = {"name": "access_token_cookie", "value": student.token, "url": installation.url}
        await context.add_cookies([cookie])  # type: ignore[list-item]
        page = await context.new_page()
        await page.goto(f"/sessions/{room.session_id}/exam")
        await page.get_by_role("heading", name=f"Question 1 of {QUESTIONS}").wait_for()
        emptied = [await _round(page, number) for number in range(ROUNDS)]
        await browser.close()
        wire = await Wire.connect(http, installation.url, "/student", other.token)
        floor = [await _save_all(wire, str(other.attempt_id), room.question_ids) for _ in range(ROUNDS)]
        await wire.close()
    return emptied, floor


async def _round(page: Page, number: int) -> float:
    """Answer all questions offline, then measure from reconnecting."""
    await page.context.set_offline(True)
    for question in range(1, QUESTIONS + 1):
        await page.goto(f"{page.url.split('#')[0]}#question-{question}")
        await page.get_by_role("heading", name=f"Question {question} of {QUESTIONS}", exact=False).wait_for()
        await page.locator("label.option").nth((number + question) % 4).click()
    await page.get_by_text(f"{QUESTIONS} answers are stored on this device").wait_for()
    await page.evaluate(OBSERVE)
    await page.context.set_offline(False)
    return float(await page.evaluate("emptied_"))


async def _save_all(wire: Wire, attempt_id: str, question_ids: list[int]) -> float:
    changes = [
        {"changeId": str(uuid.uuid4()), "questionId": question_id, "response": {"selectedOptionIds": [1]}}
        for question_id in question_ids
    ]
    began = time.perf_counter()
    saved = await wire.ask("answers_save", {"attemptId": attempt_id, "changes": changes})
    assert saved["success"], saved
    return time.perf_counter() - began
