"""A WebSocket client without any manners: sends frames as told, whatever the protocol says."""

from __future__ import annotations

import os
import socket
import struct
from base64 import b64encode
from urllib.parse import urlsplit

from tests.helpers.waiting import PATIENCE

CONTINUATION, TEXT, BINARY, CLOSE, PING = 0, 1, 2, 8, 9


class RawWebSocket:
    """An Engine.IO connection to the product at `url`, over WebSocket from the start."""

    def __init__(self, url: str, **headers: str) -> None:
        address = urlsplit(url)
        assert address.hostname and address.port
        self.socket = socket.create_connection((address.hostname, address.port), PATIENCE)
        lines = {
            "Host": address.netloc,
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Key": b64encode(os.urandom(16)).decode(),
            "Sec-WebSocket-Version": "13",
            **headers,
        }
        request = "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
        self.socket.sendall((request + "".join(f"{k}: {v}\r\n" for k, v in lines.items()) + "\r\n").encode())
        self.file = self.socket.makefile("rb")
        self.status = int(self.file.readline().split()[1])
        while self.file.readline() not in (b"\r\n", b""):
            pass

    def send(self, payload: bytes, opcode: int = TEXT, is_last: bool = True) -> None:
        """One masked frame."""
        mask = os.urandom(4)
        length = len(payload)
        if length < 126:
            size = struct.pack("!B", 0x80 | length)
        elif length < 2**16:
            size = struct.pack("!BH", 0x80 | 126, length)
        else:
            size = struct.pack("!BQ", 0x80 | 127, length)
        key = int.from_bytes((mask * (length // 4 + 1))[:length], "big")
        masked = (int.from_bytes(payload, "big") ^ key).to_bytes(length, "big")
        self.socket.sendall(bytes([opcode | (0x80 if is_last else 0)]) + size + mask + masked)

    def frame(self) -> tuple[int, bytes] | None:
        """The next frame of the server, as (opcode, payload); None at the end of the connection."""
        try:
            head = self.file.read(2)
            if len(head) < 2:
                return None
            length = head[1] & 127
            if length > 125:
                length = int.from_bytes(self.file.read(2 if length == 126 else 8), "big")
            return head[0] & 15, self.file.read(length)
        except ConnectionError:
            return None

    def close_code(self) -> int | None:
        """Read to the end: the code of the server's close frame, or None if there was none."""
        code = None
        while frame := self.frame():
            if frame[0] == CLOSE:
                code = int.from_bytes(frame[1][:2], "big")
        return code

    def close(self) -> None:
        self.file.close()
        self.socket.close()
