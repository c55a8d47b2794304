"""Lists of attempts: who finds which, the content of the rows, and their statistics."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from exam_app.errors import NotFound
from exam_app.extensions import db
from exam_app.models import Attempt, Course, Feedback
from exam_app.rules.attempt_states import SUBMITTED_STATES, AttemptStatus
from exam_app.services.organizations.visibility import attempt_for
from exam_app.services.results import attempt_history, attempt_lists
from exam_app.services.results.attempt_lists import Filter
from tests.factories import (
    RIGHT,
    AttemptFactory,
    ExamSessionFactory,
    SchoolClassFactory,
    TestFactory,
    UserFactory,
)
from tests.helpers.results import graded
from tests.helpers.times import NOW, minutes

ALL = Filter()


def found(viewer: Any, chosen: Filter = ALL, page: int = 1, limit: int = 100) -> list[dict[str, Any]]:
    rows, total = attempt_lists.listing(viewer, chosen, page, limit, minutes(60))
    assert total >= len(rows)
    return rows


def ids(rows: list[dict[str, Any]]) -> set[str]:
    return {row["attemptId"] for row in rows}


def keys(*attempts: Any) -> set[str]:
    return {str(attempt.id) for attempt in attempts}


@pytest.fixture
def several(cast: SimpleNamespace, running: Any, exam: Any) -> SimpleNamespace:
    """Attempts in Ines's session, one of Carl at a practice test and one for a colleague, and Otto's."""
    practice = TestFactory(author=cast.ines, practice=True, published=True)
    colleague = UserFactory(instructor=True, organization=cast.school)
    other_class = SchoolClassFactory(teacher=colleague, students=[cast.carl])
    other_session = ExamSessionFactory(in_progress=True, school_class=other_class, test=exam)
    theirs = TestFactory(author=cast.otto, practice=True, published=True)
    stranger = UserFactory(organization=cast.elsewhere)
    return SimpleNamespace(
        carl=graded("true_false", "numerical", student=cast.carl, session=running),
        cora=AttemptFactory(student=cast.cora, session=running),
        practice=graded(*RIGHT, student=cast.carl, test=practice, started_at=NOW - timedelta(days=2)),
        other=AttemptFactory(student=cast.carl, session=other_session, cancelled=True),
        theirs=AttemptFactory(student=stranger, test=theirs),
        colleague=colleague,
    )


def test_each_role_lists_what_it_may_see(several: SimpleNamespace, cast: SimpleNamespace) -> None:
    s = several
    assert ids(found(cast.ada)) == keys(s.carl, s.cora, s.practice, s.other)
    assert ids(found(cast.ines)) == keys(s.carl, s.cora, s.practice)
    assert ids(found(s.colleague)) == keys(s.practice, s.other)
    assert ids(found(cast.priya)) == keys(s.carl, s.cora)
    assert ids(found(cast.carl)) == keys(s.carl, s.practice, s.other)
    assert ids(found(cast.cora)) == keys(s.cora)
    assert ids(found(cast.otto)) == keys(s.theirs)


def test_lists_and_single_reads_agree(several: SimpleNamespace, cast: SimpleNamespace) -> None:
    """A user may open exactly the attempts that they find in the list."""
    attempts = list(db.session.scalars(select(Attempt)))
    people = [cast.ada, cast.ines, cast.priya, cast.carl, cast.cora, cast.otto, several.colleague]
    for person in people:
        listed = ids(found(person))
        for attempt in attempts:
            try:
                may_open = attempt_for(person, attempt.id) is attempt
            except NotFound:
                may_open = False
            assert may_open == (str(attempt.id) in listed), (person.first_name, attempt.id)


def test_filters(several: SimpleNamespace, cast: SimpleNamespace, running: Any) -> None:
    s, day = several, timedelta(days=1)
    cases = {
        Filter(student_id=cast.cora.id): keys(s.cora),
        Filter(test_id=s.practice.test_id): keys(s.practice),
        Filter(session_id=running.id): keys(s.carl, s.cora),
        Filter(statuses=frozenset({AttemptStatus.CANCELLED})): keys(s.other),
        Filter(statuses=SUBMITTED_STATES): keys(s.carl, s.practice),
        Filter(completed=True): keys(s.carl, s.practice),
        Filter(completed=False): keys(s.cora, s.other),
        Filter(date_from=NOW): keys(s.carl, s.cora, s.other),
        Filter(date_to=NOW - day): keys(s.practice),
        Filter(date_from=NOW - 3 * day, date_to=NOW - day, completed=True): keys(s.practice),
        Filter(student_id=cast.cora.id, completed=True): set(),
    }
    for chosen, expected in cases.items():
        assert ids(found(cast.ada, chosen)) == expected, chosen


def test_pages_do_not_overlap(several: SimpleNamespace, cast: SimpleNamespace) -> None:
    pages = [found(cast.ada, page=page, limit=3) for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [3, 1, 0]
    assert len(ids(pages[0]) | ids(pages[1])) == 4
    assert pages[1][0]["attemptId"] == str(several.practice.id)  # the oldest is last


def test_the_fields_of_a_row(several: SimpleNamespace, cast: SimpleNamespace, running: Any) -> None:
    (row,) = found(cast.ines, Filter(student_id=cast.carl.id, session_id=running.id))
    assert row == {
        "attemptId": str(several.carl.id),
        "testId": running.test_id,
        "test": {"title": "Cells and tissues", "course": None},
        "sessionId": str(running.id),
        "userId": str(cast.carl.id),
        "user": {"firstName": "Carl", "lastName": "Carter", "email": cast.carl.email},
        "attemptNumber": 1,
        "status": "graded",
        "startTime": "2026-05-04T09:00:00.000Z",
        "endTime": "2026-05-04T09:10:00.000Z",
        "expiresAt": "2026-05-04T09:30:00.000Z",
        "submittedAt": "2026-05-04T09:10:00.000Z",
        "submissionMethod": "manual",
        "timeSpent": 600,
        "score": 8,
        "maxScore": 20,
        "percentage": 40,
        "grade": "F",
        "passed": False,
        "questionsAnswered": 2,
        "isCompleted": True,
        "isGraded": True,
    }


def test_a_cancelled_attempt_ends_when_it_was_cancelled(
    several: SimpleNamespace, cast: SimpleNamespace
) -> None:
    (row,) = found(cast.ada, Filter(statuses=frozenset({AttemptStatus.CANCELLED})))
    assert (row["endTime"], row["timeSpent"], row["score"]) == ("2026-05-04T09:05:00.000Z", 300, None)


@pytest.mark.parametrize(
    ("feedback", "released", "shown"),
    [
        ("after_release", False, False),
        ("after_release", True, True),
        ("never", True, False),
        ("after_submission", False, True),
        ("immediate", False, True),
    ],
)
def test_a_student_sees_a_score_only_once_released(
    cast: SimpleNamespace, feedback: str, released: bool, shown: bool
) -> None:
    test = TestFactory(author=cast.ines, published=True, feedback=Feedback(feedback))
    session = ExamSessionFactory(
        **{"released" if released else "completed": True}, school_class=cast.biology, test=test
    )
    graded(*RIGHT, student=cast.carl, session=session)
    (own,) = found(cast.carl)
    (staff,) = found(cast.ines)
    hidden = ("score", "percentage", "grade", "passed")
    assert [staff[name] for name in hidden] == [20, 100, "A+", True]
    assert [own[name] for name in hidden] == ([20, 100, "A+", True] if shown else [None] * 4)
    summary = attempt_history.history(cast.carl, cast.carl, ALL, 1, 20, minutes(60))[2]
    assert (summary["averageScore"], summary["bestScore"]) == ((100, 100) if shown else (None, None))


# --- statistics of a test -----------------------------------------------------------------------


def test_statistics(cast: SimpleNamespace, running: Any, exam: Any) -> None:
    kinds = list(RIGHT)
    students = [UserFactory(organization=cast.school) for _ in range(6)]
    for count, (student, after) in enumerate(zip(students[:4], (92, 30, 10, 10), strict=True)):
        graded(*kinds[: count + 1], student=student, session=running, after=after)
    AttemptFactory(student=students[4], session=running, paused=True)
    AttemptFactory(student=students[5], session=running, cancelled=True)
    assert attempt_lists.test_statistics(cast.ines, exam.id) == {
        "totalAttempts": 6,
        "completedAttempts": 4,
        "inProgressAttempts": 1,
        "averageScore": 50.0,  # of 20, 40, 60 and 80 percent
        "averageTime": "35m 30s",
        "passRate": 50.0,
    }


def test_statistics_without_attempts(cast: SimpleNamespace, exam: Any) -> None:
    shown = attempt_lists.test_statistics(cast.ines, exam.id)
    assert shown.pop("totalAttempts") == shown.pop("completedAttempts") == 0
    assert shown == {"inProgressAttempts": 0, "averageScore": None, "averageTime": None, "passRate": None}


def test_statistics_cover_visible_attempts_only(several: SimpleNamespace, cast: SimpleNamespace) -> None:
    test_id = several.carl.test_id
    totals = [
        attempt_lists.test_statistics(person, test_id)["totalAttempts"]
        for person in (cast.ada, cast.ines, several.colleague, cast.priya, cast.otto)
    ]
    assert totals == [3, 2, 1, 2, 0]


# --- a student's history ------------------------------------------------------------------------


def history(viewer: Any, student: Any) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    rows, total, summary = attempt_history.history(viewer, student, ALL, 1, 20, minutes(60))
    assert total == len(rows)
    return rows, summary


def test_the_summary(cast: SimpleNamespace) -> None:
    course = Course(organization_id=cast.school.id, title="Botany")
    db.session.add(course)
    db.session.flush()
    one, two = (
        TestFactory(author=cast.ines, practice=True, published=True, course_id=course.id) for _ in range(2)
    )
    graded("true_false", student=cast.carl, test=one, number=1, after=30)
    graded(*RIGHT, student=cast.carl, test=one, number=2, after=15)
    rows, summary = history(cast.carl, cast.carl)
    assert summary == {
        "totalAttempts": 2,
        "completedAttempts": 2,
        "averageScore": 60.0,
        "bestScore": 100,
        "totalTimeSpent": "45m 0s",
        "coursesCompleted": 0,  # the other test of the course is not passed
    }
    assert rows[0]["test"] == {"title": "Cells and tissues", "course": {"title": "Botany"}}
    assert {(row["canRetake"], row["attemptsRemaining"]) for row in rows} == {(True, 1)}
    graded(*RIGHT, student=cast.carl, test=two, after=60)
    assert history(cast.carl, cast.carl)[1]["coursesCompleted"] == 1
    assert history(cast.ines, cast.carl)[1]["coursesCompleted"] == 1


def test_which_tests_can_be_retaken(cast: SimpleNamespace, running: Any) -> None:
    practice = TestFactory(author=cast.ines, practice=True, published=True)
    graded(student=cast.carl, test=practice, number=1)
    AttemptFactory(student=cast.carl, test=practice, number=2, cancelled=True)
    AttemptFactory(student=cast.carl, session=running)
    rows = {row["testId"]: row for row in history(cast.carl, cast.carl)[0]}
    assert (rows[practice.id]["canRetake"], rows[practice.id]["attemptsRemaining"]) == (True, 2)
    assert (rows[running.test_id]["canRetake"], rows[running.test_id]["attemptsRemaining"]) == (False, 0)
    practice.is_active = False
    db.session.commit()
    rows = {row["testId"]: row for row in history(cast.carl, cast.carl)[0]}
    assert (rows[practice.id]["canRetake"], rows[practice.id]["attemptsRemaining"]) == (False, 2)


def test_an_empty_history(cast: SimpleNamespace) -> None:
    rows, summary = history(cast.cora, cast.cora)
    assert rows == []
    assert summary == {
        "totalAttempts": 0,
        "completedAttempts": 0,
        "averageScore": None,
        "bestScore": None,
        "totalTimeSpent": "0s",
        "coursesCompleted": 0,
    }


def test_who_may_read_a_history(several: SimpleNamespace, cast: SimpleNamespace, sitting: Any) -> None:
    new = UserFactory(organization=cast.school)
    allowed = {
        "ada": (cast.ada, {"carl", "cora", "new"}),
        "ines": (cast.ines, {"carl", "cora"}),
        "priya": (cast.priya, {"carl", "cora"}),
        "colleague": (several.colleague, {"carl"}),
        "carl": (cast.carl, {"carl"}),
        "otto": (cast.otto, set()),
    }
    students = {"carl": cast.carl, "cora": cast.cora, "new": new}
    for viewer, expected in allowed.values():
        seen = set()
        for name, student in students.items():
            with suppress(NotFound):
                seen.add(name if attempt_history.student_visible_to(viewer, student.id) is student else "?")
        assert seen == expected, viewer.first_name
