"""Real clients on a running product: every event gets a reply, and other clients are not affected."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.helpers.product import Processes
from tests.helpers.real_clients import RealClient
from tests.helpers.rest import Api, Sitting
from tests.helpers.waiting import PATIENCE

REFUSED = ("malformed_request", "invalid_input")
Arrive = Callable[..., Awaitable[RealClient]]


@pytest.fixture(scope="module", autouse=True)
def nothing_unexpected(product: Processes) -> Iterator[None]:
    before = len(product.log("web"))
    yield
    assert "unexpected error" not in product.log("web")[before:]


@pytest.fixture
def sitting(product: Processes) -> Sitting:
    """A session whose waiting room is open."""
    planned = Sitting(product, "long", "With real clients")
    planned.move("start-waiting")
    return planned


@asynccontextmanager
async def arrivals(product: Processes) -> AsyncIterator[Arrive]:
    """`await arrive(name, namespace)` is a connected client of this user."""
    clients: list[RealClient] = []
    async with aiohttp.ClientSession() as http:

        async def arrive(name: str, namespace: str = "/student", **options: Any) -> RealClient:
            clients.append(RealClient(product.url, http, namespace))
            return await clients[-1].connect(f"{name}@school.example", **options)

        try:
            yield arrive
        finally:
            for client in clients:
                await client.socket.disconnect()


@asynccontextmanager
async def room(product: Processes, sitting: Sitting) -> AsyncIterator[tuple[Arrive, Any, Any, Any]]:
    """A running session with Priya, Carl and Cora connected."""
    async with arrivals(product) as arrive:
        priya = await arrive("priya", "/proctor")
        carl, cora = await arrive("carl"), await arrive("cora")
        await priya.ask("monitor_join", sessionId=sitting.id)
        for student in (carl, cora):
            await student.ask("session_join", sessionId=sitting.id)
        await asyncio.to_thread(sitting.move, "start")
        for student in (carl, cora):
            await student.receives("session_started")
        yield arrive, priya, carl, cora


async def own_attempt(client: RealClient, sitting: Sitting) -> dict[str, Any]:
    state: dict[str, Any] = (await client.ask("session_join", sessionId=sitting.id))["attempt"]
    return state


async def check_session_works(priya: RealClient, cora: RealClient, sitting: Sitting) -> None:
    """A student saves, and the proctor sends a message to all."""
    state = await own_attempt(cora, sitting)
    question = next(q for q in state["questions"] if q["questionType"] == "short_answer")
    text = f"nucleus {uuid.uuid4()}"
    change = {
        "changeId": str(uuid.uuid4()),
        "questionId": question["questionId"],
        "response": {"text": text},
    }
    saved = await cora.ask("answers_save", attemptId=state["attemptId"], changes=[change])
    assert saved["saved"][0]["response"] == {"text": text}
    message = await priya.ask("message_send", sessionId=sitting.id, attemptIds="all", text=text)
    await cora.receives("message", lambda data: data["messageId"] == message["messageId"])


def test_a_flood_is_refused_and_the_session_continues(product: Processes, sitting: Sitting) -> None:
    async def story() -> None:
        async with room(product, sitting) as (_, priya, carl, cora):
            acks = await asyncio.gather(*(carl.emit("heartbeat", {"seq": n}) for n in range(1, 400)))
            codes = {ack["error"]["code"] for ack in acks if not ack["success"]}
            assert codes == {"too_many_requests"}
            assert any(ack["success"] for ack in acks)
            await check_session_works(priya, cora, sitting)
            assert carl.socket.connected

    asyncio.run(story())


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_a_megabyte_is_refused_and_the_session_continues(
    product: Processes, sitting: Sitting, transport: str
) -> None:
    async def story() -> None:
        async with room(product, sitting) as (arrive, priya, _, cora):
            carl = await arrive("carl", transports=[transport])
            attempt_id = (await own_attempt(carl, sitting))["attemptId"]
            large = {"attemptId": attempt_id, "text": "x" * 1_000_000}
            assert await carl.refused("hand_raise", large) == "invalid_input"
            many = {"attemptId": attempt_id, "changes": [{"changeId": str(uuid.uuid4())}] * 20_000}
            assert await carl.refused("answers_save", many) == "invalid_input"
            assert (await own_attempt(carl, sitting))["attemptId"] == attempt_id
            await check_session_works(priya, cora, sitting)

    asyncio.run(story())


def test_an_event_nested_too_deeply_affects_nobody_else(product: Processes, sitting: Sitting) -> None:
    async def story() -> None:
        async with room(product, sitting) as (_, priya, carl, cora):
            # Our client cannot nest as deeply, so the packets are written by hand.
            def packet(depth: int, number: int) -> str:
                return f'2/student,{number}["session_join",{{"sessionId":{"[" * depth + "]" * depth}}}]'

            acked = asyncio.get_running_loop().create_future()
            number = carl.socket._generate_ack_id("/student", acked.set_result)
            await carl.socket.eio.send(packet(900, number))
            assert (await asyncio.wait_for(acked, PATIENCE))["error"]["code"] in REFUSED
            await carl.socket.eio.send(packet(100_000, number))  # not JSON to any parser
            await carl.wait_until_disconnected()
            await check_session_works(priya, cora, sitting)

    asyncio.run(story())


def test_unknown_events_get_a_reply(product: Processes, sitting: Sitting) -> None:
    async def story() -> None:
        async with room(product, sitting) as (_, priya, carl, cora):
            for data in (None, "text", 7, [1, 2], (1, 2), {}):
                for client, event in ((carl, "session_join"), (priya, "message_send")):
                    assert await client.refused(event, data) in REFUSED, data
            assert await carl.refused("make_coffee", {}) == "unknown_event"
            await check_session_works(priya, cora, sitting)

    asyncio.run(story())


@pytest.mark.parametrize("data", [b"bytes", {"sessionId": b"bytes"}], ids=["bytes", "bytes inside"])
def test_binary_data_ends_the_connection_of_its_sender_only(
    product: Processes, sitting: Sitting, data: Any
) -> None:
    async def story() -> None:
        async with room(product, sitting) as (_, priya, carl, cora):
            await carl.socket.emit("session_join", data, namespace="/student")
            await carl.wait_until_disconnected()
            await check_session_works(priya, cora, sitting)

    asyncio.run(story())


def test_events_about_foreign_or_ended_attempts_are_refused(product: Processes, sitting: Sitting) -> None:
    async def story() -> None:
        async with room(product, sitting) as (arrive, priya, carl, cora):
            hers = (await own_attempt(cora, sitting))["attemptId"]
            for event in ("hand_raise", "hand_lower", "heartbeat", "state_sync_request"):
                assert await carl.refused(event, {"attemptId": hers}) == "not_found"
            newcomer = await arrive("carl")  # has not joined
            own = (await own_attempt(carl, sitting))["attemptId"]
            assert (await newcomer.ask("hand_raise", attemptId=own))["position"] == 1
            await check_session_works(priya, cora, sitting)
            await asyncio.to_thread(sitting.move, "complete")
            await carl.receives("session_completed")
            assert await carl.refused("hand_raise", {"attemptId": own}) == "attempt_not_in_progress"
            paused = await priya.ask(
                "attempts_pause", sessionId=sitting.id, attemptIds=[own], reason="Too late"
            )
            assert [row["attemptId"] for row in paused["refused"]] == [own]

    asyncio.run(story())


def test_an_account_is_closed_in_the_middle_of_a_session(product: Processes, sitting: Sitting) -> None:
    ada = Api(product.url, "ada@school.example")
    people = {user["email"]: user["userId"] for user in ada.get("/api/users?limit=100")["users"]}
    carls, priyas = (f"/api/users/{people[f'{name}@school.example']}" for name in ("carl", "priya"))

    async def story() -> None:
        async with room(product, sitting) as (_, priya, carl, cora):
            await asyncio.to_thread(ada.put, carls, isActive=False)
            await carl.receives("access_changed")
            await carl.wait_until_disconnected()
            await check_session_works(priya, cora, sitting)
            await priya.receives("student_left")

            await asyncio.to_thread(ada.put, priyas, role="student")
            await priya.receives("access_changed")
            await priya.wait_until_disconnected()

    try:
        asyncio.run(story())
    finally:
        ada.put(carls, isActive=True)
        ada.put(priyas, role="proctor")


# --- the client library of browsers -------------------------------------------------------------


@pytest.fixture
def node() -> str:
    """The path of Node. If it is missing, the test fails in CI and is skipped with a warning elsewhere."""
    path = shutil.which("node")
    if path is None:
        words = "NO NODE: the official JavaScript client was not tried."
        pytest.fail(words, pytrace=False) if os.environ.get("CI") == "true" else pytest.skip(words)
    return path


class JavaScriptClient:
    """browser_client.mjs and its output."""

    def __init__(self, node: str, url: str, token: str, session_id: str) -> None:
        program = Path(__file__).parent / "browser_client.mjs"
        command = [node, str(program), url, token, session_id]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def says(self, name: str) -> Any:
        """The data of the next line with this name."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            event = json.loads(line)
            if event["name"] == name:
                return event["data"]
        raise AssertionError(f"it never printed {name!r}")

    def __enter__(self) -> JavaScriptClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()


