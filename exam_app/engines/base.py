"""The common base of the embedded servers."""

from __future__ import annotations

import errno
import hashlib
import importlib.util
import os
import stat
import subprocess
import time
from pathlib import Path
from typing import Any

import click

Command = list[str | Path]
SOCKET_PATH_LIMIT = 100  # the kernel takes 107 bytes, on some systems 103


# Messages of the C library, and of PostgreSQL after a short write.
DISK_FULL = (os.strerror(errno.ENOSPC), "Check free disk space", "wrote only ")


class EngineError(click.ClickException):
    """An embedded engine cannot run; the message is one line for the operator."""


class Engine:
    """An embedded server with its folder, socket, log and process."""

    name: str
    title: str
    socket_name: str

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / self.name
        self.log = data_dir / f"{self.name}.log"
        self.socket_dir = self.folder
        if len(os.fsencode(self.folder / self.socket_name)) > SOCKET_PATH_LIMIT:
            mark = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
            self.socket_dir = Path("/tmp") / f"exam-{self.name}-{mark}"
        self.socket = self.socket_dir / self.socket_name
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The URL for SQLAlchemy or redis-py; derived from the folder alone."""
        raise NotImplementedError

    def answers(self) -> bool:
        """Whether the server of this folder accepts connections, whoever started it."""
        raise NotImplementedError

    def has_died(self) -> bool:
        """Whether the server process has ended; a slow one has not died."""
        return self.process.poll() is not None if self.process else not self.answers()

    def start(self, timeout: float) -> None:
        """Start the server and wait until it responds. EngineError if it does not."""
        raise NotImplementedError

    def stop(self) -> None:
        """Stop the server of this folder, whoever started it, and wait until it is gone."""
        raise NotImplementedError

    def _make_folder(self, folder: Path, uid: int | None = None) -> None:
        """A folder for `uid` only (by default ourselves); another user's or a link (in /tmp) is refused."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        now = folder.lstat()
        if not stat.S_ISDIR(now.st_mode) or now.st_uid not in (os.geteuid(), uid):
            raise EngineError(f"{folder} belongs to another user; choose another data directory")
        if uid is not None and now.st_uid != uid:
            os.chown(folder, uid, -1)
        folder.chmod(0o700)

    def _spawn(self, command: Command, **options: Any) -> subprocess.Popen[bytes]:
        # In its own session: Ctrl-C in the terminal goes to the command, which then stops the server cleanly.
        with open(self.log, "wb") as log:
            return subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                start_new_session=True,
                **options,
            )

    def _wait_until_it_answers(self, timeout: float) -> None:
        assert self.process is not None
        patience = time.monotonic() + timeout
        while not self.answers():
            if self.process.poll() is not None:
                raise self.failure(self.log.read_text(errors="replace"))
            if time.monotonic() > patience:
                raise EngineError(f"{self.title} did not start within {timeout:.0f} s; see {self.log}")
            time.sleep(0.02)

    def failure(self, output: str) -> EngineError:
        """The server's last output as a one-line error."""
        if any(sign in output for sign in DISK_FULL):
            return EngineError(f"no space left on the disk that holds {self.folder.parent}")
        lines = [line.strip() for line in output.splitlines() if line.strip()]
        relevant = [line for line in lines if "FATAL" in line or "error" in line.lower()] or lines
        why = relevant[-1] if relevant else "it printed nothing"
        return EngineError(f"{self.title} did not start: {why} (log: {self.log})")

    def _os_failure(self, error: OSError) -> EngineError:
        if error.errno == errno.ENOSPC:
            return EngineError(f"no space left on the disk that holds {self.folder.parent}")
        where = error.filename or self.folder
        return EngineError(f"{self.title} cannot start: {error.strerror}: {where}")


def program(package: str, pattern: str, title: str, setting: str) -> Path:
    """The path of a program inside an installed package, without importing it."""
    spec = importlib.util.find_spec(package)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for path in sorted(Path(folder).glob(pattern)):
            if os.access(path, os.X_OK):
                return path
    raise EngineError(f"{title} is missing: run `make setup`, or set {setting} to a server of yours")
