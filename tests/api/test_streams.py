"""Server-sent event streams: what they publish to whom, and how they start, resume and end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextvars import Context
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from flask import Flask

from config import SettingsError, from_environment
from exam_app import clock
from exam_app.extensions import db
from exam_app.services.activity import attempt_feed
from exam_app.services.answers import saving
from exam_app.services.attempts import control
from exam_app.services.grading import bulk_grading
from exam_app.services.organizations import accounts
from exam_app.services.proctoring import help_requests, integrity
from exam_app.services.taking import submissions
from exam_app.services.timing import deadlines
from exam_app.streams import hub
from tests.factories import (
    RIGHT,
    AttemptFactory,
    BatchFactory,
    ChangeFactory,
    ExamSessionFactory,
    UserFactory,
)
from tests.helpers.answers import questions
from tests.helpers.clients import data, token_of
from tests.helpers.event_stream import Listener
from tests.helpers.waiting import until

Listen = Callable[..., Listener]


@pytest.fixture
def database(committed_database: None, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Rows are visible to other threads; streams stay open and poll quickly."""
    monkeypatch.setitem(app.config, "STREAM_SECONDS", 60)
    monkeypatch.setattr(hub, "POLL_SECONDS", 0.02)
    yield
    until(lambda: not hub.is_polling, "no stream is left behind")


@pytest.fixture
def running(cast: SimpleNamespace, exam: Any) -> Any:
    """A session started just now: streams run in real time."""
    return ExamSessionFactory(
        in_progress=True,
        school_class=cast.biology,
        test=exam,
        proctors=[cast.priya],
        started_at=clock.now(),
    )


@pytest.fixture
def attempt(cast: SimpleNamespace, running: Any) -> Any:
    return AttemptFactory(
        student=cast.carl,
        session=running,
        started_at=clock.now(),
        deadline_at=clock.now() + timedelta(minutes=30),
    )


@pytest.fixture
def listen(app: Flask, attempt: Any) -> Iterator[Listen]:
    """`listen(user)` opens a stream about Carl's attempt with this user's token."""
    opened: list[Listener] = []

    def start(user: Any = None, query: str = "", **headers: str) -> Listener:
        reply = ask(app, attempt.id, user, query, **headers)
        assert (reply.status_code, reply.mimetype) == (200, "text/event-stream"), reply.get_data()
        opened.append(Listener(reply.response, reply.close))
        return opened[-1]

    yield start
    hub.close_all()
    for one in opened:
        one.ends()


def ask(app: Flask, attempt_id: Any, user: Any = None, query: str = "", **headers: str) -> Any:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if user is not None:
        sent["Authorization"] = f"Bearer {token_of(user)}"
    db.session.commit()
    path = f"/api/attempts/{attempt_id}/sse{query}"
    return Context().run(app.test_client().get, path, headers=sent)


def save(attempt: Any) -> None:
    change = ChangeFactory(question_id=questions(attempt.test)["true_false"], response=RIGHT["true_false"])
    saving.save(BatchFactory(attempt=attempt, changes=[change], arrived_at=clock.now()))


def submit(cast: SimpleNamespace, attempt: Any) -> None:
    submissions.submit(cast.carl, attempt.id, None, True, clock.now())
    bulk_grading.grade_closed(clock.now())


# --- published events ---------------------------------------------------------------------------


def test_a_stream_begins_with_the_state(listen: Listen, cast: SimpleNamespace, attempt: Any) -> None:
    state = listen(cast.carl).receives("attempt_state")
    assert state.data | {"serverTime": None} == {
        "attemptId": str(attempt.id),
        "status": "in_progress",
        "version": 0,
        "questionsAnswered": 0,
        "expiresAt": clock.iso(attempt.deadline_at),
        "submittedAt": None,
        "receipt": None,
        "serverTime": None,
    }
    assert state.id


