"""Of concurrent markers the first two are accepted and the third refused; one adjudication is accepted."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest
from flask import Flask

from exam_app.errors import Conflict
from exam_app.extensions import db
from exam_app.models import AnswerMark, Result
from exam_app.services.grading.versions import latest_result
from exam_app.services.marking import giving_marks
from exam_app.services.marking import views as marking_views
from tests.factories import TestFactory, UserFactory
from tests.helpers.answers import answers_of, assert_log_explains_answers
from tests.helpers.results import graded
from tests.helpers.threads import act, at_once
from tests.helpers.times import minutes

ROUNDS = 4


@pytest.fixture
def database(committed_database: None) -> None:
    """Rows are visible to every connection."""


def test_concurrent_first_marks_and_adjudications(app: Flask, cast: SimpleNamespace) -> None:
    test = TestFactory(author=cast.ines, markers=2, published=True, questions__types=("essay",))
    third = UserFactory(admin=True, organization=cast.school)
    for _ in range(ROUNDS):
        attempt = graded("essay", student=UserFactory(organization=cast.school), test=test)
        (essay,) = answers_of(attempt.id).values()
        asked = (attempt.id, essay.id)
        seen = marking_views.shown(cast.ines, attempt, essay.id)["seen"]
        outcomes = at_once(
            app,
            *(
                act(giving_marks.grade_answer, who.id, *asked, Decimal(points), "", minutes(60), seen)
                for points, who in enumerate((cast.ines, cast.ada, third))
            ),
        )
        assert sum(isinstance(outcome, dict) for outcome in outcomes) == 2, outcomes
        (refused,) = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
        assert "marked this answer" in refused.message
        kept = db.session.query(AnswerMark).filter_by(attempt_id=attempt.id)
        assert sorted(mark.number for mark in kept) == [1, 2]
        assert latest_result(attempt.id) is None

        seen = marking_views.shown(cast.ines, attempt, essay.id)["seen"]
        outcomes = at_once(
            app,
            *(
                act(giving_marks.adjudicate, who.id, *asked, Decimal(points), "", "We met", minutes(70), seen)
                for points, who in enumerate((cast.ines, third))
            ),
        )
        (adjudicated,) = [outcome for outcome in outcomes if isinstance(outcome, dict)]
        assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 1, outcomes
        (result,) = db.session.query(Result).filter_by(attempt_id=attempt.id)
        assert result.score == adjudicated["points"]
        assert_log_explains_answers(attempt)
