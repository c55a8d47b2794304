"""The pages for editing a test, used without JavaScript."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from exam_app.extensions import db
from exam_app.models import Test, TestQuestion
from exam_app.services.authoring import catalog, papers
from tests.factories import QuestionFactory, TestFactory
from tests.helpers.pages import PageClient

SETTINGS = {
    "title": "Cells",
    "durationMinutes": "30",
    "maxAttempts": "2",
    "passPercentage": "60,5",
    "markers": "2",
    "markingTolerance": "1.5",
    "feedback": "after_submission",
    "release": "by_hand",
    "warningMinutes": "10, 2",
    "timeZone": "Europe/Berlin",
    "availableFrom": "2026-05-04T09:30",
    "switches": ["allowBack", "isSelfPaced", "preventPaste"],
    "tabSwitches": "4",
}


@pytest.fixture
def page(app: Flask, cast: SimpleNamespace) -> PageClient:
    """Ines's browser."""
    return PageClient(app, cast.ines)


@pytest.fixture
def draft(cast: SimpleNamespace) -> Any:
    test = TestFactory(author=cast.ines, questions__types=["true_false", "multiple_choice", "short_answer"])
    db.session.commit()
    return test


def ids(test: Any) -> list[int]:
    query = select(TestQuestion.question_id).where(TestQuestion.test_id == test.id)
    return list(db.session.scalars(query.order_by(TestQuestion.position)))


def arrange(page: PageClient, test: Any, order: list[int], **fields: Any) -> Any:
    places = {f"place-{id_}": str(number) for number, id_ in enumerate(order, start=1)}
    sent = {"listed": [str(id_) for id_ in order], **places, **fields}
    return page.post(f"/tests/{test.id}/questions", **sent)


def question(cast: SimpleNamespace, name: str, **fields: str) -> Any:
    return QuestionFactory(organization_id=cast.school.id, name=name, **fields)


def test_from_an_empty_form_to_an_available_test(page: PageClient, cast: SimpleNamespace) -> None:
    questions = [question(cast, name) for name in ("Nucleus", "Membrane")]
    db.session.commit()
    assert "There are no tests yet." in page.get("/tests").words
    shown = page.post("/tests/new", **SETTINGS)
    assert "Cells was created. Now choose its questions." in shown.words
    assert "Nucleus" in shown.words and "2 questions not in the test" in shown.words
    test = db.session.scalars(select(Test)).one()
    shown = page.post(f"/tests/{test.id}/questions/add", questionIds=[str(q.id) for q in questions])
    assert "2 questions added at the end." in shown.words
    shown = page.get(f"/tests/{test.id}")
    assert "Draft. Students cannot see it until you publish it." in shown.words
    shown = page.post(f"/tests/{test.id}/publish")
    assert "Published. Students who start now get this version." in shown.words
    described = catalog.describe_test(test)
    assert (
        described
        | {
            "durationMinutes": 30,
            "maxAttempts": 2,
            "passPercentage": 60.5,
            "markers": 2,
            "markingTolerance": 1.5,
            "feedback": "after_submission",
            "warningMinutes": [10, 2],
            "availableFrom": "2026-05-04T07:30:00.000Z",
            "availableUntil": None,
            "isSelfPaced": True,
            "allowBack": True,
            "allowReview": False,
            "isPublished": True,
            "questionIds": [q.id for q in questions],
        }
        == described
    )
    assert described["integrity"]["preventPaste"] and not described["integrity"]["preventCopy"]
    assert (described["integrity"]["tabSwitches"], described["integrity"]["copies"]) == (4, None)
    assert "Cells" in page.get("/sessions/new").words


def test_the_form_round_trips_the_stored_values(page: PageClient, cast: SimpleNamespace) -> None:
    page.post("/tests/new", **SETTINGS)
    test = db.session.scalars(select(Test)).one()
    before = catalog.describe_test(test)
    shown = page.get(f"/tests/{test.id}/edit").get_data(as_text=True)
    assert 'value="2026-05-04T07:30"' in shown and 'value="10, 2"' in shown
    page.post(f"/tests/{test.id}/edit", **SETTINGS)
    assert catalog.describe_test(test) == before


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", "", "Length must be between 1 and 200."),
        ("durationMinutes", "soon", "Not a valid integer."),
        ("durationMinutes", "0", "Must be greater than or equal to 1"),
        ("passPercentage", "101", "less than or equal to 100"),
        ("passPercentage", "nan", "a number that is not finite"),
        ("warningMinutes", "5, x", "Not a valid integer."),
        ("tabSwitches", "-1", "Must be greater than or equal to 1"),
        ("feedback", "", "Must be one of"),
        ("markers", "3", "Must be one of"),
        ("availableFrom", "tomorrow", "Enter the day"),
        ("availableUntil", "2026-05-04T09:00", "“Closes” must be after “Opens”."),
    ],
)
def test_errors_are_reported_and_nothing_is_stored(
    page: PageClient, field: str, value: str, words: str
) -> None:
    shown = page.post("/tests/new", **SETTINGS | {field: value})
    assert shown.status_code == 422
    assert words in shown.words
    assert db.session.scalars(select(Test)).all() == []