def test_events_are_streamed(listen: Listen, cast: SimpleNamespace, attempt: Any) -> None:
    stream = listen(cast.carl)
    save(attempt)
    stream.receives("answers_changed", version=1, questionsAnswered=1)
    deadlines.extend_time(attempt.session, cast.priya, [attempt.id], 5, "Alarm", clock.now())
    stream.receives("deadline_changed", expiresAt=clock.iso(attempt.deadline_at))
    control.pause(cast.priya, [attempt], "Fire", clock.now())
    stream.receives("attempt_paused", status="paused")
    db.session.refresh(attempt)
    control.resume(cast.priya, [attempt], "Out", clock.now())
    stream.receives("attempt_resumed", status="in_progress")
    submit(cast, attempt)
    graded = stream.receives("attempt_graded", status="graded")
    assert graded.data["receipt"] and graded.data["submittedAt"]
    assert stream.receives("end").data == {"reason": "attempt_over"}
    stream.ends()
    assert stream.kinds() == [
        "time_extended",
        "attempt_paused",
        "attempt_resumed",
        "attempt_submitted",
    ]


def test_a_student_receives_own_actions_and_no_integrity_events(
    listen: Listen, cast: SimpleNamespace, attempt: Any
) -> None:
    carl, priya = listen(cast.carl), listen(cast.priya)
    integrity.record_violation(cast.carl, attempt.id, "tab_switch", 4000, clock.now())
    help_requests.raise_hand(cast.carl, attempt.id, "I am stuck", None, clock.now())
    raised = priya.receives("activity", type="hand_raised")
    assert raised.data["details"]["text"] == "I am stuck"
    assert priya.receives("activity", type="tab_violation").data["details"]["durationMs"] == 4000
    assert carl.receives("activity", type="hand_raised").data == {**raised.data, "details": {}}
    assert carl.kinds() == ["hand_raised"]


def test_no_event_of_another_attempt_is_streamed(
    listen: Listen, cast: SimpleNamespace, attempt: Any, running: Any
) -> None:
    other = AttemptFactory(student=cast.cora, session=running, deadline_at=attempt.deadline_at)
    stream = listen(cast.carl)
    help_requests.raise_hand(cast.cora, other.id, "", None, clock.now())
    save(other)
    save(attempt)
    stream.receives("answers_changed")
    assert stream.names() == ["attempt_state", "answers_changed"]


# --- resuming -----------------------------------------------------------------------------------


def test_a_reconnecting_client_receives_missed_events(
    listen: Listen, cast: SimpleNamespace, attempt: Any
) -> None:
    first = listen(cast.carl)
    first.receives("attempt_state")
    known = first.last_id  # the first client goes on reading, so its position moves on
    help_requests.raise_hand(cast.carl, attempt.id, "", None, clock.now())
    second = listen(cast.carl, Last_Event_ID=known)
    second.receives("activity", type="hand_raised")
    help_requests.lower_hand(cast.carl, attempt.id, clock.now())
    second.receives("activity", type="hand_lowered")
    third = listen(cast.carl, Last_Event_ID=second.last_id)
    save(attempt)
    third.receives("answers_changed")
    assert third.kinds() == []


def test_a_client_can_read_the_log_from_the_beginning(
    listen: Listen, cast: SimpleNamespace, attempt: Any
) -> None:
    help_requests.raise_hand(cast.carl, attempt.id, "", None, clock.now())
    stream = listen(cast.carl, Last_Event_ID="0")
    stream.receives("activity", type="hand_raised")
    assert listen(cast.carl, Last_Event_ID="conn-1").receives("attempt_state").id  # no id of ours: live


def test_a_log_longer_than_one_read_is_streamed_completely(
    listen: Listen, cast: SimpleNamespace, attempt: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempt_feed, "MOST_AT_ONCE", 2)
    for _ in range(3):
        help_requests.raise_hand(cast.carl, attempt.id, "", None, clock.now())
        help_requests.lower_hand(cast.carl, attempt.id, clock.now())
    submit(cast, attempt)
    stream = listen(cast.carl, Last_Event_ID="0")
    stream.ends()
    assert stream.kinds() == ["hand_raised", "hand_lowered"] * 3 + ["attempt_submitted"]


