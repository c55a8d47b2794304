"""The audit log: every change by a user, with actor, client IP, and the values before and after."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.extensions import db
from exam_app.infrastructure import origin
from exam_app.models import Activity
from exam_app.services.activity import audit
from exam_app.services.attempts import closing, control
from exam_app.services.authoring import catalog
from exam_app.services.sessions import lifecycle
from exam_app.services.timing import accommodations, deadlines
from tests.factories import AttemptFactory
from tests.helpers.clients import data
from tests.helpers.times import NOW, minutes


def log(organization: Any, **chosen: Any) -> list[dict[str, Any]]:
    return audit.entries(organization.id, audit.filters(**chosen), 1, 100)[0]


@pytest.fixture
def busy(app: Flask, attempt: Any, running: Any, cast: SimpleNamespace) -> Any:
    """An extension, a pause, a resume, and the end of Carl's attempt."""
    with origin.acting_from("192.0.2.7"):
        deadlines.extend_time(running, cast.priya, [attempt.id], 10, "Fire alarm", minutes(1))
        control.pause(cast.priya, [attempt], "A break", minutes(2))
        control.resume(cast.ines, [attempt], "It goes on", minutes(5))
        control.cancel(cast.ines, [attempt], "Taken ill", minutes(6))
    return attempt


def test_before_and_after(busy: Any, cast: SimpleNamespace) -> None:
    entries = [
        (row["type"], row["before"], row["after"]) for row in reversed(log(cast.school, attempt_id=busy.id))
    ]
    at = {n: f"2026-05-04T09:{n}:00.000Z" for n in (30, 40, 43)}
    assert entries == [
        ("time_extended", {"expiresAt": at[30]}, {"expiresAt": at[40]}),
        (
            "attempt_paused",
            {"status": "in_progress", "expiresAt": at[40]},
            {"status": "paused", "expiresAt": at[40]},
        ),
        (
            "attempt_resumed",
            {"status": "paused", "expiresAt": at[40]},
            {"status": "in_progress", "expiresAt": at[43]},
        ),
        (
            "attempt_cancelled",
            {"status": "in_progress", "expiresAt": at[43]},
            {"status": "cancelled", "expiresAt": at[43]},
        ),
    ]


def test_a_forced_submission_is_logged(attempt: Any, running: Any, cast: SimpleNamespace) -> None:
    """A forced submission is logged, both of one attempt and at the end of the session."""
    cora = AttemptFactory(student=cast.cora, session=running)
    control.pause(cast.priya, [attempt], "A break", minutes(2))
    control.force_submit(cast.priya, [attempt], "Ill", minutes(3))
    lifecycle.complete_session(cast.ines, running, minutes(4))
    at = "2026-05-04T09:30:00.000Z"
    for one, before, reason in [(attempt, "paused", "Ill"), (cora, "in_progress", "The exam was ended")]:
        (entry,) = log(cast.school, attempt_id=one.id, type="attempt_submitted")
        assert entry["before"] == {"status": before, "expiresAt": at}
        assert entry["after"] == {"status": "submitted", "expiresAt": at}
        assert entry["details"] == {"reason": reason}


def test_the_fields_of_an_entry(busy: Any, cast: SimpleNamespace, running: Any) -> None:
    (entry,) = log(cast.school, type="time_extended")
    assert entry.pop("eventId")
    assert entry == {
        "at": "2026-05-04T09:01:00.000Z",
        "type": "time_extended",
        "text": "Carl Carter was given 10 min: Fire alarm",
        "actor": {
            "userId": str(cast.priya.id),
            "firstName": "Priya",
            "lastName": "Patel",
            "role": "proctor",
        },
        "studentId": str(cast.carl.id),
        "studentName": "Carl Carter",
        "attemptId": str(busy.id),
        "sessionId": str(running.id),
        "address": "192.0.2.7",
        "before": {"expiresAt": "2026-05-04T09:30:00.000Z"},
        "after": {"expiresAt": "2026-05-04T09:40:00.000Z"},
        "details": {"seconds": 600, "reason": "Fire alarm"},
    }


def test_filters(busy: Any, cast: SimpleNamespace, running: Any, unknown_id: Any) -> None:
    counts = {
        "all": len(log(cast.school)),
        "by Ines": len(log(cast.school, actor_id=cast.ines.id)),
        "about Carl": len(log(cast.school, student_id=cast.carl.id)),
        "session": len(log(cast.school, session_id=running.id)),
        "pauses": len(log(cast.school, type="attempt_paused")),
        "from": len(log(cast.school, date_from=minutes(5))),
        "until": len(log(cast.school, date_to=minutes(2))),
        "both": len(log(cast.school, date_from=minutes(2), date_to=minutes(5))),
        "nobody": len(log(cast.school, actor_id=unknown_id)),
        "elsewhere": len(log(cast.elsewhere)),
    }
    assert counts == {
        "all": 4,
        "by Ines": 2,
        "about Carl": 4,
        "session": 4,
        "pauses": 1,
        "from": 2,
        "until": 2,
        "both": 2,
        "nobody": 0,
        "elsewhere": 0,
    }


