"""``make soak``: random faults for a given time, and a table of the results. Exits with 1 on any loss."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.faults.faults import FAULTS
from tests.faults.ordeal import endure, prepare
from tests.helpers.mailbox import listening
from tests.helpers.product import FlaskUp


def main() -> None:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--students", type=int, default=20)
    parser.add_argument("--seed", type=int, default=None, help="repeat an order of faults")
    chosen = parser.parse_args()
    seed = chosen.seed if chosen.seed is not None else random.randrange(10**6)
    print(f"seed {seed}")
    with (
        tempfile.TemporaryDirectory(prefix="soak") as folder,
        listening() as mailbox,
        FlaskUp(Path(folder), mailbox.url) as installation,
    ):
        room = prepare(installation, chosen.students)
        figures = asyncio.run(endure(room, drawn(random.Random(seed), chosen.minutes)))
        print(figures.table())
        print(installation.run("-m", "flask", "fsck"))
    if not figures.verdict.is_clean:
        sys.exit(f"NOT AS ACKNOWLEDGED: {figures.verdict}")


def drawn(source: random.Random, minutes: float) -> Iterator[str]:
    end = time.monotonic() + minutes * 60
    while time.monotonic() < end:
        yield source.choice(list(FAULTS))


if __name__ == "__main__":
    main()