def test_after_the_last_event_the_client_must_not_reconnect(
    app: Flask, listen: Listen, cast: SimpleNamespace, attempt: Any
) -> None:
    submit(cast, attempt)
    first = listen(cast.carl, Last_Event_ID="0")
    assert first.ends()[-1] == "end"
    reply = ask(app, attempt.id, cast.carl, Last_Event_ID=first.last_id or "")
    assert (reply.status_code, reply.get_data()) == (204, b"")


# --- the end of a stream ------------------------------------------------------------------------


@pytest.fixture
def quick_beats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "BEAT_SECONDS", 0.05)


def test_a_stream_sends_heartbeats(quick_beats: None, listen: Listen, cast: SimpleNamespace) -> None:
    listen(cast.carl).beats()


def test_a_stream_ends_when_its_login_session_ends(
    quick_beats: None, app: Flask, listen: Listen, cast: SimpleNamespace, attempt: Any, api: Any
) -> None:
    token = token_of(cast.carl)
    stream = listen(Authorization=f"Bearer {token}")
    api(token=token).post("/api/auth/logout")
    assert stream.receives("end").data == {"reason": "signed_out"}
    stream.ends()


def test_a_stream_ends_when_the_token_expires(
    quick_beats: None, listen: Listen, cast: SimpleNamespace
) -> None:
    token = token_of(cast.carl, expires_delta=timedelta(minutes=15))
    stream = listen(Authorization=f"Bearer {token}")
    with time_machine.travel(clock.now() + timedelta(minutes=16)):
        assert stream.receives("end").data == {"reason": "token_expired"}
        stream.ends()


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "student"}])
def test_a_stream_ends_when_its_authorization_is_revoked(
    quick_beats: None, listen: Listen, cast: SimpleNamespace, change: dict[str, Any]
) -> None:
    stream = listen(cast.priya)
    for name, value in change.items():
        setattr(cast.priya, name, value)
    db.session.commit()
    assert stream.receives("end").data == {"reason": "signed_out"}


