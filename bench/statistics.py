"""The statistics of a large test: read, computed and serialized, as in one request."""

from __future__ import annotations

import time

from sqlalchemy import create_engine, text

from bench.installation import running
from bench.mass_expiry import ANSWER_ALL
from bench.people import running_session
from bench.report import Row
from exam_app.extensions import db
from exam_app.models import ExamSession
from exam_app.services.statistics.item_analysis import session_statistics

ATTEMPTS, QUESTIONS = 10_000, 60

# The minimum: PostgreSQL reads every answer once.
_FLOOR = "SELECT question_id, sum(points), sum(time_spent) FROM answers GROUP BY question_id"


def measure() -> list[Row]:
    with running() as installation:
        room = running_session(installation.app, ATTEMPTS, QUESTIONS)
        engine = create_engine(installation.database_url)
        with engine.begin() as connection:
            connection.execute(text(ANSWER_ALL), {"session": room.session_id})
            connection.execute(text("UPDATE attempts SET status = 'graded', submitted_at = now()"))
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
            connection.execute(text(_FLOOR)).all()
            began = time.perf_counter()
            connection.execute(text(_FLOOR)).all()
            floor = time.perf_counter() - began
        with installation.app.app_context():
            session = db.session.get_one(ExamSession, room.session_id)
            session_statistics(session)
            began, used = time.perf_counter(), time.process_time()
            session_statistics(session)
            took, used = time.perf_counter() - began, time.process_time() - used
            db.session.remove()
            db.engine.dispose()
        engine.dispose()
    note = f"{ATTEMPTS} attempts x {QUESTIONS} questions; {used:.2f} s of it the web process works"
    return [Row("statistics of a test", f"{took:.2f} s", f"{floor:.2f} s", note)]
