"""One pair of embedded engines per run, a database created by the real migrations, and isolation by rollback.

`database` wraps a test in an outer transaction and freezes the time at `NOW`. A module that needs real
parallel connections overrides it: ``database = committed_database``.
"""

from __future__ import annotations

import logging
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import socketio as pysocketio
import time_machine
from flask import Flask
from sqlalchemy import text

from exam_app import create_app
from exam_app.cli import migrations
from exam_app.engines import embedded
from exam_app.extensions import db
from exam_app.infrastructure import metrics
from exam_app.infrastructure.socketio_manager import socketio
from exam_app.models import Base
from exam_app.realtime import deltas
from exam_app.sockets import proctor, student
from exam_app.web.extensions import limiter
from tests import factories
from tests.helpers.clients import ApiClient, SocketClient, connect, wait_for_deltas
from tests.helpers.events import record_undocumented, undocumented
from tests.helpers.times import NOW

pytest_plugins = ["tests.running"]

ROOT = Path(__file__).resolve().parent.parent
# Otherwise each process that we start would compile the whole product again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.fixture(scope="session")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded.Engines]:
    started = embedded.start(tmp_path_factory.mktemp("engines"), {})
    yield started
    started.stop()


@pytest.fixture(scope="session")
def app(engines: embedded.Engines, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The web application on an empty, migrated database."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SECRET_KEY", "a key for tests that is long enough for every signature we make")
        environment.setenv("DATA_DIR", str(tmp_path_factory.mktemp("data")))
        for name in ("DATABASE_URL", "REDIS_URL", "SMTP_URL", "PUBLIC_URL", "GRACE_SECONDS"):
            environment.delenv(name, raising=False)
        web = create_app(
            {
                "DATABASE_URL": engines.database_url,
                "REDIS_URL": engines.redis_url,
                "SOCKETIO_ASYNC_MODE": "threading",
                "STREAM_SECONDS": 0,
                "TESTING": True,
                "PROPAGATE_EXCEPTIONS": False,
            },
            role="web",
        )
    limiter.enabled = False
    _deliver_in_this_process()
    record_undocumented()
    migrations.upgrade(web)
    with web.app_context():
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            # Durability is not needed in tests; everything else is as in production.
            connection.execute(text("ALTER SYSTEM SET fsync = off"))
            connection.execute(text("SELECT pg_reload_conf()"))
        db.session.configure(join_transaction_mode="create_savepoint")
    return web


def _deliver_in_this_process() -> None:
    """Flask-SocketIO's test client works with the plain manager only; the Redis manager has its own test."""
    manager = pysocketio.Manager()
    manager.set_server(socketio.server)
    socketio.server.manager = manager
    socketio.server_options["client_manager"] = manager


@pytest.fixture
def quick_deltas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dashboards get their deltas without the usual delay."""
    monkeypatch.setattr(deltas, "INTERVAL", 0.02)


@pytest.fixture
def isolated_database(app: Flask, quick_deltas: None) -> Iterator[None]:
    """Everything that a test writes is rolled back, even what it commits."""
    with app.app_context():
        _flush_redis(app)
        connection = db.engine.connect()
        outer = connection.begin()
        engine, db.engines[None] = db.engines[None], connection
        try:
            with time_machine.travel(NOW, tick=False):
                yield
        finally:
            wait_for_deltas()
            db.session.remove()
            db.engines[None] = engine
            outer.rollback()
            connection.close()


@pytest.fixture
def committed_database(app: Flask, quick_deltas: None) -> Iterator[None]:
    """Rows are visible to other connections; all tables are emptied afterwards."""
    with app.app_context():
        _flush_redis(app)
        try:
            yield
        finally:
            wait_for_deltas()
            db.session.remove()
            names = ", ".join(table.name for table in Base.metadata.sorted_tables)
            with db.engine.begin() as connection:
                connection.execute(text("SET LOCAL client_min_messages TO warning"))  # no word of the cascade
                connection.execute(text(f"TRUNCATE {names} CASCADE"))


def _flush_redis(app: Flask) -> None:
    app.extensions["redis"].flushall()
    deltas.collected.clear()
    with app.app_context():
        metrics.tally().take()


@pytest.fixture
def database(isolated_database: None) -> None:
    """The session that the factories write to."""


# --- the cast -----------------------------------------------------------------------------------


@pytest.fixture
def cast(database: None) -> SimpleNamespace:
    """Ada the admin, Ines the instructor, Priya the proctor, Carl and Cora the students, Otto of another
    organization.

    Carl and Cora are in Ines's class `biology`; Otto is an admin, so that only his organization limits him.
    """
    with factories.one_commit():
        school = factories.OrganizationFactory(name="Lakeside", slug="lakeside")
        elsewhere = factories.OrganizationFactory(name="Elsewhere", slug="elsewhere")
        people = {
            "ada": factories.UserFactory(
                admin=True, first_name="Ada", last_name="Adams", organization=school
            ),
            "ines": factories.UserFactory(
                instructor=True, first_name="Ines", last_name="Ibarra", organization=school
            ),
            "priya": factories.UserFactory(
                proctor=True, first_name="Priya", last_name="Patel", organization=school
            ),
            "carl": factories.UserFactory(first_name="Carl", last_name="Carter", organization=school),
            "cora": factories.UserFactory(first_name="Cora", last_name="Castle", organization=school),
            "otto": factories.UserFactory(
                admin=True, first_name="Otto", last_name="Ott", organization=elsewhere
            ),
        }
        biology = factories.SchoolClassFactory(
            name="Biology", teacher=people["ines"], students=[people["carl"], people["cora"]]
        )
    return SimpleNamespace(school=school, elsewhere=elsewhere, biology=biology, **people)


@pytest.fixture
def exam(cast: SimpleNamespace) -> Any:
    """Ines's published test with one question of each basic type, four points each, 30 minutes."""
    with factories.one_commit():
        return factories.TestFactory(author=cast.ines, published=True)


