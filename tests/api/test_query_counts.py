"""The number of queries of an endpoint does not grow with the questions, students or attempts."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.extensions import db
from exam_app.models import User
from exam_app.services.answers import saving
from exam_app.services.attempts import closing
from exam_app.services.authoring import papers
from exam_app.services.grading import bulk_grading
from exam_app.services.results import releases
from exam_app.services.sessions import lifecycle
from exam_app.services.timing import deadlines
from tests.factories import (
    RIGHT,
    AttemptFactory,
    BatchFactory,
    ChangeFactory,
    EnrolmentFactory,
    ExamSessionFactory,
    SchoolClassFactory,
    TestFactory,
    UserFactory,
)
from tests.helpers.answers import change, questions
from tests.helpers.clients import data
from tests.helpers.queries import counted
from tests.helpers.times import NOW, minutes


def cost(action: Callable[[], Any]) -> int:
    action()  # papers are read once per process
    with counted() as statements:
        action()
    return len(statements)


def sized(cast: SimpleNamespace, students: int, kinds: list[str]) -> Any:
    """A running session with several students besides Carl, of a test with these questions."""
    test = TestFactory(author=cast.ines, questions__types=kinds, published=True)
    school_class = SchoolClassFactory(teacher=cast.ines, students=[cast.carl])
    session = ExamSessionFactory(in_progress=True, school_class=school_class, test=test)
    for _ in range(students):
        student = UserFactory(organization=cast.school)
        EnrolmentFactory(class_id=school_class.id, student_id=student.id)
        AttemptFactory(student=student, session=session, deadline_at=minutes(30))
    attempt = AttemptFactory(student=cast.carl, session=session, deadline_at=minutes(40))
    ids = questions(test).values()
    batch = BatchFactory(
        attempt=attempt,
        changes=[ChangeFactory(question_id=q, response=RIGHT[kinds[0]]) for q in ids],
    )
    saving.save(batch)
    return SimpleNamespace(session=session, attempt=attempt)


@pytest.fixture
def small_and_large(cast: SimpleNamespace) -> tuple[Any, Any]:
    return sized(cast, 1, ["true_false"]), sized(cast, 6, ["true_false"] * 8)


@pytest.mark.parametrize(
    ("who", "path", "most"),
    [
        ("carl", "/api/attempts/{attempt}", 4),
        ("carl", "/api/attempts/{attempt}/sync", 8),
        ("carl", "/api/attempts/{attempt}/progress", 4),
        ("carl", "/api/attempts/{attempt}/result", 6),
        ("ines", "/api/sessions/{session}", 5),
        ("ines", "/api/sessions/{session}/monitor", 11),
        ("ines", "/api/sessions/{session}/results", 7),
    ],
)
def test_reading(
    api: Any,
    cast: SimpleNamespace,
    small_and_large: tuple[Any, Any],
    who: str,
    path: str,
    most: int,
) -> None:
    client, costs = api(getattr(cast, who)), []
    for one in small_and_large:
        url = path.format(attempt=one.attempt.id, session=one.session.id)
        costs.append(cost(lambda u=url: data(client.get(u))))
    assert costs[0] == costs[1] <= most


@pytest.mark.parametrize("path", ["/api/sessions", "/api/sessions/my-sessions", "/api/tests", "/api/classes"])
def test_lists(api: Any, cast: SimpleNamespace, path: str) -> None:
    client = api(cast.carl if "my-" in path else cast.ines)
    sized(cast, 0, ["true_false"])
    before = cost(lambda: client.get(path))
    for _ in range(3):
        sized(cast, 0, ["true_false"])
    assert cost(lambda: client.get(path)) == before <= 4


def test_saving(api: Any, cast: SimpleNamespace, small_and_large: tuple[Any, Any]) -> None:
    """A save takes one authentication, one read and one write, for one change as for eight."""
    client, costs = api(cast.carl), []
    for one in small_and_large:
        path = f"/api/attempts/{one.attempt.id}/answers"
        ids = list(questions(one.session.test).values()) * ((len(costs) and 4) or 1)

        def save(path: str = path, ids: list[int] = ids) -> None:
            data(client.post(path, {"changes": [change(q, RIGHT["true_false"]) for q in ids]}))

        costs.append(cost(save))
    assert costs[0] == costs[1] <= 3


def test_a_practice_from_start_to_end(api: Any, cast: SimpleNamespace) -> None:
    """Nothing is read twice from start to end: the bounds are the current numbers of queries."""
    test = TestFactory(author=cast.ines, questions__types=["true_false"], practice=True, published=True)
    papers.compiled(test.current_paper_id)  # once per process
    saved = {"questionId": next(iter(questions(test).values())), "selectedOptionId": 1}
    client, began = api(cast.carl), {}

    def start() -> None:
        began.update(data(client.post("/api/attempts/start", {"testId": test.id}), 201))

    assert statements_of(start) <= 10
    path = f"/api/attempts/{began['attemptId']}"
    assert statements_of(lambda: data(client.post(f"{path}/answer", saved))) <= 3
    assert statements_of(lambda: data(client.post(f"{path}/submit", {"confirmSubmission": True}))) <= 16


def statements_of(action: Callable[[], Any]) -> int:
    db.session.commit()
    with counted() as statements:
        action()
    return len(statements)


def test_closing_and_grading(cast: SimpleNamespace) -> None:
    costs = []
    for students in (1, 8):
        sized(cast, students, ["true_false"])
        costs.append(
            (
                statements_of(lambda: closing.close_due(minutes(31))),
                statements_of(lambda: bulk_grading.grade_closed(minutes(31))),
            )
        )
        closing.close_due(minutes(50))
        bulk_grading.grade_closed(minutes(50))
    assert costs[0] == costs[1]


def test_more_time_for_all(cast: SimpleNamespace) -> None:
    costs = []
    for students in (1, 8):
        one = sized(cast, students, ["true_false"])
        ines = db.session.get(User, cast.ines.id)
        costs.append(
            statements_of(lambda o=one, i=ines: deadlines.extend_time(o.session, i, None, 5, "why", NOW))
        )
    assert costs[0] == costs[1]


def test_starting_and_ending_a_session(cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    costs = []
    for count in (1, 8):
        students = [UserFactory(organization=cast.school) for _ in range(count)]
        school_class = SchoolClassFactory(teacher=cast.ines, students=students)
        session = ExamSessionFactory(
            waiting=True, school_class=school_class, test=TestFactory(author=cast.ines, published=True)
        )
        here = {student.id: {} for student in students}
        monkeypatch.setattr(lifecycle.presence, "here", lambda *_, h=here: h)
        ines = db.session.get(User, cast.ines.id)
        costs.append(
            (
                statements_of(lambda s=session, i=ines: lifecycle.start_session(i, s, NOW)),
                statements_of(lambda s=session, i=ines: lifecycle.complete_session(i, s, minutes(5))),
            )
        )
        bulk_grading.grade_closed(minutes(6))
        releases.release_results(ines, session, minutes(7))
    assert costs[0] == costs[1]
