"""A mail server on loopback that accepts and discards everything, in its own process."""

from __future__ import annotations

import smtplib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.helpers.ports import free_port
from tests.helpers.waiting import PATIENCE, until


@contextmanager
def listening() -> Iterator[str]:
    """The URL of the server, for `SMTP_URL`."""
    port = free_port()
    place = f"127.0.0.1:{port}"
    server = subprocess.Popen(
        [sys.executable, "-m", "aiosmtpd", "-n", "-l", place, "-c", "aiosmtpd.handlers.Sink"]
    )
    try:
        until(lambda: _answers(port), "the mail server answers")
        yield f"smtp://{place}"
    finally:
        server.terminate()
        server.wait(PATIENCE)


def _answers(port: int) -> bool:
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=10):
            return True
    except OSError:
        return False
