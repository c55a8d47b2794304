"""The files around the code are consistent with each other."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from honcho.environ import parse_procfile

ROOT = Path(__file__).resolve().parents[2]


def read(name: str) -> str:
    return (ROOT / name).read_text()


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_every_requirement_is_pinned_and_says_nothing_of_the_machine_it_was_compiled_on(name: str) -> None:
    for line in read(f"{name}.txt").splitlines():
        if line and not line.lstrip().startswith("#"):
            assert re.match(r"[A-Za-z0-9._-]+(\[[a-z_,]+\])?==[^ ]+( ; .+)?$", line), line
    assert "://" not in read(f"{name}.txt")


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_every_chosen_package_says_why_and_is_pinned(name: str) -> None:
    pinned = {line.split("==")[0] for line in read(f"{name}.txt").splitlines() if "==" in line}
    for line in read(f"{name}.in").splitlines():
        if line.startswith(("#", "-c")) or not line:
            continue
        package, why = line.split("#")
        bare = re.sub(r"\[.*\]", "", package.strip()).lower().replace("_", "-")
        assert why.strip()
        assert bare in pinned, f"run `make requirements`: {bare} is not pinned"


def test_the_lock_file_names_no_registry() -> None:
    assert "resolved" not in read("package-lock.json")


def test_heroku_runs_what_the_procfile_declares() -> None:
    app, processes = json.loads(read("app.json")), parse_procfile(read("Procfile")).processes
    assert set(app["formation"]) | {"release"} == set(processes)
    assert [pack["url"] for pack in app["buildpacks"]] == ["heroku/nodejs", "heroku/python"]
    assert app["env"]["SECRET_KEY"]["generator"] == "secret"


def test_python_is_the_same_everywhere() -> None:
    project = tomllib.loads(read("pyproject.toml"))
    assert project["project"]["requires-python"] == ">=" + read(".python-version").strip()
    assert project["tool"]["mypy"]["python_version"] == read(".python-version").strip()


def test_mail_has_a_process_of_its_own() -> None:
    """A slow mail server must never delay a deadline."""
    processes = parse_procfile(read("Procfile")).processes
    queues = {
        name: set(command.split()[3:]) for name, command in processes.items() if "-m workers " in command
    }
    assert queues["mailer"] == {"mail"}
    assert "mail" not in queues["worker"]


def test_only_wsgi_imports_eventlet() -> None:
    sources = [path for folder in ("exam_app", "workers") for path in (ROOT / folder).rglob("*.py")]
    assert sources
    for path in [*sources, ROOT / "config.py"]:
        assert not re.search(r"^\s*(import|from) eventlet", path.read_text(), re.MULTILINE), path
