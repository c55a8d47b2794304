"""The product as people run it: the processes of the Procfile on embedded engines, with data of their own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from exam_app.engines import embedded
from tests.browser.seed import PASSWORD, ROOT

PROCESSES = {
    "web": ["wsgi.py"],
    "worker": ["-m", "workers", "deadlines", "grading"],
    "mailer": ["-m", "workers", "mail"],
    "clock": ["-m", "workers.clock"],
}
STARTING_SECONDS = 60
# It needs four at most; a machine that does other things too takes longer.
STOPPING_SECONDS = 40
SECRET_KEY = "a key for the browser tests, long enough for HMAC"


class Product:
    """`start()`, then a product at `url` with the institution of seed.py; `stop()` leaves nothing running."""

    def __init__(self, folder: Path, smtp_url: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.smtp_url = smtp_url
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.institution: dict[str, Any] = {}

    def start(self) -> None:
        self.engines = embedded.start(self.folder / "data", {})
        seeded = subprocess.run(
            [sys.executable, "-m", "tests.browser.seed"],
            cwd=ROOT,
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert seeded.returncode == 0, seeded.stderr
        self.institution = json.loads(seeded.stdout.splitlines()[-1])
        for name in PROCESSES:
            self.start_process(name)
        self.wait_until_healthy()

    def start_process(self, name: str) -> None:
        with open(self.log(name), "ab") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, *PROCESSES[name]],
                cwd=ROOT,
                env=self._environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def stop_process(self, name: str) -> None:
        """SIGTERM, as a restart by an operator; what does not listen is killed, and that fails the test."""
        process = self.running.pop(name)
        process.terminate()
        try:
            process.wait(STOPPING_SECONDS)
        finally:
            process.kill()
            process.wait()

    @contextmanager
    def without_web(self) -> Iterator[None]:
        """Whatever happens meanwhile, or in stopping it: the next test finds a server."""
        try:
            self.stop_process("web")
            yield
        finally:
            self.start_process("web")
            self.wait_until_healthy()

    def stop(self) -> None:
        try:
            for name in list(self.running):
                self.stop_process(name)
        finally:
            self.engines.stop()

    def wait_until_healthy(self) -> None:
        patience = time.monotonic() + STARTING_SECONDS
        while True:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2):
                    return
            except OSError:
                web = self.running["web"]
                assert web.poll() is None and time.monotonic() < patience, self.tail("web")
                time.sleep(0.1)

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def tail(self, name: str) -> str:
        return self.log(name).read_text(errors="replace")[-4000:] if self.log(name).exists() else ""

    def _environment(self) -> dict[str, str]:
        """Nothing of the machine's own settings but where programs are."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        return kept | {
            "DATA_DIR": str(self.folder / "data"),
            "DATABASE_URL": self.engines.database_url,
            "REDIS_URL": self.engines.redis_url,
            "SECRET_KEY": SECRET_KEY,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "PUBLIC_URL": self.url,
            "SMTP_URL": self.smtp_url,
            "STRANDED_SECONDS": "2",
            "PYTHONUNBUFFERED": "1",
        }


class Api:
    """Somebody's REST interface, for what a test needs besides the pages."""

    def __init__(self, url: str, email: str) -> None:
        self.url, self.token = url, ""
        self.token = self.post("/api/auth/login", email=email, password=PASSWORD)["accessToken"]

    def get(self, path: str) -> Any:
        return self._call(urllib.request.Request(self.url + path))

    def post(self, path: str, **body: object) -> Any:
        headers = {"Content-Type": "application/json"}
        return self._call(urllib.request.Request(self.url + path, json.dumps(body).encode(), headers))

    def put(self, path: str, **body: object) -> Any:
        headers = {"Content-Type": "application/json"}
        data = json.dumps(body).encode()
        return self._call(urllib.request.Request(self.url + path, data, headers, method="PUT"))

    def _call(self, request: urllib.request.Request) -> Any:
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.urlopen(request, timeout=30) as reply:
                return json.load(reply)["data"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{request.full_url}: {error.read().decode()}") from None


class Sitting:
    """A session of a class, run by Ines over REST where a test is about something else."""

    def __init__(self, product: Product, test: str, title: str, school_class: str = "10b") -> None:
        self.teacher = Api(product.url, "ines@school.example")
        planned = self.teacher.post(
            "/api/sessions",
            classId=product.institution["classes"][school_class],
            testId=product.institution["tests"][test],
            title=title,
            scheduledAt=datetime.now(UTC).isoformat(),
            proctorIds=[product.institution["proctorId"]],
        )
        self.id: str = planned["sessionId"]
        self.title = title
        base = f"{product.url}/sessions/{self.id}"
        self.exam_url, self.monitor_url, self.results_url = (
            f"{base}/{p}" for p in ("exam", "monitor", "results")
        )

    def move(self, action: str) -> None:
        self.teacher.post(f"/api/sessions/{self.id}/{action}")

    def row(self, first_name: str) -> dict[str, Any]:
        """The student as the dashboard's snapshot has it."""
        students = self.teacher.get(f"/api/sessions/{self.id}/monitor")["students"]
        return next(row for row in students if row["firstName"] == first_name)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
