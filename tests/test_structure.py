"""Rules of the whole code base: queues, events, errors and imports are as documented."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from honcho.environ import parse_procfile

from exam_app import errors
from exam_app.infrastructure import queues
from exam_app.infrastructure.socketio_manager import socketio
from exam_app.realtime import rooms
from exam_app.rules.eligibility import REASONS
from exam_app.rules.integrity import sentences
from exam_app.sockets import proctor, student
from tests.helpers.events import DOCUMENTED, documented
from workers import jobs

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted([*ROOT.glob("exam_app/**/*.py"), *ROOT.glob("workers/*.py")])


def calls() -> list[tuple[str, ast.Call]]:
    """Every call in our sources: the last part of the called name, and the call."""
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = (
                    node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                )
                found.append((name, node))
    return found


# --- queues -------------------------------------------------------------------------------------


def test_every_queue_has_a_worker_in_the_procfile() -> None:
    names = {
        value
        for name, value in vars(queues).items()
        if name.isupper() and name[0] != "_" and isinstance(value, str)
    }
    commands = parse_procfile((ROOT / "Procfile").read_text()).processes.values()
    worked = [c.split()[3:] for c in commands if c.startswith("python -m workers ")]
    assert names == {queue for queue_names in worked for queue in queue_names}


def test_every_enqueued_job_exists_and_takes_no_arguments() -> None:
    functions = {
        name: one
        for name, one in inspect.getmembers(jobs, inspect.isfunction)
        if one.__module__ == jobs.__name__
    }
    assert set(queues.JOBS) == set(functions)
    assert not any(inspect.signature(function).parameters for function in functions.values())


# --- evidence -----------------------------------------------------------------------------------


def test_the_words_of_evidence_fit_the_intervals_of_the_server(app: Flask) -> None:
    engine = socketio.server.eio
    lasting = {"count": 1, "seconds": 60, "longestSeconds": 60}
    assert f"within {engine.ping_interval + engine.ping_timeout} s" in sentences.seen("silence", lasting)
    assert f"about {app.config['HEARTBEAT_SECONDS']} s" in sentences.seen("second_device", lasting)


# --- events -------------------------------------------------------------------------------------


_SENDING = (
    "emit",
    "session_moved",
    "attempt_paused_or_resumed",
    "session_paused_or_resumed",
    "_to_attempt",
    "_to_monitor",
    "_presence_event",
)


def literal_events() -> set[str]:
    """Names of events that are literals in the calls that emit them."""
    names = set()
    for called, node in calls():
        arguments = node.args
        if called == "run" and arguments and isinstance(arguments[0], ast.Attribute):
            called, arguments = arguments[0].attr, arguments[1:]
        if called in _SENDING:
            if arguments and isinstance(arguments[0], ast.Constant):
                names.add(str(arguments[0].value))
        elif called == "_move":  # services.sessions.lifecycle: it passes the event on
            names |= {
                a.value
                for a in arguments
                if isinstance(a, ast.Constant) and str(a.value).startswith("session_")
            }
    return names


def test_every_event_the_server_sends_is_documented() -> None:
    """Names that are computed at run time are checked by a fixture around every test."""
    names = literal_events()
    assert {"session_started", "attempt_closed", "student_status_update", "notification"} <= names
    assert names <= documented("server", rooms.STUDENT) | documented("server", rooms.PROCTOR)


def test_every_documented_event_is_sent() -> None:
    text = "".join(path.read_text() for path in SOURCES)
    for name in documented("server", rooms.STUDENT) | documented("server", rooms.PROCTOR):
        assert f'"{name}"' in text, name


@pytest.mark.parametrize("events", [student.events, proctor.events], ids=lambda events: events.namespace)
def test_every_event_the_server_accepts_is_documented(events: object) -> None:
    assert documented("clients", events.namespace) == set(events.handlers)  # type: ignore[attr-defined]


def test_only_one_module_emits() -> None:
    outside = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path != ROOT / "exam_app/realtime/emit.py"
        and re.search(r"socketio\.emit|\bemit\(|send\(.*namespace", path.read_text())
    ]
    assert outside == []
    assert DOCUMENTED.exists()


# --- errors -------------------------------------------------------------------------------------


def test_every_error_is_documented_with_its_status() -> None:
    text = (ROOT / "docs/errors.md").read_text()
    table = dict(re.findall(r"^\| `(\w+)` \| (\d{3}) \|", text, re.MULTILINE))
    classes = [
        one for _, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, errors.AppError)
    ]
    assert table == {one.code: str(one.status) for one in classes}
    assert len({one.code for one in classes}) == len(classes)
    assert all(f"`{reason}`" in text for reason in REASONS)


def test_error_messages_are_readable_sentences() -> None:
    for _, one in inspect.getmembers(errors, lambda one: inspect.isclass(one) and hasattr(one, "code")):
        assert one.message.endswith(".") and one.message[0].isupper(), one


# --- imports ------------------------------------------------------------------------------------


def test_imports_run_downwards() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-logo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("module", ["exam_app", "exam_app.rules.paper", "workers.jobs", "workers.clock"])
def test_importing_connects_to_nothing(module: str) -> None:
    """Importing patches nothing, either: workers run without eventlet."""
    code = (
        f"import sys, socket; socket.socket.connect = None; import {module}; print('eventlet' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr


def test_only_the_clock_reads_the_time() -> None:
    """Commands are excepted: they are separate programs, and the demo's students have their own clocks."""
    reading = re.compile(r"datetime\.now\(|datetime\.utcnow\(|date\.today\(|func\.now\(|time\.time\(")
    readers = {str(path.relative_to(ROOT)) for path in SOURCES if reading.search(path.read_text())}
    assert {name for name in readers if not name.startswith("exam_app/cli/")} <= {"exam_app/clock.py"}