def test_order_points_and_removal_of_questions(page: PageClient, draft: Any) -> None:
    first, second, third = ids(draft)
    shown = arrange(page, draft, [third, first, second], removed=str(first), **{f"points-{third}": "2,5"})
    assert "Saved. 1 question removed." in shown.words
    assert ids(draft) == [third, second]
    points = db.session.scalars(select(TestQuestion.points).where(TestQuestion.question_id == third)).one()
    assert points == 2.5
    arrange(page, draft, [second, third])
    assert catalog.describe_test(draft)["questionIds"] == [second, third]


@pytest.mark.parametrize(
    ("field", "value"), [("points", "0"), ("points", "-1"), ("points", "1e9"), ("place", "x"), ("place", "")]
)
def test_an_invalid_order_changes_nothing(page: PageClient, draft: Any, field: str, value: str) -> None:
    before = ids(draft)
    shown = arrange(page, draft, list(reversed(before)), **{f"{field}-{before[0]}": value})
    assert shown.status_code == 422
    assert "The order is not saved yet" in shown.words
    assert ids(draft) == before


def test_concurrent_edits_lose_nothing(page: PageClient, draft: Any, cast: SimpleNamespace) -> None:
    """Saving an outdated page neither drops what was added meanwhile nor restores what was removed."""
    first, second, third = ids(draft)
    fourth = question(cast, "Vacuole").id
    page.post(f"/tests/{draft.id}/questions/add", questionIds=str(fourth))
    arrange(page, draft, [first], removed=str(first))
    arrange(page, draft, [third, second, first])
    assert ids(draft) == [third, second, fourth]


def test_a_change_over_rest_keeps_the_points(
    page: PageClient, api: Any, cast: SimpleNamespace, draft: Any
) -> None:
    first, second, third = ids(draft)
    arrange(page, draft, [first, second, third], **{f"points-{second}": "2.5"})
    sent = {"title": "Cells", "durationMinutes": 30, "questionIds": [third, second]}
    assert api(cast.ines).put(f"/api/tests/{draft.id}", sent).status_code == 200
    rows = db.session.execute(select(TestQuestion.question_id, TestQuestion.points).order_by("position"))
    assert [tuple(row) for row in rows] == [(third, None), (second, 2.5)]


def test_adding_twice_adds_once(page: PageClient, draft: Any) -> None:
    before = ids(draft)
    shown = page.post(f"/tests/{draft.id}/questions/add", questionIds=[str(before[0])] * 2)
    assert "0 questions added at the end." in shown.words
    assert ids(draft) == before
    assert "Select at least one question." in page.post(f"/tests/{draft.id}/questions/add").words
    assert page.post(f"/tests/{draft.id}/questions/add", questionIds="999999999").status_code == 422
    assert ids(draft) == before


def test_the_question_bank_is_searched(page: PageClient, draft: Any, cast: SimpleNamespace) -> None:
    question(cast, "Osmosis", category="Cells", text="What is 100% of it?")
    question(cast, "Meiosis", category="Cells")
    question(cast, "Tundra", category="Biomes")
    path = f"/tests/{draft.id}/questions"
    assert "Tundra" not in page.get(f"{path}?category=Cells").words
    found = page.get(f"{path}?words=OSMO&category=Cells").words
    assert "Osmosis" in found and "Meiosis" not in found
    assert "Osmosis" in page.get(f"{path}?words=100%25").words
    assert "No question in the bank matches." in page.get(f"{path}?words=_").words
    assert "page 2 of 1" not in page.get(f"{path}?page=-3").words


def test_a_change_after_publishing_is_shown(page: PageClient, draft: Any, cast: SimpleNamespace) -> None:
    papers.publish(draft, cast.ines.id)
    assert "Published. Students who start now" in page.get(f"/tests/{draft.id}").words
    arrange(page, draft, list(reversed(ids(draft))))
    shown = page.get(f"/tests/{draft.id}")
    assert "Published, changed since." in shown.words and "Publish again" in shown.words
    shown = page.post(f"/tests/{draft.id}/publish")
    assert "Published. Students who start now" in shown.words and "Publish again" not in shown.words


def test_closing_and_opening(page: PageClient, draft: Any, cast: SimpleNamespace) -> None:
    papers.publish(draft, cast.ines.id)
    assert "Published, closed." in page.post(f"/tests/{draft.id}/close").words
    assert draft.title not in page.get("/sessions/new").words
    assert "Students who start now get this version." in page.post(f"/tests/{draft.id}/open").words


def test_without_questions_nothing_is_published(page: PageClient, cast: SimpleNamespace) -> None:
    empty = TestFactory(author=cast.ines, questions__types=[])
    shown = page.post(f"/tests/{empty.id}/publish")
    assert shown.status_code == 409
    assert "This test has no questions yet. Add some, then publish it." in shown.words
