"""Keeps the processes of `flask up` running, and stops them together.

honcho's own manager ends everything when one process ends; here a process that dies is restarted, since a
crash of the mailer must not end an exam. Output and prefixes are honcho's.
"""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
import time
from contextlib import suppress
from datetime import datetime
from types import FrameType
from typing import Any, TextIO

from honcho.colour import get_colours
from honcho.printer import Message, Printer
from honcho.process import Process

TERM_SECONDS = 8  # then SIGKILL
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
STEADY_SECONDS = 60  # a process that ran this long is restarted at once


class Child:
    """One process by name: its command, and the state of its current run."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.pid: int | None = None
        self.running = False
        self.started_at = 0.0
        self.start_again_at: float | None = None
        self.pause = FIRST_PAUSE


class Supervisor:
    """`add` the processes, then `run` until SIGTERM or SIGINT; `run` returns when none is left."""

    def __init__(self, output: TextIO = sys.stdout) -> None:
        self._printer = Printer(output, width=len("system"))
        self._colours = get_colours()
        self._events: queue.Queue[Any] = queue.Queue()
        self._children: dict[str, Child] = {}
        self._stopping = threading.Event()

    def add(self, name: str, command: str, env: dict[str, str], cwd: str) -> None:
        process = Process(command, name=name, colour=next(self._colours), env=env, cwd=cwd)
        self._children[name] = Child(process)
        self._printer.width = max(self._printer.width, len(name))

    def say(self, text: str) -> None:
        """Print a line of our own among the children's output; thread-safe."""
        self._events.put(Message("line", text, datetime.now(), "system", None))

    def stop(self, number: int | None = None, frame: FrameType | None = None) -> None:
        """Ask `run` to stop everything; usable as a signal handler."""
        self._stopping.set()

    @property
    def is_stopping(self) -> bool:
        return self._stopping.is_set()

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        for child in self._children.values():
            self._start(child)
        while not self._stopping.is_set():
            self._handle_events()
            for child in self._children.values():
                if child.start_again_at is not None and time.monotonic() >= child.start_again_at:
                    self._start(child)
        self._stop_all()

    def _start(self, child: Child) -> None:
        child.running, child.start_again_at = True, None
        child.started_at = time.monotonic()
        threading.Thread(target=child.process.run, args=(self._events,), daemon=True).start()

    def _handle_events(self) -> None:
        try:
            message = self._events.get(timeout=0.1)
        except queue.Empty:
            return
        if message.type == "line":
            self._printer.write(message)
        elif message.type == "start":
            self._children[message.name].pid = message.data["pid"]
        elif message.type == "stop":
            self._stopped(self._children[message.name], message.data["returncode"])

    def _stopped(self, child: Child, status: int) -> None:
        self._signal(child, signal.SIGKILL)  # the rest of its process group
        child.running, child.pid = False, None
        if self._stopping.is_set():
            return
        if time.monotonic() - child.started_at > STEADY_SECONDS:
            child.pause = FIRST_PAUSE
        child.start_again_at = time.monotonic() + child.pause
        self.say(f"{child.process.name} ended (status {status}); restarting it in {child.pause:g} s")
        child.pause = min(child.pause * 2, LONGEST_PAUSE)

    def _stop_all(self) -> None:
        self.say("stopping")
        patience = time.monotonic() + TERM_SECONDS
        signalled: set[int] = set()
        while any(child.running for child in self._children.values()):
            for child in self._children.values():
                if child.pid and child.pid not in signalled:
                    self._signal(child, signal.SIGTERM)
                    signalled.add(child.pid)
                elif time.monotonic() > patience:
                    self._signal(child, signal.SIGKILL)
            self._handle_events()

    @staticmethod
    def _signal(child: Child, number: signal.Signals) -> None:
        """Signal the process group: honcho gives each process its own, with its pid as id."""
        if child.pid:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, number)
