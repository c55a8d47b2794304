"""``python -m bench [NAME...]``: run the measurements, all by default, and print one table."""

from __future__ import annotations

import os
import sys

from bench import (
    abuse,
    dashboard,
    dashboard_page,
    endpoints,
    mass_expiry,
    reconnect,
    room,
    rush,
    saves,
    start,
    statistics,
)
from bench.report import table

MEASUREMENTS = {
    "saves": saves.measure,
    "mass-expiry": mass_expiry.measure,
    "mass-expiry-beside": mass_expiry.measure_beside,
    "dashboard": dashboard.measure,
    "dashboard-page": dashboard_page.measure,
    "reconnect": reconnect.measure,
    "endpoints": endpoints.measure,
    "statistics": statistics.measure,
    "room": room.measure,
    "rush": rush.measure,
    "start": start.measure,
    "abuse": abuse.measure,
}


def main(names: list[str]) -> None:
    unknown = [name for name in names if name not in MEASUREMENTS]
    if unknown:
        sys.exit(f"unknown: {', '.join(unknown)}; there are {', '.join(MEASUREMENTS)}")
    rows = [row for name in names or MEASUREMENTS for row in MEASUREMENTS[name]()]
    print(f"\n{os.cpu_count()} cores, clients and engines on the same machine\n")
    print(table(rows))


if __name__ == "__main__":
    main(sys.argv[1:])
