"""Every Socket.IO event with ids of another organization, and of another branch of the same one."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from exam_app.extensions import db
from exam_app.models import Activity, User
from exam_app.sockets import proctor, student
from tests.factories import ExamSessionFactory, SchoolClassFactory, TestFactory, UserFactory
from tests.helpers.answers import all_right, change
from tests.helpers.caller import everything, plain
from tests.helpers.clients import data
from tests.helpers.things import Things, is_id, nothing_like, thing

ABOUT_NOBODY_ELSE = {"authenticate"}
WITHOUT_REFUSAL = {"message_received": {"messageIds": []}}
"""Events whose reply has only the sender's own objects among those requested."""
FILLERS: dict[str, Any] = {
    "changeId": str(uuid.UUID(int=4 << 76 | 8 << 60)),
    "changes": [change(1, {"text": "x"})],
    "end": 4,
    "highlightId": str(uuid.UUID(int=4 << 76 | 8 << 60)),
    "minutes": 5,
    "questionIndex": 0,
    "reason": "A fire alarm",
    "start": 0,
    "state": "dismissed",
    "text": "Four",
    "response": {"text": "x"},
    "type": "tab_switch",
}


def body(schema: Any, ids: Callable[[str], Any]) -> dict[str, Any]:
    """All fields of the event, with every id that it accepts."""
    sent: dict[str, Any] = {}
    for name, field in schema().fields.items():
        key = field.data_key or name
        if key in FILLERS:
            sent[key] = FILLERS[key]
        elif is_id(key) and thing(key) != "selected_option":
            sent[key] = [plain(ids(key))] if key.endswith("Ids") else plain(ids(key))
    return sent


def events_by_people(people: dict[str, User]) -> Iterator[tuple[str, Any, User]]:
    for events in (student.events, proctor.events):
        for name, (schema, _) in events.handlers.items():
            for person in people.values():
                if person.role in events.roles and name not in ABOUT_NOBODY_ELSE:
                    yield name, schema, person


def test_every_event_about_a_foreign_row_is_refused(socket: Any, ours: Things, theirs: Things) -> None:
    """404 for every sender, and nothing changes."""
    before, wrong, sent = everything(), [], 0
    for name, schema, person in events_by_people(ours.people):
        ack = socket(person).emit(name, body(schema, theirs.id))
        sent += 1
        if name in WITHOUT_REFUSAL:
            wrong += [name] if ack["data"] != WITHOUT_REFUSAL[name] else []
        elif ack["success"] or ack["error"]["code"] != "not_found":
            wrong.append(f"{name} as {person.role.value}: {ack}")
    assert wrong == []
    assert everything() == before
    assert sent > 20


def test_every_event_with_one_foreign_id_is_refused(socket: Any, ours: Things, theirs: Things) -> None:
    """A foreign id gets the same reply as one that does not exist, and nothing changes."""
    before, wrong = everything(), []
    for name, schema, person in events_by_people(ours.people):
        client = socket(person)
        for key in filter(is_id, body(schema, ours.id)):
            acks = []
            for foreign in (theirs.id(key), nothing_like(theirs.id(key))):
                ack = client.emit(name, body(schema, lambda k: foreign if k == key else ours.id(k)))  # noqa: B023
                acks.append(str(ack).replace(str(foreign), "..."))
            if acks[0] != acks[1]:
                wrong.append(f"{name} as {person.role.value} with their {key}: {acks}")
    assert wrong == []
    assert everything() == before


def test_a_connection_follows_its_user_to_another_branch(
    socket: Any, foreign: str, ours: Things, theirs: Things, branches: Any
) -> None:
    """A connected user of the whole organization is limited as soon as they are bound to a branch."""
    if foreign == "organization":
        return
    admin = ours.people["admin"]
    admin.branch_id = None
    monitor = socket(admin)
    assert monitor.ask("monitor_join", {"sessionId": str(theirs.id("session_id"))})
    admin.branch_id = branches[0].id
    assert monitor.refused("monitor_join", {"sessionId": str(theirs.id("session_id"))}) == "not_found"
    assert monitor.ask("monitor_join", {"sessionId": str(ours.id("session_id"))})


@pytest.mark.parametrize("of_branch", [True, False])
def test_a_student_takes_exams_of_their_branch_and_of_the_whole_organization(
    socket: Any, api: Any, cast: SimpleNamespace, branches: Any, of_branch: bool
) -> None:
    """From the waiting room to the receipt, a student needs no row that is not visible to them."""
    north = branches[0].id
    student = UserFactory(organization=cast.school, branch_id=north)
    school_class = SchoolClassFactory(
        teacher=cast.ines, students=[student], branch_id=north if of_branch else None
    )
    test = TestFactory(author=cast.ines, published=True)
    session = ExamSessionFactory(school_class=school_class, test=test, proctors=[cast.priya], waiting=True)
    page, room, session_ref = socket(student), socket(cast.priya), {"sessionId": str(session.id)}
    page.ask("session_join", session_ref)
    room.ask("monitor_join", session_ref)
    data(api(cast.priya).post(f"/api/sessions/{session.id}/start"))
    attempt = {"attemptId": page.ask("session_join", session_ref)["attempt"]["attemptId"]}
    page.ask("heartbeat", {**attempt, "seq": 1})
    page.ask("tab_violation", {**attempt, "type": "tab_switch", "durationMs": 900})
    page.ask("hand_raise", attempt)
    chosen = {**session_ref, "attemptIds": [attempt["attemptId"]], "reason": "A fire alarm"}
    assert room.ask("attempts_extend", {**chosen, "minutes": 5})["done"]
    assert room.ask("attempts_pause", chosen)["done"] and room.ask("attempts_resume", chosen)["done"]
    page.ask("answers_save", {**attempt, "changes": all_right(test)})
    assert page.ask("attempt_submit", {**attempt, "confirmSubmission": True})["receipt"]
    rows = db.session.scalars(select(Activity).where(Activity.attempt_id == uuid.UUID(attempt["attemptId"])))
    assert {row.branch_id for row in rows} == {north}
