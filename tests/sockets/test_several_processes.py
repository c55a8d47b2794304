"""Two web processes behind nginx share one session, wherever clients are connected and if one dies."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from sqlalchemy import text

from tests.helpers import nginx
from tests.helpers.product import FlaskUp
from tests.helpers.real_clients import RealClient
from tests.helpers.rest import Api
from tests.helpers.waiting import soon, until

# All of 127.0.0.0/8 is loopback.
CLIENT_IPS = [f"127.0.{number}.1" for number in range(1, 40)]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskUp]:
    nginx.find()
    folder = tmp_path_factory.mktemp("processes")
    with FlaskUp(folder, web=2, TRUSTED_PROXIES="1", PRESENCE_SECONDS="4") as running:
        yield running


@pytest.fixture(scope="module")
def url(installation: FlaskUp, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with nginx.running(tmp_path_factory.mktemp("nginx") / "etc", installation.ports) as proxy_url:
        yield proxy_url


@pytest.fixture
def session_id(installation: FlaskUp) -> str:
    """A session whose waiting room is open."""
    teacher = Api(installation.url, "ines@school.example")
    session = teacher.post(
        "/api/sessions",
        classId=installation.institution["classes"]["10b"],
        testId=installation.institution["tests"]["long"],
        title="In two places",
        scheduledAt=datetime.now(UTC).isoformat(),
    )
    teacher.post(f"/api/sessions/{session['sessionId']}/start-waiting")
    return str(session["sessionId"])


class Client(RealClient):
    """A client through the proxy."""

    served_by: str


Arrive = Callable[..., Awaitable[Client]]


@asynccontextmanager
async def clients_by_process(url: str) -> AsyncIterator[Arrive]:
    """`await arrive(0 or 1, email, namespace)`: a client that the proxy routes to that web process."""
    sources: dict[str, str] = {}
    for client_ip in CLIENT_IPS:
        async with _http_from(client_ip) as http:
            sources.setdefault(await _process_of(http, url), client_ip)
    assert len(sources) == 2, "every client is routed to one process"
    sessions: list[aiohttp.ClientSession] = []
    clients: list[Client] = []

    async def arrive(
        process: int, email: str, namespace: str = "/student", transports: list[str] | None = None
    ) -> Client:
        http = _http_from(sources[sorted(sources)[process]])
        sessions.append(http)
        client = Client(url, http, namespace)
        client.served_by = await _process_of(http, url)
        clients.append(client)
        await client.connect(email, transports or ["websocket"])
        return client

    try:
        yield arrive
    finally:
        for client in clients:
            await client.socket.disconnect()
        for http in sessions:
            await http.close()


async def _process_of(http: aiohttp.ClientSession, url: str, **cookies: str) -> str:
    """The process to which sockets of this HTTP session are routed, by the header of its refusal."""
    async with http.get(f"{url}/socket.io/", cookies=cookies) as reply:
        return reply.headers["X-Served-By"]


def _http_from(client_ip: str) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(local_addr=(client_ip, 0)))


def of(student: Client, **extra: Any) -> Callable[[Any], bool]:
    return lambda data: any(extra.items() <= row.items() for row in data["students"])


def _numbers(proctor: RealClient) -> list[int]:
    return sorted(data["seq"] for _, data in proctor.events if data.get("seq"))


def _gapless(proctor: RealClient) -> bool:
    """Two processes number and send concurrently: all events arrive, not always in order, so that a late one
    leaves a gap for a moment."""
    numbers = _numbers(proctor)
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_clients_behind_one_ip_are_spread_over_all_processes(installation: FlaskUp, url: str) -> None:
    async def story() -> None:
        async with aiohttp.ClientSession() as http:
            served_by = set()
            for _ in range(4):
                async with http.get(f"{url}/healthz") as reply:
                    served_by.add(reply.headers["X-Served-By"])
            assert len(served_by) == 2, "requests go to any process"
            tokens = [f"token-{number}" for number in range(40)]
            routed = [await _process_of(http, url, access_token_cookie=token) for token in tokens]
            assert len(set(routed)) == 2, "sockets are distributed by access token"
            assert routed == [await _process_of(http, url, access_token_cookie=token) for token in tokens]

    asyncio.run(story())


def test_the_processes_stamp_their_heartbeat(installation: FlaskUp) -> None:
    def seen_at() -> Any:
        with installation.engine.connect() as connection:
            return connection.execute(text("SELECT seen_at FROM service_life")).scalar()

    before = seen_at()
    until(lambda: seen_at() != before, "a process says that it answers", every=0.2)


def test_one_session_in_two_processes(installation: FlaskUp, url: str, session_id: str) -> None:
    async def story() -> None:
        async with clients_by_process(url) as arrive:
            proctor = await arrive(0, "ines@school.example", "/proctor")
            carl = await arrive(1, "carl@school.example")
            cora = await arrive(0, "cora@school.example", transports=["polling"])
            assert proctor.served_by == cora.served_by != carl.served_by

            await proctor.ask("monitor_join", sessionId=session_id)
            await carl.ask("session_join", sessionId=session_id)
            await cora.ask("session_join", sessionId=session_id)
            for name in ("Carl Adams", "Cora Berg"):
                await proctor.receives("student_joined", lambda data, name=name: data["studentName"] == name)

            teacher = Api(installation.url, "ines@school.example")
            await asyncio.to_thread(teacher.post, f"/api/sessions/{session_id}/start")
            for student in (carl, cora):
                await student.receives("session_started")

            state = (await carl.ask("session_join", sessionId=session_id))["attempt"]
            phone = await arrive(0, "carl@school.example", transports=["polling"])
            await phone.ask("session_join", sessionId=session_id)
            change = {
                "changeId": str(uuid.uuid4()),
                "questionId": state["questions"][3]["questionId"],
                "response": {"text": "nucleus"},
            }
            saved = await carl.ask("answers_save", attemptId=state["attemptId"], changes=[change])
            changed = await phone.receives("answers_changed")
            assert changed["version"] == saved["version"]
            await proctor.receives(
                "student_status_update",
                lambda data: any(row.get("questionsAnswered") == 1 for row in data["students"]),
            )
            await soon(
                lambda: _gapless(proctor), "every numbered event arrives", seen=lambda: _numbers(proctor)
            )

    asyncio.run(story())


def test_a_user_demoted_in_one_process_is_disconnected_from_the_other(
    installation: FlaskUp, url: str
) -> None:
    person = f"/api/users/{installation.institution['proctorId']}"
    admin = Api(installation.url, "ada@school.example")

    async def story() -> None:
        async with clients_by_process(url) as arrive:
            ends = [await arrive(process, "priya@school.example", "/proctor") for process in (0, 1)]
            await asyncio.to_thread(admin.put, person, role="student")
            for end in ends:
                await end.receives("access_changed")
                await end.wait_until_disconnected()

    try:
        asyncio.run(story())
    finally:
        admin.put(person, role="proctor")


def test_a_process_dies_and_the_session_continues(installation: FlaskUp, url: str, session_id: str) -> None:
    """Its students are shown as disconnected, reconnect through the proxy, and continue on any process."""

    async def story() -> None:
        async with clients_by_process(url) as arrive:
            proctor = await arrive(0, "ines@school.example", "/proctor")
            carl = await arrive(1, "carl@school.example")
            await proctor.ask("monitor_join", sessionId=session_id)
            await carl.ask("session_join", sessionId=session_id)
            await proctor.receives("student_joined")

            installation.web_process(int(carl.served_by.rpartition(":")[2])).kill()
            await proctor.receives("student_left")
            proctor.events.clear()

            again = await arrive(1, "carl@school.example")
            await again.ask("session_join", sessionId=session_id)
            await proctor.receives("student_joined")

    asyncio.run(story())