def test_a_stream_ends_after_the_configured_duration(
    app: Flask, listen: Listen, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the set maximum it closes without an `end`: the client resumes at its position."""
    monkeypatch.setitem(app.config, "STREAM_SECONDS", 0)
    assert listen(cast.carl).ends() == ["attempt_state"]


def test_a_stream_ends_when_the_process_stops(listen: Listen, cast: SimpleNamespace) -> None:
    stream = listen(cast.carl)
    stream.receives("attempt_state")
    hub.close_all()
    assert stream.ends() == ["attempt_state"]


def test_a_slow_reader_is_disconnected_and_can_reconnect(
    listen: Listen, cast: SimpleNamespace, attempt: Any, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "MOST_WAITING", 2)
    for _ in range(3):
        help_requests.raise_hand(cast.carl, attempt.id, "", None, clock.now())
        help_requests.lower_hand(cast.carl, attempt.id, clock.now())
    first = listen(cast.carl, Last_Event_ID="0")
    first.ends()
    assert first.kinds() == ["hand_raised"]
    second = listen(cast.carl, Last_Event_ID=first.last_id)
    second.ends()
    assert second.kinds() == ["hand_lowered"]


# --- resources ----------------------------------------------------------------------------------


def test_a_stream_holds_no_connection_and_leaves_nothing(
    quick_beats: None, app: Flask, listen: Listen, cast: SimpleNamespace
) -> None:
    stream = listen(cast.carl)
    stream.receives("attempt_state")
    db.session.remove()
    assert len(hub.open_streams) == 1
    pool: Any = db.engine.pool  # the stream takes a connection for a moment, each time it looks
    until(lambda: pool.checkedout() == 0, "the stream gives its connection back")
    stream.leave()
    assert not hub.open_streams


def test_a_client_that_disconnects_early_leaves_nothing(
    app: Flask, cast: SimpleNamespace, attempt: Any
) -> None:
    ask(app, attempt.id, cast.carl).close()
    assert not hub.open_streams
    Context().run(
        app.test_client().head, f"/api/attempts/{attempt.id}/sse", headers=_bearer(cast.carl)
    ).close()
    assert not hub.open_streams


def _bearer(user: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {token_of(user)}"}


def test_the_number_of_streams_per_user_is_limited(
    app: Flask, listen: Listen, cast: SimpleNamespace, attempt: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "MOST_OF_STUDENT", 2)
    listen(cast.carl, "?connectionId=one")
    listen(cast.carl)
    assert ask(app, attempt.id, cast.carl).status_code == 429
    listen(cast.priya)
    again = listen(cast.carl, "?connectionId=one")  # replaces the first
    again.receives("attempt_state")
    assert len(hub.open_streams) == 3


def test_a_new_stream_replaces_the_one_with_the_same_connection_id(
    listen: Listen, cast: SimpleNamespace
) -> None:
    first = listen(cast.carl, "?connectionId=conn-123")
    second = listen(cast.carl, "?connectionId=conn-123")
    first.ends()
    second.receives("attempt_state")
    assert not second.has_ended


def test_opening_streams_is_rate_limited(
    app: Flask, cast: SimpleNamespace, attempt: Any, rate_limits: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "RATELIMIT_STREAMS", "2 per minute")
    token = _bearer(cast.carl)["Authorization"]
    replies = [ask(app, attempt.id, Authorization=token) for _ in range(3)]
    assert [reply.status_code for reply in replies] == [200, 200, 429]
    assert ask(app, attempt.id, cast.priya).status_code == 200
    for reply in replies:
        reply.close()


# --- authorization ------------------------------------------------------------------------------


def test_a_ticket_opens_one_stream(
    app: Flask, listen: Listen, api: Any, cast: SimpleNamespace, attempt: Any
) -> None:
    given = data(api(cast.carl).post(f"/api/attempts/{attempt.id}/sse-ticket"), 201)
    assert given["expiresIn"] == 30
    listen(query=f"?ticket={given['ticket']}").receives("attempt_state")
    again = ask(app, attempt.id, query=f"?ticket={given['ticket']}")
    assert (again.status_code, again.get_json()["error"]["code"]) == (401, "invalid_token")


def test_a_ticket_is_valid_for_its_attempt_only(
    app: Flask, api: Any, cast: SimpleNamespace, attempt: Any, running: Any
) -> None:
    other = AttemptFactory(student=cast.cora, session=running)
    ticket = data(api(cast.priya).post(f"/api/attempts/{other.id}/sse-ticket"), 201)["ticket"]
    assert ask(app, attempt.id, query=f"?ticket={ticket}").status_code == 401
    assert ask(app, other.id, query=f"?ticket={ticket}").status_code == 401, "used up all the same"


def test_a_ticket_ends_with_its_login_session(
    app: Flask, api: Any, cast: SimpleNamespace, attempt: Any
) -> None:
    client = api(cast.carl)
    ticket = data(client.post(f"/api/attempts/{attempt.id}/sse-ticket"), 201)["ticket"]
    client.post("/api/auth/logout")
    assert ask(app, attempt.id, query=f"?ticket={ticket}").status_code == 401


def test_a_ticket_is_short_lived(app: Flask, api: Any, cast: SimpleNamespace, attempt: Any) -> None:
    ticket = data(api(cast.carl).post(f"/api/attempts/{attempt.id}/sse-ticket"), 201)["ticket"]
    redis = app.extensions["redis"]
    (key,) = redis.keys("stream-ticket:*")
    assert 0 < redis.ttl(key) <= 30
    redis.delete(key)
    assert ask(app, attempt.id, query=f"?ticket={ticket}").status_code == 401


def test_nobody_else_gets_a_ticket(api: Any, cast: SimpleNamespace, attempt: Any) -> None:
    reply = api(cast.cora).post(f"/api/attempts/{attempt.id}/sse-ticket")
    assert (reply.status_code, reply.code) == (404, "not_found")


def test_a_cookie_is_sufficient(app: Flask, cast: SimpleNamespace, attempt: Any) -> None:
    browser = app.test_client()
    browser.set_cookie("access_token_cookie", accounts.browser_tokens(cast.carl)[0])
    db.session.commit()
    reply = Context().run(browser.get, f"/api/attempts/{attempt.id}/sse")
    assert (reply.status_code, reply.headers["Cache-Control"]) == (200, "no-store")
    assert reply.headers["X-Accel-Buffering"] == "no"
    reply.close()


def test_a_proctor_of_another_session_receives_nothing(
    app: Flask, cast: SimpleNamespace, attempt: Any
) -> None:
    assert ask(app, attempt.id, UserFactory(proctor=True, organization=cast.school)).status_code == 404
    assert ask(app, attempt.id, cast.otto).status_code == 404


# --- cross-origin requests ----------------------------------------------------------------------

SITE = "https://lms.school.example"


@pytest.mark.parametrize("origin", [SITE, "https://lms.school.example.evil.example", "null"])
def test_configured_origins_may_read_a_stream(
    app: Flask, cast: SimpleNamespace, attempt: Any, monkeypatch: pytest.MonkeyPatch, origin: str
) -> None:
    monkeypatch.setitem(app.config, "CORS_ORIGINS", frozenset({SITE}))
    url = f"/api/attempts/{attempt.id}/sse"
    asked = {"Origin": origin, "Access-Control-Request-Method": "GET"}
    before = Context().run(app.test_client().options, url, headers=asked)
    reply = ask(app, attempt.id, cast.carl, Origin=origin)
    refused = ask(app, attempt.id, Origin=origin)
    reply.close()
    assert refused.status_code == 401
    for one in (before, reply, refused):
        allowed = origin == SITE
        assert one.headers.get("Access-Control-Allow-Origin") == (SITE if allowed else None)
        assert one.headers.get("Access-Control-Allow-Credentials") == ("true" if allowed else None)
        assert "Origin" in one.headers["Vary"]
    assert ("Last-Event-ID" in before.headers.get("Access-Control-Allow-Headers", "")) == (origin == SITE)


def test_without_configured_origins_no_other_site_may_read(
    app: Flask, cast: SimpleNamespace, attempt: Any
) -> None:
    reply = ask(app, attempt.id, cast.carl, Origin=SITE)
    assert "Access-Control-Allow-Origin" not in reply.headers
    reply.close()


def test_no_other_endpoint_allows_cross_origin_reads(
    api: Any, app: Flask, cast: SimpleNamespace, attempt: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "CORS_ORIGINS", frozenset({SITE}))
    reply = api(cast.carl).get(f"/api/attempts/{attempt.id}/sync", headers={"Origin": SITE})
    assert "Access-Control-Allow-Origin" not in reply.headers


@pytest.mark.parametrize(
    "wrong", ["*", "lms.school.example", "https://lms.school.example/", "https://a.example;b"]
)
def test_an_invalid_origin_is_refused_at_start_up(wrong: str) -> None:
    with pytest.raises(SettingsError, match="CORS_ORIGINS"):
        from_environment({"SECRET_KEY": "k" * 32, "CORS_ORIGINS": wrong})


def test_origins_are_separated_by_commas_or_spaces() -> None:
    settings = from_environment({"SECRET_KEY": "k" * 32, "CORS_ORIGINS": f"{SITE}, http://localhost:3000"})
    assert settings["CORS_ORIGINS"] == {SITE, "http://localhost:3000"}
