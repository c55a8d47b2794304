"""A reader of server-sent events, which parses them as an EventSource does."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from tests.helpers.waiting import until


class Event(NamedTuple):
    name: str
    data: dict[str, Any]
    id: str | None


class Listener:
    """Reads `chunks` in a separate thread, and closes them there, at the end or after `leave`."""

    def __init__(self, chunks: Iterable[bytes], close: Callable[[], None]) -> None:
        self.events: list[Event] = []
        self.comments = 0
        self.last_id: str | None = None
        self.has_ended = False
        self._is_leaving = False
        threading.Thread(target=self._read, args=(chunks, close), daemon=True).start()

    def _read(self, chunks: Iterable[bytes], close: Callable[[], None]) -> None:
        text = ""
        for chunk in chunks:
            text += chunk.decode()
            *blocks, text = text.split("\n\n")
            for block in blocks:
                self._take(dict(line.split(": ", 1) for line in block.split("\n")))
            if self._is_leaving:
                break
        close()
        self.has_ended = True

    def _take(self, lines: dict[str, str]) -> None:
        self.comments += "" in lines
        self.last_id = lines.get("id", self.last_id)
        if "event" in lines:
            self.events.append(Event(lines["event"], json.loads(lines["data"]), lines.get("id")))

    def names(self) -> list[str]:
        return [event.name for event in self.events]

    def kinds(self) -> list[str]:
        """The kinds of the log entries received."""
        return [event.data["type"] for event in self.events if event.name == "activity"]

    def receives(self, name: str, **data: Any) -> Event:
        """The first event of this kind, received already or soon."""
        return self._soon(
            lambda: next((e for e in self.events if e.name == name and data.items() <= e.data.items()), None)
        )

    def ends(self) -> list[str]:
        """Wait for the end. Returns the names of all events."""
        self._soon(lambda: self.has_ended)
        return self.names()

    def leave(self) -> None:
        """Disconnect, as soon as anything arrives."""
        self._is_leaving = True
        self._soon(lambda: self.has_ended)

    def beats(self) -> None:
        self._soon(lambda: self.comments)

    def _soon(self, look: Callable[[], Any]) -> Any:
        return until(look, "something comes over the stream", every=0.01, seen=self.names)