# --- tests and measurements ---------------------------------------------------------------------

OURS = ("exam_app", "workers", "config")
TESTS = sorted([*ROOT.glob("tests/**/*.py"), *ROOT.glob("bench/*.py")])


def imports(tree: ast.Module) -> list[tuple[str, str]]:
    """Every import of a file: the module, and the local name of it or of something in it."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            found += [(node.module or "", alias.asname or alias.name) for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [(alias.name, alias.asname or alias.name.partition(".")[0]) for alias in node.names]
    return found


def private_names(tree: ast.Module) -> list[str]:
    """Names of our product with an underscore that a file uses."""
    ours = {name for module, name in imports(tree) if module.split(".")[0] in OURS}
    found = [name for name in ours if is_private(name)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_private(node.attr) and first_name(node) in ours:
            found.append(node.attr)
        if isinstance(node, ast.Call) and len(node.args) > 1 and first_name(node.args[0]) in ours:
            # monkeypatch.setattr(module, "_name", ...)
            name = node.args[1]
            if isinstance(name, ast.Constant) and is_private(str(name.value)):
                found.append(str(name.value))
    return found


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def first_name(node: ast.AST) -> str | None:
    """`a` of `a`, `a.b`, `a(...).b` and `a[...].b`."""
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Attribute | ast.Subscript):
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        else:
            return None
    return node.id


def test_no_test_uses_private_names_of_the_product() -> None:
    touched = {str(path.relative_to(ROOT)): private_names(ast.parse(path.read_text())) for path in TESTS}
    assert {path: names for path, names in touched.items() if names} == {}


def test_shared_test_code_is_in_helpers() -> None:
    """Test modules import from no other test module, and helpers from helpers and factories only."""
    for path in TESTS:
        for module, name in imports(ast.parse(path.read_text())):
            parts = [*module.split("."), name]
            if parts[0] == "tests":
                assert not any(part.startswith("test_") for part in parts), path
                assert path.parent.name != "helpers" or parts[1] in ("helpers", "factories"), path
