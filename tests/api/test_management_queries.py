"""Reading lists and managing attempts takes the same number of queries for one attempt as for many."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.extensions import db
from tests.factories import RIGHT, AttemptFactory, ExamSessionFactory, TestFactory, UserFactory
from tests.helpers.clients import data
from tests.helpers.queries import counted
from tests.helpers.results import answer, graded


def cost(action: Callable[[], Any]) -> int:
    action()  # papers are read once per process
    db.session.commit()
    with counted() as statements:
        action()
    print(statements)
    return len(statements)


def sized(cast: SimpleNamespace, count: int) -> Any:
    """Graded attempts of Carl at several tests, and of several students at one test of several questions."""
    test = TestFactory(
        author=cast.ines, questions__types=["true_false"] * (2 * count), published=True, practice=True
    )
    for _ in range(count):
        graded("true_false", student=UserFactory(organization=cast.school), test=test)
        other = TestFactory(author=cast.ines, published=True, practice=True)
        graded(*RIGHT, student=cast.carl, test=other)
    session = ExamSessionFactory(in_progress=True, school_class=cast.biology, test=test)
    for _ in range(count):
        AttemptFactory(student=UserFactory(organization=cast.school), session=session)
    attempt = graded("true_false", student=cast.carl, session=session)
    return SimpleNamespace(test=test, session=session, attempt=attempt)


@pytest.mark.parametrize(
    ("who", "path", "most"),
    [
        ("ines", "/api/attempts?limit=100", 4),
        ("carl", "/api/attempts?limit=100", 4),
        ("ines", "/api/attempts/test/{test}?limit=100", 6),
        ("ines", "/api/attempts/user/{carl}?limit=100", 8),
        ("carl", "/api/attempts/user/{carl}?limit=100", 8),
        ("ines", "/api/attempts/{attempt}/details", 15),
        ("carl", "/api/attempts/{attempt}/details", 8),
        ("ines", "/api/attempts/{attempt}/answers", 5),
        ("carl", "/api/attempts/{attempt}/answers", 5),
        ("ines", "/api/attempts/{attempt}/activity?limit=100", 6),
        ("ines", "/api/attempts/{attempt}/analytics", 8),
        ("ines", "/api/sessions/{session}/stats", 6),
        ("ines", "/api/sessions/{session}/statistics", 8),
        ("ines", "/api/users/{carl}/progress", 4),
        ("carl", "/api/users/{carl}/progress", 4),
        ("ines", "/api/tests/{test}/statistics", 8),
        ("ada", "/api/audit?limit=100", 4),
    ],
)
def test_reading(api: Any, cast: SimpleNamespace, who: str, path: str, most: int) -> None:
    client, costs = api(getattr(cast, who)), []
    for count in (1, 5):
        one = sized(cast, count)
        url = path.format(test=one.test.id, session=one.session.id, attempt=one.attempt.id, carl=cast.carl.id)
        costs.append(cost(lambda u=url: data(client.get(u))))
    assert costs[0] == costs[1] <= most


@pytest.mark.parametrize("verb", ["pause", "cancel", "force-submit", "reset"])
def test_changing(api: Any, cast: SimpleNamespace, verb: str) -> None:
    """The number of queries does not depend on the number of questions and answers."""
    costs = []
    for count in (1, 5):
        test = TestFactory(
            author=cast.ines, questions__types=list(RIGHT)[:count], published=True, practice=True
        )
        for student in (cast.carl, cast.cora):
            attempt = AttemptFactory(student=student, test=test)
            answer(attempt, *list(RIGHT)[:count])
            body = {"reason": "why", **({"preserveAnswers": True} if verb == "reset" else {})}
            client, path = api(cast.ines), f"/api/attempts/{attempt.id}/{verb}"
            db.session.commit()
            with counted() as statements:
                reply = client.post(path, body)
            assert reply.status_code < 300, reply.get_json()
        print(statements)
        costs.append(len(statements))
    assert costs[0] == costs[1]
