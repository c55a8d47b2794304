"""Ports for the servers that tests start."""

from __future__ import annotations

import contextlib
import random
import socket


def free_port() -> int:
    """A free port of 127.0.0.1."""
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """So many consecutive free ports, below the range of ephemeral ports."""
    for first in range(random.randrange(20_000, 28_000), 32_000):
        ports = list(range(first, first + count))
        with contextlib.ExitStack() as probes:
            try:
                for port in ports:
                    probes.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
            return ports
    raise AssertionError("no free port")
