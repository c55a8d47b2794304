"""The start of an exam: the sealed paper opens by itself, and a page that cannot open it requests it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, WebSocket, expect

from tests.browser.conftest import Visit
from tests.browser.people import all_saved, at_question, choose, enter_waiting_room, option_of, until
from tests.helpers.rest import Sitting


class Wire:
    """The Socket.IO events that a page sends and receives, in order: `(direction, name)`."""

    def __init__(self, page: Page) -> None:
        self.events: list[tuple[str, str]] = []
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: self._note("sent", frame))
        socket.on("framereceived", lambda frame: self._note("received", frame))

    def _note(self, direction: str, frame: str | bytes) -> None:
        text = frame if isinstance(frame, str) else ""
        if text.startswith("42/"):
            self.events.append((direction, json.loads(text[text.index("[") :])[0]))

    def since(self, event: tuple[str, str]) -> list[str]:
        """The events that the page sent after `event`."""
        later = self.events[self.events.index(event) + 1 :]
        return [name for direction, name in later if direction == "sent"]


STATE_REQUESTS = {"session_join", "state_sync_request"}
# The requests of the page, over both transports, until it shows the first question.
RECORD_REQUESTS = r"""
() => {
  window.asked_ = [];
  const isShown = () => /^Question 1 of /m.test(document.querySelector("#question")?.innerText ?? "");
  const note = (what) => { if (!isShown()) asked_.push(what); };
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (data) {
    note(String(data));
    return send.call(this, data);
  };
  const { fetch } = window;
  window.fetch = (...all) => { note(String(all[0]?.url ?? all[0])); return fetch(...all); };
}
"""


def test_the_start_shows_the_first_question_without_a_request(
    visit: Visit, sitting: Callable[[str], Sitting]
) -> None:
    page = visit("carl")
    page.add_init_script(f"({RECORD_REQUESTS})()")
    wire = Wire(page)
    exam = sitting("long")
    exam.move("start-waiting")
    enter_waiting_room(page, exam.title)
    page.wait_for_load_state("networkidle")
    page.evaluate("asked_.length = 0")
    exam.move("start")
    at_question(page, 1)
    asked = page.evaluate("asked_")
    packets = [text for text in asked if text[0].isdigit()]  # Engine.IO packets; the other entries are URLs
    assert packets == asked
    assert not [text for text in packets for name in STATE_REQUESTS if f'"{name}"' in text]
    choose(page, "Chloroplast")
    all_saved(page)
    started = ("received", "session_started")
    assert "answers_save" in wire.since(started)
    saved = exam.row("Carl")
    assert (saved["questionsAnswered"], saved["status"]) == (1, "in_progress")

    expect_asked(page, wire, started, "state_sync_request")
    all_saved(page)
    expect(option_of(page, "Chloroplast")).to_be_checked()
    page.reload()
    at_question(page, 1)
    expect(option_of(page, "Chloroplast")).to_be_checked()


def expect_asked(page: Page, wire: Wire, since: tuple[str, str], name: str) -> None:
    until(page, lambda: name in wire.since(since), f"the page asks {name}", seen=lambda: wire.events)


def test_two_devices_start_together(visit: Visit, sitting: Callable[[str], Sitting]) -> None:
    laptop, phone = visit("carl"), visit("carl")
    exam = sitting("long")
    exam.move("start-waiting")
    for page in (laptop, phone):
        enter_waiting_room(page, exam.title)
    exam.move("start")
    for page in (laptop, phone):
        at_question(page, 1)
    choose(laptop, "Chloroplast")
    all_saved(laptop)
    expect(option_of(phone, "Chloroplast")).to_be_checked()


def test_a_browser_without_webcrypto_opens_the_sealed_paper_too(
    visit: Visit, sitting: Callable[[str], Sitting]
) -> None:
    page = visit("carl")
    page.add_init_script("Object.defineProperty(crypto, 'subtle', { value: undefined })")
    page.add_init_script(f"({RECORD_REQUESTS})()")
    exam = sitting("long")
    exam.move("start-waiting")
    enter_waiting_room(page, exam.title)
    page.wait_for_load_state("networkidle")
    page.evaluate("asked_.length = 0")
    exam.move("start")
    at_question(page, 1)
    assert not [text for text in page.evaluate("asked_") for name in STATE_REQUESTS if f'"{name}"' in text]
    assert page.evaluate("crypto.subtle === undefined")


def test_a_waiting_page_that_missed_the_start_opens_the_exam(
    visit: Visit, sitting: Callable[[str], Sitting]
) -> None:
    page = visit("carl")
    deaf: list[Any] = []

    def swallow(route: Any) -> None:
        server = route.connect_to_server()
        deaf.append(server)
        server.on_message(lambda text: None if "session_started" in str(text) else route.send(text))

    page.route_web_socket("**/socket.io/**", swallow)
    exam = sitting("long")
    exam.move("start-waiting")
    enter_waiting_room(page, exam.title)
    exam.move("start")
    expect(page.get_by_role("heading", name="Question 1 of 7")).to_be_visible()
    assert deaf
