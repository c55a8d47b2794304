"""``python -m exam_app.cli.simulation``: a class of simulated students in the demo's live session.

Real clients in their own process: they sign in over REST, join over Socket.IO, answer, have wrong clocks,
switch tabs and lose their connection, each differently. The demo's proctor opens the waiting room and starts.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import random
import signal
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import socketio

from exam_app.cli.demo import CLASSMATES, PASSWORD, email, read_content
from exam_app.rules import question_types

log = logging.getLogger("simulation")
HEARTBEAT_SECONDS = 10
TOGETHER = 4  # concurrent logins: password hashing costs the server some time


class Refused(Exception):
    """The server refused; the code is the message."""


class SimulatedStudent:
    """One student: waits in the waiting room, then answers at their own pace until the end."""

    def __init__(
        self, http: aiohttp.ClientSession, url: str, session_id: str, email_address: str, keys: dict[str, Any]
    ):
        self.http, self.url, self.session_id, self.email_address = http, url, session_id, email_address
        self.keys = keys
        self.socket = socketio.AsyncClient(http_session=http, reconnection=False)
        self.random = random.Random(email_address)
        self.ability = self.random.uniform(0.35, 0.95)
        self.pace = self.random.uniform(7, 22)  # seconds per question
        self.restless = self.random.choice(
            [0, 0, 0, 0.04, 0.1, 0.2]
        )  # probability of leaving the page, per question
        self.unlucky = self.random.choice(
            [0, 0, 0, 0, 0.08]
        )  # probability of losing the connection, per question
        self.device = uuid.uuid4().hex
        self.started = asyncio.Event()
        self.over = asyncio.Event()
        self.attempt: dict[str, Any] | None = None
        self.state = {"visible": True, "focused": True, "pending": 0}
        for event in ("session_completed", "session_cancelled", "attempt_closed"):
            self.socket.on(event, self._end, namespace="/student")
        self.socket.on("session_started", self._start, namespace="/student")

    async def run(self, gate: asyncio.Semaphore) -> None:
        async with gate:
            self.token = await login(self.http, self.url, self.email_address)
            await self._come()
        beating = asyncio.create_task(self._beat())
        try:
            if self.attempt is None:
                await first_of(self.started, self.over)
            await self._pause(self.random.uniform(0, 2))
            while not self.over.is_set():
                await self._sit()
        finally:
            beating.cancel()
            await self.socket.disconnect()

    async def _sit(self) -> None:
        """Work until the end; when the server is lost, reconnect and resume."""
        try:
            await self._come()
            await self._work()
            await self.over.wait()
        except (socketio.exceptions.SocketIOError, aiohttp.ClientError) as error:
            log.info("%s lost the server: %s", self.email_address, type(error).__name__)
            await self._pause(self.random.uniform(1, 4))

    async def _come(self) -> None:
        """Connect if needed, and join: the reply holds the complete state."""
        if not self.socket.connected:
            await self.socket.connect(
                self.url, namespaces=["/student"], auth={"token": self.token}, transports=["websocket"]
            )
        joined = await self.ask("session_join", {"sessionId": self.session_id})
        self.attempt = joined["attempt"]
        if self.attempt and self.attempt["status"] != "in_progress":
            self.over.set()

    async def _work(self) -> None:
        if self.attempt is None:
            return
        answered = {answer["questionId"] for answer in self.attempt["answers"]}
        for question in self.attempt["questions"]:
            if question["questionId"] not in answered and not self.over.is_set():
                await self._answer(question)
        await self._finish()

    async def _answer(self, question: dict[str, Any]) -> None:
        assert self.attempt is not None
        attempt_id = self.attempt["attemptId"]
        at = {"attemptId": attempt_id, "passageIndex": None, "questionIndex": question["orderIndex"] - 1}
        await self.ask("progress_update", at)
        if self.random.random() < self.restless:
            await self._wander(attempt_id)
        if self.random.random() < self.unlucky:
            await self._lose_connection()
        seconds = max(2.0, self.random.gauss(self.pace, self.pace / 3))
        await self._pause(seconds)
        if self.over.is_set():
            return
        change = {
            "changeId": str(uuid.uuid4()),
            "questionId": question["questionId"],
            "response": self._response(question),
            "baseVersion": 0,
            "timeSpent": int(seconds),
            "clientTime": datetime.now(UTC).isoformat(),
            "flagged": self.random.random() < 0.06,
        }
        batch = {"attemptId": attempt_id, "changes": [change], "deviceId": self.device}
        await self.ask("answers_save", {**batch, "sentAt": datetime.now(UTC).isoformat()})

    def _response(self, question: dict[str, Any]) -> dict[str, Any]:
        """The right answer as often as the student is able, otherwise a guess."""
        options = [option["optionId"] for option in question.get("options", [])]
        if self.random.random() < self.ability and question["questionText"] in self.keys:
            right: dict[str, Any] = self.keys[question["questionText"]]
            return right
        if question["questionType"] == "multiple_response":
            return {
                "selectedOptionIds": sorted(self.random.sample(options, self.random.randint(1, len(options))))
            }
        if options:
            return {"selectedOptionIds": [self.random.choice(options)]}
        if question["questionType"] == "numerical":
            return {"number": str(self.random.randint(1, 100))}
        return {"text": self.random.choice(["membrane", "leaf", "gene", "not sure"])}

    async def _wander(self, attempt_id: str) -> None:
        """Leave the page for a while, and return."""
        away = self.random.uniform(3, 40)
        self.state |= {"visible": False, "focused": False}
        await self._heartbeat()
        await self._pause(away)
        self.state |= {"visible": True, "focused": True}
        await self._heartbeat()
        if not self.over.is_set():
            violation = {"attemptId": attempt_id, "type": "tab_switch", "durationMs": int(away * 1000)}
            await self.ask("tab_violation", violation)

    async def _lose_connection(self) -> None:
        await self.socket.disconnect()
        await self._pause(self.random.uniform(5, 45))
        if not self.over.is_set():
            await self._come()

    async def _finish(self) -> None:
        """Some submit when they are finished, some wait until time is up."""
        assert self.attempt is not None
        await self._pause(self.random.uniform(5, 60))
        if not self.over.is_set() and self.random.random() < 0.6:
            confirmed = {
                "attemptId": self.attempt["attemptId"],
                "finalReview": True,
                "confirmSubmission": True,
            }
            await self.ask("attempt_submit", confirmed)
            self.over.set()

    async def _beat(self) -> None:
        while not self.over.is_set():
            await asyncio.sleep(HEARTBEAT_SECONDS)
            if self.socket.connected:
                await self._heartbeat()

    async def _heartbeat(self) -> None:
        with contextlib.suppress(Refused, socketio.exceptions.SocketIOError):
            attempt_id = self.attempt["attemptId"] if self.attempt else None
            await self.ask("heartbeat", {"attemptId": attempt_id, "seq": 0, **self.state})

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.over.wait(), seconds)

    async def ask(self, event: str, data: dict[str, Any]) -> Any:
        reply = await self.socket.call(event, data, namespace="/student", timeout=20)
        if not reply["success"]:
            raise Refused(f"{event}: {reply['error']['code']}")
        return reply["data"]

    async def _start(self, *_: Any) -> None:
        self.started.set()

    async def _end(self, *_: Any) -> None:
        self.over.set()


async def login(http: aiohttp.ClientSession, url: str, email_address: str) -> str:
    credentials = {"email": email_address, "password": PASSWORD}
    async with http.post(f"{url}/api/auth/login", json=credentials) as reply:
        body = await reply.json()
        if not body["success"]:
            raise Refused(f"login of {email_address}: {body['error']['code']}")
        token: str = body["data"]["accessToken"]
        return token


async def first_of(*events: asyncio.Event) -> None:
    waiting = [asyncio.create_task(event.wait()) for event in events]
    _, pending = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()


async def conduct(http: aiohttp.ClientSession, demo: dict[str, Any], come: asyncio.Event) -> None:
    """The proctor's part: open the waiting room, and start when the class has joined."""
    token = await login(http, demo["url"], demo["accounts"]["proctor"]["email"])
    http_headers = {"Authorization": f"Bearer {token}"}
    session_url = f"{demo['url']}/api/sessions/{demo['sessionId']}"
    async with http.get(session_url, headers=http_headers) as reply:
        status = (await reply.json())["data"]["status"]
    if status == "scheduled":
        async with http.post(f"{session_url}/start-waiting", headers=http_headers) as reply:
            status = (await reply.json())["data"]["status"]
    come.set()
    if status == "waiting":
        await asyncio.sleep(6)
        async with http.post(f"{session_url}/start", headers=http_headers) as reply:
            log.info("the session starts: %s", (await reply.json())["message"])


async def play(demo: dict[str, Any]) -> None:
    keys = {
        read.text: question_types.get(read.type).answer_key(read.definition)["response"]
        for read in read_content("biology.gift")
    }
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as http:
        come, gate = asyncio.Event(), asyncio.Semaphore(TOGETHER)
        conducting = asyncio.create_task(conduct(http, demo, come))
        await come.wait()
        students = [
            SimulatedStudent(http, demo["url"], demo["sessionId"], email(first), keys)
            for first, _ in CLASSMATES
        ]
        outcomes = await asyncio.gather(*(student.run(gate) for student in students), return_exceptions=True)
        for student, outcome in zip(students, outcomes, strict=True):
            if isinstance(outcome, Exception):
                log.warning("%s gave up: %s %s", student.email_address, type(outcome).__name__, outcome)
        await conducting
    log.info("the session is over; the simulated students are finished")


async def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    path = Path(os.environ["DATA_DIR"]) / "demo.json"
    while not path.exists():
        await asyncio.sleep(0.2)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    playing = asyncio.create_task(play(json.loads(path.read_text())))
    await stop.wait()
    playing.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await playing


if __name__ == "__main__":
    asyncio.run(main())
