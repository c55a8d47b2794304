"""What the participants of a session send over their sockets, and what they receive."""

from __future__ import annotations

from typing import Any


def join(client: Any, session: Any) -> Any:
    return client.ask("session_join", {"sessionId": str(session.id)})


def join_monitor(client: Any, session: Any) -> Any:
    return client.ask("monitor_join", {"sessionId": str(session.id)})


def send_message(client: Any, session: Any, who: Any = "all", text: str = "Ten minutes left") -> Any:
    return client.ask("message_send", {"sessionId": str(session.id), "attemptIds": who, "text": text})


def act(client: Any, verb: str, session: Any, who: Any = "all") -> Any:
    data = {"sessionId": str(session.id), "attemptIds": who, "reason": "Fire alarm"}
    return client.ask(f"attempts_{verb}", data)


def named(client: Any, *names: str) -> list[dict[str, Any]]:
    return [event.data for event in client.received() if event.name in names]


def row_of(client: Any, student: Any) -> dict[str, Any]:
    """A student's row, merged from the deltas since the last call."""
    row: dict[str, Any] = {}
    for delta in named(client, "student_status_update"):
        for change in delta["students"]:
            if change["studentId"] == str(student.id):
                row |= change
    return row
