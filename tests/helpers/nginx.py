"""This machine's nginx with the configuration of docs/nginx.conf, on its own ports."""

from __future__ import annotations

import os
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.helpers.ports import free_port
from tests.helpers.waiting import PATIENCE, until

CONFIGURATION = Path(__file__).resolve().parents[2] / "docs" / "nginx.conf"
MAIN = """\
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/exams.conf;
}}
"""


def find() -> str:
    """The path of nginx. If it is missing, the test fails in CI and is skipped with a warning elsewhere."""
    path = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if path is None:
        words = "NO NGINX: several web processes behind a proxy were not tested. Run `make programs`."
        if os.environ.get("CI") == "true":
            pytest.fail(words, pytrace=False)
        pytest.skip(words)
    return path


@contextmanager
def running(folder: Path, backends: list[int]) -> Iterator[str]:
    """:returns: the URL at which it listens, for the two ports of `backends`."""
    port = free_port()
    ours = CONFIGURATION.read_text().replace("127.0.0.1:80;", f"{port};")
    for documented, real in zip(("8000", "8001"), backends, strict=True):
        ours = ours.replace(f"127.0.0.1:{documented} ", f"127.0.0.1:{real} ")
    folder.mkdir()
    (folder / "exams.conf").write_text(ours)
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder))
    process = subprocess.Popen([find(), "-c", folder / "nginx.conf", "-e", folder / "error.log"])
    try:
        url = f"http://127.0.0.1:{port}"
        until(lambda: _answers(url, process), "nginx answers", seen=(folder / "error.log").read_text)
        yield url
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _answers(url: str, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, "nginx has given up"
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=10):
            return True
    except OSError:
        return False
