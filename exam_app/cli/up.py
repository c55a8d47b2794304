"""`flask up`: the whole product on this machine, from one command."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask import Flask
from honcho.environ import parse_procfile

from config import ROOT, from_environment
from exam_app.cli.supervisor import Supervisor
from exam_app.engines import embedded
from exam_app.engines.base import EngineError
from exam_app.rules.hosts import is_loopback

HEALTHY_SECONDS = 60
ENGINE_LOOK_SECONDS = 0.5

Logins = dict[str, Any] | None  # the content of demo.json; None without --demo


class Refused(click.ClickException):
    """The options cannot be honoured: one line, exit status 2."""

    exit_code = 2


@click.command("up")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, envvar="PORT", type=click.IntRange(1, 65535))
@click.option("--data-dir", envvar="DATA_DIR", default=ROOT / "instance", type=click.Path(path_type=Path))
@click.option("--demo", is_flag=True, help="A demo institution with a live session; on loopback only.")
@click.option("--web", default=1, show_default=True, type=click.IntRange(1, 64), help="Web processes.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Worker processes.")
def up(host: str, port: int, data_dir: Path, demo: bool, web: int, workers: int) -> None:
    """Run everything: engines, migrations, web, worker, mailer, clock.

    Several web processes listen on consecutive ports; one URL for all of them needs a proxy
    with session affinity in front (see the documentation on deployment).
    """
    if demo and not is_loopback(host):
        raise Refused(f"--demo has well-known passwords and listens on loopback only, not on {host}")
    ports = range(port, port + web)
    for one in ports:
        _check_port(host, one)
    data_dir = data_dir.expanduser().resolve()
    urls = [f"http://{f'[{host}]' if ':' in host else host}:{one}" for one in ports]
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    with _engines(data_dir) as (engines, environment):
        environment |= {"HOST": host, "PUBLIC_URL": os.environ.get("PUBLIC_URL") or urls[0]}
        environment["DEMO"] = "1" if demo else ""
        os.environ.update(environment)
        logins = _prepare(data_dir, urls[0], demo)
        supervisor = Supervisor()
        for name, command, extra in _processes(port, web, workers, demo):
            supervisor.add(name, command, _child_environment(extra), str(ROOT))
        threading.Thread(target=_announce, args=(supervisor, urls, data_dir, logins), daemon=True).start()
        threading.Thread(target=_revive_engines, args=(engines, supervisor), daemon=True).start()
        supervisor.run()


@contextmanager
def _engines(data_dir: Path) -> Iterator[tuple[embedded.Engines, dict[str, str]]]:
    """Run the engines within the block; yields them and the settings for every process."""
    settings = from_environment({**os.environ, "DATA_DIR": str(data_dir)})
    engines = embedded.start(data_dir)
    embeds = not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))
    if embeds and engines.joined:
        raise Refused(f"another command is using {data_dir}; end it first, or choose another --data-dir")
    try:
        shared = {
            "DATA_DIR": str(data_dir),
            "DATABASE_URL": engines.database_url,
            "REDIS_URL": engines.redis_url,
            "SECRET_KEY": settings["SECRET_KEY"],
        }
        yield engines, shared
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        engines.stop()


def _prepare(data_dir: Path, url: str, demo: bool) -> Logins:
    """Migrate, then prepare the demo or disable its accounts; returns the content of demo.json."""
    from exam_app import create_app
    from exam_app.cli import migrations
    from exam_app.cli.demo import disable, prepare
    from exam_app.extensions import db

    (data_dir / "demo.json").unlink(missing_ok=True)
    app: Flask = create_app()
    migrations.upgrade(app)
    logins: Logins = None
    if demo:
        logins = prepare(app, data_dir, url)
    else:
        disable(app)
    with app.app_context():
        db.engine.dispose()
    return logins


def _processes(port: int, web: int, workers: int, demo: bool) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Name, command and own settings of each process, from the Procfile, with the requested numbers."""
    procfile = parse_procfile((ROOT / "Procfile").read_text()).processes
    procfile.pop("release")
    for name, command in procfile.items():
        count = {"web": web, "worker": workers}.get(name, 1)
        for index in range(count):
            own = {"PORT": str(port + index)} if name == "web" else {}
            yield (name if count == 1 else f"{name}.{index + 1}"), command, own
    if demo:
        yield "demo", "python -m exam_app.cli.simulation", {}


def _child_environment(extra: dict[str, str]) -> dict[str, str]:
    """Our environment, with this Python first on the path and unbuffered output."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return {**os.environ, "PATH": path, "PYTHONUNBUFFERED": "1", **extra}


def _revive_engines(engines: embedded.Engines, supervisor: Supervisor) -> None:
    """Restart an engine that dies during an exam, like any other process."""
    while not supervisor.is_stopping:
        try:
            for title in engines.revive():
                supervisor.say(f"{title} had ended; it was restarted")
        except EngineError as error:
            supervisor.say(error.format_message())
        time.sleep(ENGINE_LOOK_SECONDS)


def _announce(supervisor: Supervisor, urls: list[str], data_dir: Path, logins: Logins) -> None:
    """Once all web processes respond: write demo.json, then print the URLs and logins."""
    patience = time.monotonic() + HEALTHY_SECONDS
    for url in urls:
        while not _is_healthy(url):
            if time.monotonic() > patience:
                supervisor.say(f"{url} does not respond; see the output of its process")
                return
            time.sleep(0.1)
    if logins is not None:
        _write_whole(data_dir / "demo.json", json.dumps(logins, indent=2) + "\n")
    supervisor.say("\n".join(_summary(urls, logins)))


def _summary(urls: list[str], logins: Logins) -> list[str]:
    lines = ["", f"Ready: {'  '.join(urls)}"]
    if logins is not None:
        rows = [(role, login["email"], login["password"]) for role, login in logins["accounts"].items()]
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        lines += ["", "Sign in as"]
        for row in rows:
            cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
            lines.append("  " + "  ".join(cells).rstrip())
    return [*lines, "", "Ctrl-C stops everything; the data is kept.", ""]


def _is_healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=2) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False


def _check_port(host: str, port: int) -> None:
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen()
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise Refused(f"cannot listen on {host} port {port}: {why}; choose another with --port") from None


def _write_whole(path: Path, text: str) -> None:
    """Write the file atomically, readable only by its owner, as it holds passwords."""
    draft = path.with_name(f".{path.name}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)
