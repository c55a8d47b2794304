"""The dashboard in a browser: frame times and long tasks while a session of 500 students is busy."""

from __future__ import annotations

import asyncio
import itertools

import aiohttp
from playwright.async_api import Page, async_playwright

from bench.installation import Installation, running
from bench.people import Room, Seat, running_session
from bench.report import Row
from bench.wire import Wire
from exam_app.rehearsal.figures import quantile
from tests.helpers import chromium

# BUSY connections: as many as one client of the library opens.
STUDENTS, BUSY, EVENTS_A_SECOND, SECONDS = 500, 100, 100, 15
# A long task, as defined by browsers: more than 50 ms in which the page does not respond.
OBSERVE = """
() => {
  window.frames_ = []; window.long_ = [];
  new PerformanceObserver((list) => list.getEntries().forEach((task) => long_.push(task.duration)))
    .observe({ type: "longtask" });
  let last = performance.now();
  const frame = (now) => { frames_.push(now - last); last = now; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
}
"""


def measure() -> list[Row]:
    with running("web") as installation:
        room = running_session(installation.app, STUDENTS, 40)
        frames, long_tasks = asyncio.run(_look(installation, room))
    note = f"{STUDENTS} rows, {EVENTS_A_SECOND} events a second for {SECONDS} s"
    worst = f", the longest {max(long_tasks):.0f} ms" if long_tasks else ""
    return [
        Row("a frame of the dashboard", f"p95 {quantile(frames, 0.95):.0f} ms", "17 ms", note),
        Row("long tasks of the dashboard", str(len(long_tasks)), "0", f"over 50 ms each{worst}"),
    ]


async def _look(installation: Installation, room: Room) -> tuple[list[float], list[float]]:
    async with async_playwright() as play, aiohttp.ClientSession() as http:
        seats = room.seats[:BUSY]
        wires = [await Wire.connect(http, installation.url, "/student", seat.token) for seat in seats]
        browser = await play.chromium.launch(executable_path=chromium.find(), args=chromium.ARGUMENTS)
        context = await browser.new_context(base_url=installation.url)
        cookie = {"name": "access_token_cookie", "value": room.proctor_token, "url": installation.url}
        await context.add_cookies([cookie])  # type: ignore[list-item]
        page = await context.new_page()
        await page.goto(f"/sessions/{room.session_id}/monitor")
        await page.locator("tr[data-student]").first.wait_for()
        await page.wait_for_timeout(2000)
        places = enumerate(zip(wires, seats, strict=True))
        over = asyncio.Event()
        busy = [asyncio.create_task(_work(wire, seat, n, over)) for n, (wire, seat) in places]
        measured = await _measured(page)
        over.set()
        await asyncio.gather(*busy)
        await browser.close()
    return measured


async def _measured(page: Page) -> tuple[list[float], list[float]]:
    await page.evaluate(OBSERVE)
    await page.wait_for_timeout(SECONDS * 1000)
    drawn = await page.locator('td[data-label="Question"]').all_inner_texts()
    assert set(drawn) - {"1"}, "nothing moved: there was nothing to measure"
    return tuple(await page.evaluate("[frames_, long_]"))


async def _work(wire: Wire, seat: Seat, start: int, over: asyncio.Event) -> None:
    """Navigate from question to question, at the total rate of the measurement."""
    await asyncio.sleep(start / EVENTS_A_SECOND)
    for number in itertools.count(start):
        if over.is_set():
            return
        place = {"attemptId": str(seat.attempt_id), "questionIndex": number % 40}
        await asyncio.gather(wire.ask("progress_update", place), asyncio.sleep(BUSY / EVENTS_A_SECOND))
