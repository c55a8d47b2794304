"""Leaderboards: if a teacher has opened one for a test, students may choose to be listed under a name.

Students are listed only with their consent, and ranks are among those listed. The first attempt of each is
effective, as in the statistics: at a later one the questions are known (docs/decisions/0020).
"""

from __future__ import annotations

import unicodedata
from typing import Any

from sqlalchemy import Subquery, delete, exists, func, select
from sqlalchemy.dialects.postgresql import distinct_on, insert

from exam_app.clock import now
from exam_app.errors import InvalidInput, NotFound
from exam_app.extensions import db
from exam_app.models import Attempt, ExamSession, LeaderboardEntry, Paper, Result, Test, User
from exam_app.rules.attempt_states import AttemptStatus
from exam_app.rules.paper import number
from exam_app.rules.permissions import Role
from exam_app.services.authoring import catalog
from exam_app.services.grading.versions import is_latest
from exam_app.services.results.attempt_lists import shown_to_its_student

LONGEST_NAME = 40
MOST = 100
"""Maximum number of shown places; the viewer's own is always included."""


def leaderboard_of(viewer: User, test_id: int) -> dict[str, Any]:
    """The places, the best first; equal results share a rank. Four queries.

    :raises NotFound: no such test, or for students: no leaderboard, or they have not begun the test.
    """
    test = _test_for(viewer, test_id)
    entry = db.session.get(LeaderboardEntry, (test.id, viewer.id))
    return {
        "testId": test.id,
        "title": test.title,
        "isOpen": test.leaderboard,
        "ownName": entry.name if entry else None,
        "places": _places(viewer, test) if test.leaderboard else [],
    }


def join(student: User, test_id: int, name: str) -> None:
    """List the student under this name; a second time changes the name. Commits.

    :raises NotFound: as `leaderboard_of`.
    :raises InvalidInput: the name is not readable, or too long.
    """
    test = _test_for(student, test_id)
    values = {"name": _normalized_name(name), "created_at": now()}
    row = insert(LeaderboardEntry).values(test_id=test.id, student_id=student.id, **values)
    db.session.execute(row.on_conflict_do_update(index_elements=["test_id", "student_id"], set_=values))
    db.session.commit()


def leave(student: User, test_id: int) -> None:
    """Remove the student from the leaderboard, also if it was closed meanwhile. Commits.

    :raises NotFound: no such test.
    """
    test = catalog.test_for(test_id)
    db.session.execute(
        delete(LeaderboardEntry).where(
            LeaderboardEntry.test_id == test.id, LeaderboardEntry.student_id == student.id
        )
    )
    db.session.commit()


def _test_for(viewer: User, test_id: int) -> Test:
    test = catalog.test_for(test_id)
    if viewer.role == Role.STUDENT and not (test.leaderboard and _has_begun(viewer, test)):
        raise NotFound(
            "This test has no leaderboard that you may see. Begin the test first, or ask your teacher."
        )
    return test


def _has_begun(student: User, test: Test) -> bool:
    begun = exists().where(
        Attempt.test_id == test.id,
        Attempt.student_id == student.id,
        Attempt.status != AttemptStatus.CANCELLED,
    )
    return bool(db.session.scalar(select(begun)))


def _places(viewer: User, test: Test) -> list[dict[str, Any]]:
    first = _first_attempts(test)
    best_first = first.c.percentage.desc()
    rank = func.rank().over(order_by=best_first).label("rank")
    name = func.lower(first.c.name)
    row_number = func.row_number().over(order_by=(best_first, name, first.c.student_id)).label("row_number")
    places = select(first, rank, row_number).where(first.c.is_shown).subquery()
    rows = db.session.execute(
        select(places)
        .where((places.c.row_number <= MOST) | (places.c.student_id == viewer.id))
        .order_by(places.c.row_number)
    )
    return [
        {
            "rank": row.rank,
            "name": row.name,
            "percentage": number(row.percentage),
            "isOwn": row.student_id == viewer.id,
        }
        for row in rows
    ]


def _first_attempts(test: Test) -> Subquery:
    """The first attempts of listed students, and whether the results are visible to the students
    themselves."""
    is_entry = (LeaderboardEntry.student_id == Attempt.student_id) & (
        LeaderboardEntry.test_id == Attempt.test_id
    )
    is_shown = shown_to_its_student().label("is_shown")
    return (
        select(Attempt.student_id, LeaderboardEntry.name, Result.percentage, is_shown)
        .ext(distinct_on(Attempt.student_id))
        .join(LeaderboardEntry, is_entry)
        .join(User, (User.id == Attempt.student_id) & User.is_active)
        .join(Paper, Paper.id == Attempt.paper_id)
        .outerjoin(ExamSession, ExamSession.id == Attempt.session_id)
        .outerjoin(Result, is_latest())
        .where(Attempt.test_id == test.id, Attempt.status != AttemptStatus.CANCELLED)
        .order_by(Attempt.student_id, Attempt.started_at, Attempt.id)
        .subquery()
    )


def _normalized_name(name: str) -> str:
    """`name` in its stored form: NFC, single spaces between words, no invisible characters."""
    words = " ".join(unicodedata.normalize("NFC", name).split())
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Co", "Cn") for letter in words):
        raise InvalidInput(details={"name": ["Use letters, digits and visible characters only."]})
    if not any(letter.isalnum() for letter in words):
        raise InvalidInput(details={"name": ["Enter a name with at least one letter or digit."]})
    if len(words) > LONGEST_NAME:
        raise InvalidInput(details={"name": [f"Use at most {LONGEST_NAME} characters."]})
    return words