def test_the_official_javascript_client(product: Processes, sitting: Sitting, node: str) -> None:
    async def story() -> None:
        async with room(product, sitting) as (_, priya, carl, _):
            with JavaScriptClient(node, product.url, carl.token, sitting.id) as page:

                async def says(name: str) -> Any:
                    return await asyncio.to_thread(page.says, name)

                joined = await says("joined")
                assert joined["success"] and len(joined["data"]["attempt"]["questions"]) == 7
                saved = await says("saved")
                assert saved["data"]["saved"][0]["response"] == {"text": "nucleus"}
                assert (await says("refused"))["error"]["code"] == "invalid_input"
                await carl.receives("answers_changed")  # the student's other page
                await says("ready")

                sent = await priya.ask(
                    "message_send", sessionId=sitting.id, attemptIds="all", text="Ten minutes left"
                )
                assert (await says("message"))["text"] == "Ten minutes left"
                assert (await says("receipt"))["data"] == {"messageIds": [sent["messageId"]]}
                await priya.receives("message_receipts", lambda counts: counts["confirmed"] == 1)
                await asyncio.to_thread(sitting.move, "complete")
                assert (await says("attempt_closed"))["submissionMethod"] == "forced"
                assert await asyncio.to_thread(page.process.wait, PATIENCE) == 0

    asyncio.run(story())
