"""The flask command finds the app by itself, and is not patched for eventlet."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "command",
    ["up", "init", "doctor", "fsck", "files prune", "import questions", "export questions", "db upgrade"],
)
def test_commands_find_the_app_without_a_setting(command: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("flask"), *command.split(), "--help"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith(f"Usage: flask {command}")
    assert done.stderr == ""
