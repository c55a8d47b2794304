"""The bell: one deadline for everybody, and how long until all are closed and all are graded."""

from __future__ import annotations

import subprocess
import time
from datetime import timedelta
from typing import Any

from sqlalchemy import create_engine, text

from bench.installation import running
from bench.people import running_session
from bench.report import Row
from exam_app import clock
from exam_app.embedded import postgres_programs

ATTEMPTS, QUESTIONS = 1000, 40

ANSWER_ALL = """
INSERT INTO answers (attempt_id, question_id, id, version, response, is_answered, flagged, time_spent,
                     typed_at, saved_at, points, is_correct)
SELECT a.id, q.id, gen_random_uuid(), 1, jsonb_build_object('selectedOptionIds', jsonb_build_array(c.n)),
       true, false, 30, now(), now(), CASE WHEN c.n = 1 THEN 1 ELSE 0 END, c.n = 1
  FROM attempts a CROSS JOIN questions q
 CROSS JOIN LATERAL (SELECT 1 + floor(random() * 4)::int + 0 * q.id AS n) c
"""
# The least that has to happen to close them; timed in psql, on the same rows.
_FLOOR = """
BEGIN;
UPDATE attempts SET status = 'expired', submitted_at = deadline_at, grading_needed = true
 WHERE status = 'in_progress';
COMMIT;
"""


def measure() -> list[Row]:
    with running("web", "worker", "clock") as installation:
        running_session(installation.app, ATTEMPTS, QUESTIONS)
        engine = create_engine(installation.database_url)
        with engine.begin() as connection:
            connection.execute(text(ANSWER_ALL))
            connection.execute(
                text(f"UPDATE attempts SET answered_count = {QUESTIONS}, version = {QUESTIONS}")
            )
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE attempts"))
            connection.execute(text("VACUUM ANALYZE answers"))
        floor = _floor(installation.database_url)
        deadline = clock.now() + timedelta(seconds=4)
        with engine.begin() as connection:
            connection.execute(
                text("UPDATE attempts SET deadline_at = :at, warn_at = NULL"), {"at": deadline}
            )
        grace = installation.app.config["GRACE_SECONDS"]
        due = deadline + timedelta(seconds=grace)
        closed = _milliseconds(engine, "status = 'in_progress'", due)
        graded = _milliseconds(engine, "status <> 'graded'", due)
        engine.dispose()
    note = f"{ATTEMPTS} attempts x {QUESTIONS} answers, milliseconds after deadline + {grace} s grace"
    return [
        Row("the bell: all closed", f"{closed:.0f} ms", f"{floor:.0f} ms", note),
        Row("the bell: all graded", f"{graded:.0f} ms", "", "results, receipts and notifications written"),
    ]


def _milliseconds(engine: Any, unfinished: str, due: Any) -> float:
    """From `due` until no attempt is left that is `unfinished`; looks every 5 ms."""
    query = text(f"SELECT count(*) FROM attempts WHERE {unfinished}")
    patience = time.monotonic() + 120
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while connection.execute(query).scalar_one():
            if time.monotonic() > patience:
                raise TimeoutError(f"attempts that are {unfinished} two minutes after the bell")
            time.sleep(0.005)
    return float((clock.now() - due).total_seconds() * 1000)


def _floor(database_url: str) -> float:
    """Milliseconds of the bare UPDATE over the same rows, rolled back."""
    url = database_url.replace("postgresql+psycopg2://", "postgresql://")
    script = "\\timing on\n" + _FLOOR.replace("COMMIT", "ROLLBACK")
    output = subprocess.run(
        [postgres_programs() / "psql", "-q", url], input=script, text=True, check=True, capture_output=True
    ).stdout
    return sum(float(line.split()[1]) for line in output.splitlines() if line.startswith("Time:"))
