"""A simulated student who answers until stopped, resends until acknowledged, and records every ack."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
import uuid
from datetime import timedelta
from typing import Any

import aiohttp
import socketio

from exam_app import clock
from exam_app.rehearsal.ledger import Ledger

ACK_SECONDS = 4
HEARTBEAT_SECONDS = 10
WORDS = ["nucleus", "leaf", "membrane", "owl", "the nucleus"]


class Student:
    """One device. `skew` is its clock error; with `doubles` each change is sent twice. `rest` is the range of
    seconds between two answers."""

    def __init__(
        self, http: aiohttp.ClientSession, url: str, email: str, password: str, ledger: Ledger,
        skew: timedelta = timedelta(0), doubles: bool = False, rest: tuple[float, float] = (0.02, 0.15),
    ) -> None:  # fmt: skip
        self.http, self.url, self.email, self.password = http, url, email, password
        self.ledger, self.skew, self.doubles, self.rest = ledger, skew, doubles, rest
        self.random = random.Random(email)
        self.device = uuid.uuid4().hex
        self.socket: socketio.AsyncClient | None = None
        self.token = ""
        self.attempt: dict[str, Any] = {}
        self.versions: dict[int, int] = {}
        self.begun_and_acknowledged = 0.0  # when the newest acknowledged change was created
        self.newest_obstacle = ""  # why the newest request had to be sent again
        self.started = asyncio.Event()
        self.stopping = asyncio.Event()

    async def enter(self, session_id: str) -> None:
        """Join the waiting room or the running attempt."""
        self.session_id = session_id
        await self._connect()

    async def work(self) -> None:
        """Answer until `stopping` is set; returns when everything is acknowledged."""
        while not self.stopping.is_set():
            await self._deliver(self._change())
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), self.random.uniform(*self.rest))

    async def beat(self) -> None:
        """Send the page's heartbeats every few seconds, until `stopping` is set."""
        page = {"visible": True, "focused": True, "pending": 0}
        seq = 0
        while not self.stopping.is_set():
            seq += 1
            beat = {"attemptId": self.attempt.get("attemptId"), "seq": seq, **page}
            with contextlib.suppress(socketio.exceptions.SocketIOError, TimeoutError, Retry):
                await self._ask("heartbeat", beat)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), HEARTBEAT_SECONDS)

    async def leave(self) -> None:
        if self.socket is not None:
            await self.socket.disconnect()

    async def _connect(self) -> None:
        if not self.token:
            self.token = await self._login()
        if self.socket is not None:
            with contextlib.suppress(Exception):
                await self.socket.disconnect()
        self.socket = socketio.AsyncClient(http_session=self.http, reconnection=False)
        self.socket.on("session_started", self._start, namespace="/student")
        await self.socket.connect(
            self.url, namespaces=["/student"], auth={"token": self.token}, transports=["websocket"]
        )
        await self.join()

    async def join(self) -> None:
        """Request the complete state, including the attempt."""
        joined = await self._ask("session_join", {"sessionId": self.session_id})
        if joined["attempt"]:
            self._adopt(joined["attempt"])

    async def _login(self) -> str:
        credentials = {"email": self.email, "password": self.password}
        async with self.http.post(f"{self.url}/api/auth/login", json=credentials) as reply:
            token: str = self._opened(await reply.json())["accessToken"]
            return token

    def _adopt(self, attempt: dict[str, Any]) -> None:
        self.attempt = attempt
        self.ledger.attempts.add(attempt["attemptId"])
        self.versions |= {answer["questionId"]: answer["version"] for answer in attempt["answers"]}

    def _change(self) -> dict[str, Any]:
        question = self.random.choice(self.attempt["questions"])
        options = [option["optionId"] for option in question.get("options", [])]
        response: dict[str, Any]
        if question["questionType"] == "multiple_response":
            response = {"selectedOptionIds": sorted(self.random.sample(options, 2))}
        elif options:
            response = {"selectedOptionIds": [self.random.choice(options)]}
        elif question["questionType"] == "numerical":
            response = {"number": str(self.random.randint(1, 999))}
        else:
            response = {"text": self.random.choice(WORDS)}
        return {
            "changeId": str(uuid.uuid4()),
            "questionId": question["questionId"],
            "response": response,
            "baseVersion": self.versions.get(question["questionId"], 0),
            "clientTime": self._clock(),
        }

    async def _deliver(self, change: dict[str, Any]) -> None:
        """Send until it is acknowledged: over the socket, else over REST, with backoff."""
        began, pause = time.monotonic(), 0.1
        while True:
            try:
                reply = await self._send(change)
                if self.doubles:
                    reply = await self._send(change)
                break
            except Retry as retry:
                self.newest_obstacle = f"{retry} {retry.__cause__ or ''}".strip()
                await asyncio.sleep(pause * self.random.uniform(0.5, 1))
                pause = min(pause * 2, 1)
        self.ledger.gaps.append(time.monotonic() - began)
        assert not reply["rejected"], reply
        (saved,) = reply["saved"]
        self.versions[saved["questionId"]] = saved["version"]
        self.ledger.acknowledge(self.attempt["attemptId"], saved)
        self.begun_and_acknowledged = began

    async def _send(self, change: dict[str, Any]) -> dict[str, Any]:
        batch = {"changes": [change], "deviceId": self.device, "sentAt": self._clock()}
        try:
            if self.socket is None or not self.socket.connected:
                await self._connect()
            return await self._ask("answers_save", {"attemptId": self.attempt["attemptId"], **batch})
        except (socketio.exceptions.SocketIOError, TimeoutError, aiohttp.ClientError, OSError):
            return await self._send_over_rest(batch)

    async def _send_over_rest(self, batch: dict[str, Any]) -> dict[str, Any]:
        address = f"{self.url}/api/attempts/{self.attempt['attemptId']}/answers"
        headers = {"Authorization": f"Bearer {self.token}"}
        patience = aiohttp.ClientTimeout(total=ACK_SECONDS)
        try:
            async with self.http.post(address, json=batch, headers=headers, timeout=patience) as reply:
                body = await reply.json()
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise Retry from error
        return self._opened(body)

    async def _ask(self, event: str, data: dict[str, Any]) -> Any:
        assert self.socket is not None
        return self._opened(await self.socket.call(event, data, namespace="/student", timeout=ACK_SECONDS))

    def _opened(self, body: dict[str, Any]) -> Any:
        """The data of a reply. Only errors that leave the outcome open raise `Retry`."""
        if body["success"]:
            return body["data"]
        code = body["error"]["code"]
        if code in ("token_expired", "not_authenticated"):
            self.token = ""
        elif code == "internal_error":
            self.ledger.internal_errors.append(f"{self.email} at {clock.iso(clock.now())}: {code}")
        elif code not in ("service_unavailable", "conflict", "too_many_requests"):
            raise Refused(f"{code}: {body['error']['message']}")
        raise Retry(code)

    async def _start(self, *_: Any) -> None:
        self.started.set()

    def _clock(self) -> str:
        return (clock.now() + self.skew).isoformat()


class Refused(Exception):
    """The server refused wrongly; the message is its own."""


class Retry(Exception):
    """The outcome of the request is open: send it again."""
