"""What a connection may send, and how long it may take: whoever exceeds it is cut off."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
import socketio
from engineio.socket import Socket

from exam_app.infrastructure.websocket import FRAMES_AT_ONCE
from exam_app.sockets import guard
from tests.helpers.product import Processes
from tests.helpers.raw_websocket import BINARY, CLOSE, CONTINUATION, PING, TEXT, RawWebSocket
from tests.helpers.rest import Api
from tests.helpers.waiting import PATIENCE, until

TOO_BIG, POLICY, PROTOCOL, NORMAL = 1009, 1008, 1002, 1000
LARGEST = 2 * 1024 * 1024
Opening = Callable[..., RawWebSocket]


@pytest.fixture
def opening(product: Processes) -> Iterator[Opening]:
    opened: list[RawWebSocket] = []

    def open_one(**headers: str) -> RawWebSocket:
        opened.append(RawWebSocket(product.url, **headers))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def connection(opening: Opening) -> RawWebSocket:
    """An Engine.IO connection that has not joined a namespace: anybody can have one."""
    connected = opening()
    assert connected.status == 101
    frame = connected.frame()
    assert frame is not None and frame[1].startswith(b"0{")
    return connected


@pytest.fixture(autouse=True)
def the_product_goes_on(product: Processes) -> Iterator[None]:
    yield
    assert Api(product.url, "carl@school.example").get("/api/auth/me")


def test_a_message_of_many_frames_has_a_limit(connection: RawWebSocket) -> None:
    part = b"4" * (256 * 1024)
    connection.send(part, TEXT, is_last=False)
    with pytest.raises(ConnectionError):
        while True:  # until the server has closed, however busy the machine is
            connection.send(part, CONTINUATION, is_last=False)
    assert connection.close_code() in (TOO_BIG, None)  # lost if we were still sending


def test_one_frame_that_is_too_large_is_not_read_to_the_end(connection: RawWebSocket) -> None:
    announced = b"\x81\xff" + (10**9).to_bytes(8, "big") + b"mask"
    connection.socket.sendall(announced + b"x" * (LARGEST + 1024))
    assert connection.close_code() == TOO_BIG


def test_a_message_of_the_largest_size_is_taken(connection: RawWebSocket) -> None:
    connection.send(b"6" + b"x" * (LARGEST - 1))  # a NOOP of Engine.IO
    connection.send(b"", CLOSE)
    assert connection.close_code() is not None


@pytest.mark.parametrize(
    ("opcode", "is_last"),
    [(PING, True), (TEXT, True), (CONTINUATION, False)],
    ids=["pings", "messages", "fragments"],
)
def test_a_flood_of_small_frames_ends_the_connection(
    connection: RawWebSocket, opcode: int, is_last: bool
) -> None:
    if opcode == CONTINUATION:
        connection.send(b"4", TEXT, is_last=False)
    try:
        for _ in range(int(FRAMES_AT_ONCE) * 4):
            connection.send(b"6", opcode, is_last)
    except ConnectionError:
        pass  # it was quick
    assert connection.close_code() in (POLICY, None)


@pytest.mark.parametrize(
    "packet",
    [
        '451-["answers_save",{"_placeholder":true,"num":0}]',
        "451000000000-",
        "461-/student,[]",
        "4[",
        '42{"a":1',
        "49",
    ],
)
def test_what_is_no_event_ends_the_connection(connection: RawWebSocket, packet: str) -> None:
    connection.send(packet.encode())
    assert connection.close_code() == NORMAL


def test_a_binary_message_ends_the_connection(connection: RawWebSocket) -> None:
    connection.send(b"\x00" * 1000, BINARY)
    assert connection.close_code() == NORMAL


@pytest.mark.parametrize(
    "bytes_sent",
    [
        pytest.param(b"\x83\x80mask", id="unknown opcode"),
        pytest.param(b"\x81\x01x", id="not masked"),
        pytest.param(b"\x89\xfe\x00\x7emask" + b"x" * 126, id="a long ping"),
        pytest.param(b"\x81\x82mask" + bytes([0xFF ^ ord("m"), 0]), id="no UTF-8"),
    ],
)
def test_a_violation_of_the_protocol_ends_the_connection(connection: RawWebSocket, bytes_sent: bytes) -> None:
    connection.socket.sendall(bytes_sent)
    assert connection.close_code() in (PROTOCOL, 1007)


@pytest.mark.parametrize("headers", [{"Sec-WebSocket-Version": "8"}, {"Upgrade": "websocket, h2c"}])
def test_a_malformed_handshake_is_refused(opening: Opening, headers: dict[str, str]) -> None:
    assert opening(**headers).status == 400


def test_polling_has_the_same_limits(product: Processes) -> None:
    polled = product.url + "/socket.io/?EIO=4&transport=polling"
    with urlopen(polled, timeout=PATIENCE) as reply:
        polled += "&sid=" + json.loads(reply.read()[1:])["sid"]
    packet = b'451-["answers_save",{"_placeholder":true,"num":0}]'
    with urlopen(Request(polled, packet, method="POST"), timeout=PATIENCE):
        pass
    with pytest.raises(HTTPError, match="400"):  # the connection is gone
        urlopen(Request(polled, b"3", method="POST"), timeout=PATIENCE)


def test_a_connection_that_joins_nothing_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "JOIN_SECONDS", 0.05)
    server = socketio.Server(async_mode="threading")
    connection = server.eio.sockets["one"] = Socket(server.eio, "one")
    guard.Guard(server, ["/student"]).connect("one", {"REMOTE_ADDR": "192.0.2.1"})
    until(lambda: connection.closed, "the connection is ended")


def test_the_connections_of_one_address_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MOST_OF_ADDRESS", 2)
    guarded = guard.Guard(socketio.Server(async_mode="threading"), ["/student"])
    here, elsewhere = {"REMOTE_ADDR": "192.0.2.1"}, {"REMOTE_ADDR": "192.0.2.2"}
    assert [guarded.connect(sid, here) for sid in ("a", "b", "c")][2] is False
    assert guarded.connect("d", elsewhere) is not False
    guarded.disconnect("a", "gone")
    assert guarded.connect("e", here) is not False


def test_slow_senders_are_cut_off(product: Processes) -> None:
    """Header by header and byte by byte: the time for all of it is limited, not that for one read."""
    address = urlsplit(product.url)

    def drip(start: bytes, drop: bytes) -> bytes:
        with socket.create_connection((address.hostname, address.port), PATIENCE) as sender:
            sender.sendall(start)
            sender.settimeout(0.5)
            while True:
                try:
                    sender.sendall(drop)
                    return sender.recv(100)
                except TimeoutError:
                    continue
                except ConnectionError:
                    return b""

    line = b"POST /api/auth/login HTTP/1.1\r\nHost: exam\r\n"
    body = line + b"Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n"
    with ThreadPoolExecutor() as together:
        first, headers, slow = together.map(drip, [b"GET /", line, body], [b"x", b"X-Slow: 1\r\n", b" "])
    assert (first, headers) == (b"", b"")
    assert slow.startswith(b"HTTP/1.1 4")