def test_newest_first_page_by_page(busy: Any, cast: SimpleNamespace) -> None:
    pages = [audit.entries(cast.school.id, [], page, 3) for page in (1, 2)]
    assert [total for _, total in pages] == [4, 4]
    assert [row["type"] for rows, _ in pages for row in rows] == [
        "attempt_cancelled",
        "attempt_resumed",
        "attempt_paused",
        "time_extended",
    ]


def test_a_refused_action_is_not_logged(busy: Any, cast: SimpleNamespace) -> None:
    before = db.session.query(Activity).count()
    assert control.pause(cast.priya, [busy], "Too late", minutes(7))["refused"]
    assert db.session.query(Activity).count() == before


def test_a_test_is_switched_off_and_on(cast: SimpleNamespace, exam: Any) -> None:
    for is_active in (False, False, True):
        catalog.set_active(cast.ines, exam, is_active, NOW)
    entries = log(cast.school, actor_id=cast.ines.id)
    assert [(row["type"], row["before"], row["after"]) for row in reversed(entries)] == [
        ("test_deactivated", {"isActive": True}, {"isActive": False}),
        ("test_activated", {"isActive": False}, {"isActive": True}),
    ]
    assert entries[0]["text"] == "Test activated"
    assert entries[0]["details"] == {"testId": exam.id, "title": "Cells and tissues"}


def test_every_entry_has_the_client_ip(api: Any, socket: Any, cast: SimpleNamespace, running: Any) -> None:
    """Entries have the client IP, over REST and sockets, for students and for staff."""
    carl = socket(cast.carl)
    own = carl.ask("session_join", {"sessionId": str(running.id)})["attempt"]["attemptId"]
    carl.ask("tab_violation", {"attemptId": own, "type": "blur", "durationMs": 2000})
    from_client = {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}}
    mark = {"type": "tab_switch", "durationMs": 1000}
    data(api(cast.carl).post(f"/api/attempts/{own}/activity", mark, **from_client), 201)
    data(api(cast.priya).post(f"/api/attempts/{own}/force-submit", {"reason": "Ill"}, **from_client))
    data(api(cast.ines).post(f"/api/sessions/{running.id}/complete", **from_client))
    recorded = [(row["type"], row["address"]) for row in reversed(log(cast.school))]
    assert recorded == [
        ("student_joined", "127.0.0.1"),
        ("attempt_started", "127.0.0.1"),
        ("tab_violation", "127.0.0.1"),
        ("tab_violation", "192.0.2.7"),
        ("attempt_submitted", "192.0.2.7"),
        ("session_completed", "192.0.2.7"),
    ]


def test_entries_of_the_clock_process_have_no_client_ip(
    app: Flask, cast: SimpleNamespace, attempt: Any
) -> None:
    """Entries of the clock have no client IP, even after a request in the same process."""
    with origin.acting_from("192.0.2.7"):
        closing.close_due(minutes(31))
    entries = {row["type"]: row["address"] for row in log(cast.school)}
    assert entries == {"attempt_expired": None, "session_completed": None}


def test_an_accommodation_is_logged_without_an_attempt(cast: SimpleNamespace, sitting: Any) -> None:
    for _ in range(2):  # repeating it changes nothing
        accommodations.accommodate(cast.ines, [cast.carl], Decimal("1.5"), 0, "Reads slowly", NOW)
        accommodations.accommodate_in(cast.ines, sitting, cast.carl, Decimal(1), 5, "A new arm", NOW)
    accommodations.withdraw_in(cast.ines, sitting, cast.carl, NOW)
    found, total = audit.entries(cast.school.id, audit.filters(student_id=cast.carl.id), 1, 10)
    assert total == 3
    standing = {"timeMultiplier": 1.5, "extraMinutes": 0, "note": "Reads slowly"}
    own = {"timeMultiplier": 1.0, "extraMinutes": 5, "note": "A new arm"}
    assert [(e["sessionId"], e["before"], e["after"]) for e in reversed(found)] == [
        (None, None, standing),
        (str(sitting.id), None, own),
        (str(sitting.id), own, None),
    ]
    assert {e["actor"]["firstName"] for e in found} == {"Ines"}
    assert found[0]["text"] == "Carl Carter had the accommodation changed"
