"""A mail server on loopback that takes everything and keeps nothing, in a process of its own."""

from __future__ import annotations

import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.installation import free_port


@contextmanager
def listening() -> Iterator[str]:
    """Its address, as `SMTP_URL` wants it."""
    port = free_port()
    place = f"127.0.0.1:{port}"
    server = subprocess.Popen(
        [sys.executable, "-m", "aiosmtpd", "-n", "-l", place, "-c", "aiosmtpd.handlers.Sink"]
    )
    try:
        _wait_for(port)
        yield f"smtp://{place}"
    finally:
        server.terminate()
        server.wait(10)


def _wait_for(port: int) -> None:
    patience = time.monotonic() + 30
    while True:
        try:
            with smtplib.SMTP("127.0.0.1", port, timeout=1):
                return
        except OSError:
            if time.monotonic() > patience:
                raise
            time.sleep(0.1)
