"""The pages for a wrong answer key: correct it, preview the changes, regrade, and the progress."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.errors import InvalidInput
from exam_app.extensions import db
from exam_app.models import Question, Regrade
from exam_app.pages import key_forms
from exam_app.rules.paper import PaperQuestion
from exam_app.services.grading import corrections, regrades
from tests.factories import EVERY_DEFINITION, ExamSessionFactory, UserFactory
from tests.helpers.answers import questions
from tests.helpers.pages import PageClient
from tests.helpers.results import graded
from tests.helpers.times import minutes


@pytest.fixture
def ines(app: Flask, cast: SimpleNamespace) -> PageClient:
    return PageClient(app, cast.ines)


@pytest.fixture
def carl(cast: SimpleNamespace, exam: Any) -> Any:
    session = ExamSessionFactory(released=True, school_class=cast.biology, test=exam)
    return graded("true_false", "numerical", student=cast.carl, session=session)


def test_from_a_wrong_key_to_the_new_results(ines: PageClient, exam: Any, carl: Any) -> None:
    shown = ines.get(f"/tests/{exam.id}/statistics")
    assert "Correct an answer key" in shown.words
    shown = ines.get(f"/tests/{exam.id}/keys")
    assert "photosynthesis" in shown.words
    path = f"/tests/{exam.id}/keys/{questions(exam)['true_false']}"
    assert "Current answer key True" in ines.get(path).words
    shown = ines.post(path, correct="false", reason="Typo")
    assert shown.path == f"/tests/{exam.id}/regrade"
    assert "The answer key was corrected. No results have changed yet." in shown.words
    assert "1 attempt was graded before this answer key was corrected" in shown.words
    assert "Carl Carter 8 4 40 % 20 % F no Could see the result: will be notified" in shown.words
    assert "1 attempt was graded with a key" in ines.get(f"/tests/{exam.id}/keys").words
    shown = ines.post(shown.path, reason="A typo in the key")
    (regrade,) = db.session.query(Regrade)
    assert shown.path == f"/regrades/{regrade.id}"
    assert "is being regraded 0 of 1 attempt done" in shown.words
    while regrades.take_step(minutes(61)):
        pass
    shown = ines.get(shown.path)
    assert "1 result changed" in shown.words
    assert "There is nothing to regrade." in ines.get(f"/tests/{exam.id}/regrade").words
    assert "A typo in the key" in ines.get(f"/tests/{exam.id}/keys").words


def test_errors_are_shown_at_the_form(ines: PageClient, exam: Any, carl: Any, cast: SimpleNamespace) -> None:
    ids = questions(exam)
    shown = ines.post(f"/tests/{exam.id}/keys/{ids['true_false']}", correct="false", reason=" ")
    assert (shown.status_code, "Enter a short reason." in shown.words) == (422, True)
    shown = ines.post(f"/tests/{exam.id}/keys/{ids['true_false']}", correct="true", reason="Typo")
    assert "This is already the key." in shown.words
    worth = {"worth-1": "0", "worth-2": "much", "worth-3": "50", "reason": "Typo"}
    shown = ines.post(f"/tests/{exam.id}/keys/{ids['multiple_choice']}", **worth)
    assert "“much” is not a percentage." in shown.words
    shown = ines.post(f"/tests/{exam.id}/keys/{ids['multiple_choice']}", **{**worth, "worth-2": "20"})
    assert "One option must be worth the full points" in shown.words
    corrections.correct_key(cast.ines, exam, ids["true_false"], {"correct": False}, "Typo", minutes(60))
    shown = ines.post(f"/tests/{exam.id}/regrade", reason="")
    assert (shown.status_code, "Enter a short reason." in shown.words) == (422, True)


@pytest.mark.parametrize(
    ("kind", "fields", "expected"),
    [
        ("multiple_choice", {"worth-1": "0", "worth-2": "100", "worth-3": "33.5 %"}, [0.0, 1.0, 0.335]),
        ("multiple_response", {"worth-1": "100", "worth-2": "-100", "worth-3": ""}, [1.0, -1.0, 0.0]),
        (
            "short_answer",
            {"accepted-0": "photosynthesis", "worth-0": "100", "accepted-1": "assimilation", "worth-1": "50"},
            [("photosynthesis", 1.0), ("assimilation", 0.5)],
        ),
        (
            "numerical",
            {"accepted-0": "47 ± 0,5", "accepted-2": "10 to 20", "worth-2": "25", "accepted-3": "99"},
            [("47", "0.5"), ("10", "20"), ("99", "0")],
        ),
    ],
)
def test_keys_of_each_question_type(
    ines: PageClient, exam: Any, kind: str, fields: dict[str, str], expected: list[Any]
) -> None:
    question_id = questions(exam)[kind]
    shown = ines.post(f"/tests/{exam.id}/keys/{question_id}", reason="Typo", **fields)
    assert shown.path.endswith("/regrade"), shown.words
    db.session.expire_all()
    definition = db.session.get(Question, question_id).definition
    if "options" in definition:
        assert [option["fraction"] for option in definition["options"]] == expected
    elif kind == "short_answer":
        assert [(item["text"], item["fraction"]) for item in definition["accepted"]] == expected
    else:
        found = [tuple(item.get(name) for name in ("value", "tolerance")) for item in definition["accepted"]]
        found[1] = (definition["accepted"][1]["min"], definition["accepted"][1]["max"])
        assert found == expected


@pytest.mark.parametrize("kind", EVERY_DEFINITION)
def test_the_form_shows_the_current_key(app: Flask, every_type: Any, kind: str) -> None:
    """The form, submitted unchanged, yields the same definition."""
    question: PaperQuestion = corrections.keyed_question(every_type, questions(every_type)[kind])
    with app.test_request_context():
        fields = dict(key_forms.form_of(question).values)
    with app.test_request_context(method="POST", data=fields):
        assert key_forms.definition_from(key_forms.Form(), question) == question.definition


def test_other_teachers_may_not_correct(app: Flask, exam: Any, carl: Any, cast: SimpleNamespace) -> None:
    colleague = PageClient(app, UserFactory(instructor=True, organization=cast.school))
    assert "Correct an answer key" not in colleague.get(f"/tests/{exam.id}/statistics").words
    for page in ("keys", f"keys/{questions(exam)['true_false']}", "regrade"):
        assert colleague.get(f"/tests/{exam.id}/{page}").status_code == 403


def test_full_credit_for_everybody(ines: PageClient, exam: Any, carl: Any) -> None:
    page = f"/tests/{exam.id}/keys/{questions(exam)['short_answer']}/credit"
    assert "Everybody gets 4 of 4 points, including students who did not answer." in ines.get(page).words
    refused = ines.post(page, reason="Unclear")
    assert "Choose how the question is scored." in refused.words
    done = ines.post(page, credit="full", reason="Unclear")
    assert done.path.endswith("/regrade")
    assert "Full points for everybody, answered or not" in done.words
    keys = ines.get(f"/tests/{exam.id}/keys").words
    assert "Full points for everybody, answered or not Change : question" in keys
    assert "Score by the answer key again" in ines.get(page).words


def sent(app: Flask, question: PaperQuestion, **changed: str) -> dict[str, Any]:
    """The definition submitted by the form with these fields changed, normalized."""
    with app.test_request_context():
        fields = {name: str(value) for name, value in key_forms.form_of(question).values.items()}
    with app.test_request_context(method="POST", data=fields | changed):
        return question.type.validate_definition(key_forms.definition_from(key_forms.Form(), question))


@pytest.mark.parametrize(
    ("kind", "fields", "key"),
    [
        (
            "matching",
            {"stem-2": "catches light", "stem-1": "digests food"},
            "Root → catches light; Leaf → digests food",
        ),
        ("ordering", {"place-1": "2", "place-3": "3", "place-2": "1"}, "1. Fruit; 2. Bud; 3. Seed"),
        ("ordering", {"scoring": "next", "place-1": "2", "place-3": "1"}, "2. Bud"),
        (
            "cloze",
            {"gap-1-accepted-0": "stoma*", "gap-2-worth-1": "100", "gap-2-worth-2": "0", "gap-3-weight": "5"},
            "(1) stoma*; (2) oxygen; (3) 0.041 %",
        ),
        ("short_answer", {"accepted-0": "Chloro*", "case": "yes"}, "Chloro"),
    ],
)
def test_keys_of_the_newer_question_types(
    app: Flask, ines: PageClient, every_type: Any, kind: str, fields: dict[str, str], key: str
) -> None:
    question = corrections.keyed_question(every_type, questions(every_type)[kind])
    page = f"/tests/{every_type.id}/keys/{question.id}"
    assert 'id="definition" name' not in ines.get(page).get_data(as_text=True)  # not valid JSON
    with app.test_request_context():
        present = {name: str(value) for name, value in key_forms.form_of(question).values.items()}
    shown = ines.post(page, reason="Typo", **{**present, **fields})
    assert shown.path.endswith("/regrade"), shown.words
    db.session.expire_all()
    corrected = db.session.get(Question, question.id).definition
    assert key in question.type.answer_key(corrected)["text"]
    assert corrected.get("scoring") == (fields.get("scoring", "position") if kind == "ordering" else None)
    assert corrected.get("caseSensitive", False) is ("case" in fields)


def test_units_and_weights_are_part_of_a_key(app: Flask, every_type: Any) -> None:
    question = corrections.keyed_question(every_type, questions(every_type)["cloze"])
    third = sent(app, question, **{"gap-3-unit-1": "1000", "gap-3-unit-needed": ""})["gaps"][2]["definition"]
    assert (third["units"][1]["multiplier"], third["unitRequired"]) == ("1000", False)
    for wrong in ({"gap-1-weight": "²"}, {"gap-1-weight": "0"}, {"gap-3-unit-1": "much"}):
        with pytest.raises(InvalidInput):
            sent(app, question, **wrong)
    ordering = corrections.keyed_question(every_type, questions(every_type)["ordering"])
    with pytest.raises(InvalidInput):
        sent(app, ordering, **{"place-1": "1"})
