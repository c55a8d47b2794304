"""The events that docs/events.md promises."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

DOCUMENTED = Path(__file__).resolve().parents[2] / "docs" / "events.md"
_TITLES = {"server": "The server to `{}`", "clients": "Clients to the server: `{}`"}


@cache
def documented(sender: str, namespace: str) -> set[str]:
    """Names of the events that `server` or `clients` send in a namespace."""
    title = _TITLES[sender].format(namespace)
    section = DOCUMENTED.read_text().split(f"## {title}\n")[1].split("\n## ")[0]
    cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}
