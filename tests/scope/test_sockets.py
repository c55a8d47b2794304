"""Every event of Socket.IO with ids of another organization, and of another branch of the same one."""

from __future__ import annotations

import uuid
from typing import Any

from exam_app.models import User
from exam_app.sockets import proctor, student
from tests.helpers.caller import everything, plain
from tests.helpers.things import Things, is_id

ABOUT_NOBODY_ELSE = {"authenticate"}
WITHOUT_REFUSAL = {"message_received": {"messageIds": []}}
"""Events that answer with what is the sender's own of all that they name."""
FILLERS: dict[str, Any] = {
    "changes": [],
    "end": 4,
    "highlightId": str(uuid.UUID(int=4 << 76 | 8 << 60)),
    "minutes": 5,
    "questionIndex": 0,
    "reason": "A fire alarm",
    "response": {"text": "x"},
    "start": 0,
    "state": "dismissed",
    "text": "Four",
    "type": "tab_switch",
}


def body(schema: Any, theirs: Things) -> dict[str, Any]:
    """All that the event needs, and every id that it takes, which is theirs."""
    sent: dict[str, Any] = {}
    for name, field in schema().fields.items():
        key = field.data_key or name
        if is_id(key) and key not in ("selectedOptionId", "selectedOptionIds"):
            sent[key] = plain(theirs.id(key))
            if key.endswith("Ids"):
                sent[key] = [sent[key]]
        elif field.required or key == "response" or key == "highlightId":
            sent[key] = FILLERS[key]
    return sent


def test_every_event_about_what_is_not_ours(socket: Any, ours: Things, theirs: Things) -> None:
    """404 whoever sends it, and nothing happens."""
    before, wrong, sent = everything(), [], 0
    for events in (student.events, proctor.events):
        people: list[User] = [person for role, person in ours.people.items() if role in events.roles]
        for name, (schema, _) in events.handlers.items():
            for person in people if name not in ABOUT_NOBODY_ELSE else ():
                ack = socket(person).emit(name, body(schema, theirs))
                sent += 1
                if name in WITHOUT_REFUSAL:
                    wrong += [name] if ack["data"] != WITHOUT_REFUSAL[name] else []
                elif ack["success"] or ack["error"]["code"] != "not_found":
                    wrong.append(f"{name} as {person.role.value}: {ack}")
    assert wrong == []
    assert everything() == before
    assert sent > 20


def test_a_connection_follows_its_person_to_another_branch(
    socket: Any, foreign: str, ours: Things, theirs: Things, branches: Any
) -> None:
    """Who was of the whole organization when they connected is limited as soon as they are bound."""
    if foreign == "organization":
        return
    admin = ours.people["admin"]
    admin.branch_id = None
    watching = socket(admin)
    assert watching.ask("monitor_join", {"sessionId": str(theirs.id("session_id"))})
    admin.branch_id = branches[0].id
    assert watching.refused("monitor_join", {"sessionId": str(theirs.id("session_id"))}) == "not_found"
    assert watching.ask("monitor_join", {"sessionId": str(ours.id("session_id"))})
