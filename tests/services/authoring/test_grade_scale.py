"""The grade scale: validated, frozen in papers, and never changing an existing result."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.errors import Forbidden, InvalidInput
from exam_app.extensions import db
from exam_app.models import Activity
from exam_app.rules.grading import DEFAULT_SCALE, checked_scale, grade
from exam_app.services.authoring import grade_scale, papers
from exam_app.services.grading import score_overrides
from exam_app.services.grading.versions import latest_result
from tests.factories import BranchFactory, ExamSessionFactory, UserFactory
from tests.helpers.clients import data
from tests.helpers.pages import PageClient
from tests.helpers.results import graded
from tests.helpers.times import NOW, minutes

SWISS = [("5", Decimal("75")), ("6", Decimal("90")), ("4.5", Decimal("60.5")), ("1", Decimal(0))]


def test_best_first_whatever_the_order() -> None:
    scale = checked_scale(SWISS)
    assert scale == [
        {"name": "6", "from": "90"},
        {"name": "5", "from": "75"},
        {"name": "4.5", "from": "60.5"},
        {"name": "1", "from": "0"},
    ]
    for percent, name in (("100", "6"), ("89.99", "5"), ("60.5", "4.5"), ("60.49", "1"), ("0", "1")):
        assert grade(Decimal(percent), scale) == name


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([], "1 to 30"),
        ([("A", 50)], "start at 0"),
        ([("A", 101), ("B", 0)], "0 to 100"),
        ([("A", -1), ("B", 0)], "0 to 100"),
        ([("A", "33.333"), ("B", 0)], "two decimals"),
        ([("A", 50), ("A ", 0)], "same name"),
        ([("A", 50), ("B", "50.00"), ("C", 0)], "same percentage"),
        ([(" ", 50), ("C", 0)], "a name"),
        ([("x" * 21, 50), ("C", 0)], "a name"),
        ([(str(n), n) for n in range(31)], "1 to 30"),
    ],
)
def test_an_invalid_scale_is_refused(steps: list[Any], words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked_scale([(name, Decimal(str(bound))) for name, bound in steps])
    assert words in refused.value.details["grades"][0]


def test_existing_results_keep_their_grade(cast: SimpleNamespace, exam: Any) -> None:
    """Existing results keep their grade, and a test published before keeps its scale for later ones."""
    session = ExamSessionFactory(completed=True, school_class=cast.biology, test=exam)
    before = graded("true_false", "numerical", "short_answer", student=cast.carl, session=session)
    grade_scale.set_scale(cast.ada, SWISS, NOW)
    score_overrides.set_score(cast.ines, before, Decimal(16), Decimal(0), "Spoken", minutes(40))
    assert latest_result(before.id).grade == "B"
    papers.publish(exam, cast.ines.id)
    session = ExamSessionFactory(completed=True, school_class=cast.biology, test=exam)
    after = graded("true_false", "numerical", "short_answer", student=cast.carl, session=session)
    assert latest_result(after.id).grade == "1"
    (entry,) = db.session.query(Activity).filter_by(type="grade_scale_changed")
    assert (entry.details["before"]["grades"], entry.actor_id) == (DEFAULT_SCALE, cast.ada.id)


def test_the_scale_belongs_to_the_organization(cast: SimpleNamespace, api: Any) -> None:
    grade_scale.set_scale(cast.ada, SWISS, NOW)
    grade_scale.set_scale(cast.ada, SWISS, NOW)
    assert db.session.query(Activity).filter_by(type="grade_scale_changed").count() == 1
    assert len(data(api(cast.ada).get("/api/organization/grade-scale"))["grades"]) == 4
    assert len(data(api(cast.otto).get("/api/organization/grade-scale"))["grades"]) == len(DEFAULT_SCALE)
    bound = UserFactory(
        admin=True, organization=cast.school, branch_id=BranchFactory(organization_id=cast.school.id).id
    )
    with pytest.raises(Forbidden):
        grade_scale.set_scale(bound, SWISS, NOW)


def test_over_the_api(cast: SimpleNamespace, api: Any) -> None:
    path, ada = "/api/organization/grade-scale", api(cast.ada)
    sent = {"grades": [{"name": "fail", "from": 0}, {"name": "pass", "from": 50.5}]}
    assert data(ada.put(path, sent))["grades"] == [
        {"name": "pass", "from": 50.5},
        {"name": "fail", "from": 0},
    ]
    reply = ada.put(path, {"grades": [{"name": "pass", "from": 50}]})
    assert (reply.status_code, "grades" in reply.error["details"]) == (422, True)


def test_on_its_page(app: Flask, cast: SimpleNamespace) -> None:
    ada = PageClient(app, cast.ada)
    assert 'value="A+"' in ada.get("/settings/grades").get_data(as_text=True)
    fields = {"name-0": "pass", "from-0": "50,5", "name-1": "fail", "from-1": "0"}
    shown = ada.post("/settings/grades", **fields)
    assert "The grade scale was saved." in shown.words
    assert 'value="50.5"' in shown.get_data(as_text=True)
    shown = ada.post("/settings/grades", **{**fields, "from-1": "none"})
    assert (shown.status_code, "“none” is not a percentage." in shown.words) == (422, True)
    shown = ada.post("/settings/grades", **{**fields, "from-1": "10"})
    assert "must start at 0 percent" in shown.words
