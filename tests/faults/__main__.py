"""``make soak``: random faults for a given time, and a table of the results. Exits with 1 on any loss."""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
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
    folder = Path(tempfile.mkdtemp(prefix="soak"))
    is_clean = False
    try:
        with listening() as mailbox, FlaskUp(folder, mailbox.url) as installation:
            is_clean = _storm(installation, chosen.students, drawn(random.Random(seed), chosen.minutes))
    finally:
        if is_clean:
            shutil.rmtree(folder)
        else:
            print(f"The data, the logs and the engines' files are kept in {folder}.")
    if not is_clean:
        sys.exit("NOT AS ACKNOWLEDGED, or with troubles: see above.")


def _storm(installation: FlaskUp, students: int, faults: Iterator[str]) -> bool:
    room = prepare(installation, students)
    try:
        figures = asyncio.run(endure(room, faults))
    except BaseException:
        print(f"No verdict. Compared as it is: {room.ledger.compare(installation.engine)}")
        print(installation.last_words())
        raise
    print(figures.table())
    print(figures.verdict)
    print(installation.run("-m", "flask", "fsck"))
    if not figures.is_clean:
        print(installation.last_words())
    return figures.is_clean


def drawn(source: random.Random, minutes: float) -> Iterator[str]:
    end = time.monotonic() + minutes * 60
    while time.monotonic() < end:
        yield source.choice(list(FAULTS))


if __name__ == "__main__":
    main()