@pytest.fixture
def every_type(cast: SimpleNamespace) -> Any:
    """The same with a question of every type: a module's `exam` can return it."""
    with factories.one_commit():
        return factories.TestFactory(
            author=cast.ines, published=True, questions__types=tuple(factories.EVERY_DEFINITION)
        )


@pytest.fixture
def sitting(cast: SimpleNamespace, exam: Any) -> Any:
    """A scheduled session of `exam` for `biology`, with Priya as its proctor."""
    with factories.one_commit():
        return factories.ExamSessionFactory(school_class=cast.biology, test=exam, proctors=[cast.priya])


@pytest.fixture
def running(cast: SimpleNamespace, exam: Any) -> Any:
    """The same session, started at `NOW`."""
    with factories.one_commit():
        return factories.ExamSessionFactory(
            in_progress=True, school_class=cast.biology, test=exam, proctors=[cast.priya]
        )


@pytest.fixture
def attempt(cast: SimpleNamespace, running: Any) -> Any:
    """Carl's attempt in `running`."""
    return factories.AttemptFactory(student=cast.carl, session=running)


@pytest.fixture
def reading(cast: SimpleNamespace) -> SimpleNamespace:
    """Carl's `attempt` in a running `session` of a test that has a `passage`; Priya is its proctor."""
    with factories.one_commit():
        passage = factories.PassageFactory(organization_id=cast.school.id)
        question = factories.QuestionFactory(organization_id=cast.school.id, passage_id=passage.id)
        test = factories.TestFactory(author=cast.ines, questions=[question], published=True)
        session = factories.ExamSessionFactory(
            in_progress=True, school_class=cast.biology, test=test, proctors=[cast.priya]
        )
        attempt = factories.AttemptFactory(student=cast.carl, session=session)
    return SimpleNamespace(passage=passage, session=session, attempt=attempt)


# --- clients ------------------------------------------------------------------------------------


@pytest.fixture
def api(app: Flask, database: None) -> Callable[..., ApiClient]:
    """`api(user)` is an HTTP client that sends this user's token; `api()` sends none."""

    def client(user: Any = None, **options: Any) -> ApiClient:
        return ApiClient(app, user, **options)

    return client


@pytest.fixture
def socket(app: Flask, database: None) -> Iterator[Callable[..., SocketClient]]:
    """`socket(user)` is a Socket.IO client of this user, in the namespace of their role."""
    opened: list[SocketClient] = []

    def client(user: Any, **options: Any) -> SocketClient:
        opened.append(connect(app, user, **options))
        return opened[-1]

    yield client
    for one in opened:
        one.disconnect()
    student.events.connections.clear()
    proctor.events.connections.clear()


@pytest.fixture
def rate_limits(app: Flask) -> Iterator[None]:
    """Rate limits are on, with counters of their own."""
    limiter.enabled = True
    app.extensions["redis"].flushall()
    yield
    limiter.enabled = False


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[SimpleNamespace]:
    """Everything the server emits while the test runs: `name`, `data`, `to`, `namespace`, in order."""
    events: list[SimpleNamespace] = []
    emit = socketio.emit

    def note(name: str, *args: Any, **kwargs: Any) -> None:
        data = args[0] if args else None
        events.append(
            SimpleNamespace(name=name, data=data, to=kwargs.get("to"), namespace=kwargs.get("namespace"))
        )
        emit(name, *args, **kwargs)

    monkeypatch.setattr(socketio, "emit", note)
    return events


@pytest.fixture(autouse=True)
def no_surprises(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """An unexpected error or an undocumented event fails the test that caused it."""
    undocumented.clear()
    yield
    assert undocumented == [], "not in docs/events.md"
    for record in caplog.get_records("call"):
        if record.levelno >= logging.ERROR and record.exc_info and record.name.startswith("exam_app"):
            pytest.fail(f"logged: {record.getMessage()}\n{record.exc_text or record.exc_info[1]!r}")


@pytest.fixture
def unknown_id() -> uuid.UUID:
    return uuid.UUID("00000000-0000-4000-8000-000000000000")
