"""The pages for marking: the queues, one answer after another, and double marking."""

from __future__ import annotations

import re
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.errors import AttemptExpired
from exam_app.extensions import db
from exam_app.models import AnswerMark
from exam_app.services.answers import late_answers, saving
from exam_app.services.attempts import closing
from exam_app.services.grading import bulk_grading
from tests.factories import (
    BatchFactory,
    ChangeFactory,
    ExamSessionFactory,
    QuestionFactory,
    TestFactory,
    UserFactory,
)
from tests.helpers.answers import answers_of, questions
from tests.helpers.pages import PageClient
from tests.helpers.results import answer, graded
from tests.helpers.times import minutes


@pytest.fixture
def exam(every_type: Any) -> Any:
    return every_type


@pytest.fixture
def written(cast: SimpleNamespace, running: Any) -> list[Any]:
    """Two attempts with an essay, in marking order."""
    both = [graded("essay", "true_false", student=who, session=running) for who in (cast.carl, cast.cora)]
    return sorted(both, key=lambda attempt: attempt.id.bytes)


@pytest.fixture
def ines(app: Flask, cast: SimpleNamespace) -> PageClient:
    return PageClient(app, cast.ines)


@pytest.fixture
def ada(app: Flask, cast: SimpleNamespace) -> PageClient:
    return PageClient(app, cast.ada)


def essay_of(attempt: Any) -> Any:
    return answers_of(attempt.id)[questions(attempt.test)["essay"]]


def page_of(attempt: Any) -> str:
    return f"/marking/{attempt.id}/{essay_of(attempt).id}"


def seen(shown: Any) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', shown.get_data(as_text=True))
    assert found
    return found[1]


def marks() -> list[tuple[float, str]]:
    return [(float(mark.points), mark.comment) for mark in db.session.query(AnswerMark)]


def test_from_the_overview_to_the_last_answer(
    ines: PageClient, written: list[Any], running: Any, cast: SimpleNamespace
) -> None:
    assert "2 answers need marking. Mark them" in ines.get("/overview").words
    assert "2 answers need marking." in ines.get(f"/sessions/{running.id}").words
    results = ines.get(f"/sessions/{running.id}/results").get_data(as_text=True)
    assert f'href="/sessions/{running.id}/marking"' in results
    assert "2 to mark 2 attempts" in ines.get("/marking").words
    queue = ines.get(f"/sessions/{running.id}/marking")
    assert "2 answers in 2 attempts need marking." in queue.words

    first = ines.get(f"/sessions/{running.id}/marking/next?by=question")
    assert first.path == page_of(written[0])
    name = written[0].student.full_name
    for words in (
        f"{name}, question",
        "Answer 1 of 2, 2 still to mark",
        "Light is caught. 3 words (3 to 200 required)",
        "Names the thylakoid. Reasons up to 3 Language up to 1",
        "From 0 to 4, with at most two decimals.",
    ):
        assert words in first.words
    second = ines.post(first.path, points="2,5", comment="Why?\r\nHow?", seen=seen(first))
    assert second.path == page_of(written[1])
    assert f"Saved for {name}: 2.5 points." in second.words
    assert "Answer 2 of 2, 1 still to mark" in second.words
    last = ines.post(second.path, points="4", comment="", seen=seen(second))
    assert last.path == f"/sessions/{running.id}/marking"
    assert "All answers that were handed in are marked. The exam is still running" in last.words
    assert sorted(marks()) == [(2.5, "Why?\nHow?"), (4.0, "")]
    db.session.expire_all()
    assert {attempt.status for attempt in written} == {"graded"}
    assert "Nothing to mark." in ines.get("/marking").words
    assert "need marking" not in ines.get("/overview").words


@pytest.mark.parametrize(
    ("feedback", "state", "words"),
    [
        (
            "after_release",
            {"completed": True},
            "cannot see them until you release them. Release them in the live view",
        ),
        ("after_release", {"released": True}, "The results are complete, and the students can see them."),
        (
            "after_release",
            {"completed": True, "release": "after_close"},
            "They are released automatically when all attempts are graded.",
        ),
        ("after_submission", {"completed": True}, "each student can see their own now."),
        ("never", {"completed": True}, "This test does not show results to students"),
    ],
)
def test_after_the_last_answer_the_page_says_what_comes_next(
    ines: PageClient, cast: SimpleNamespace, feedback: str, state: dict[str, Any], words: str
) -> None:
    test = TestFactory(author=cast.ines, feedback=feedback, published=True, questions__types=("essay",))
    session = ExamSessionFactory(school_class=cast.biology, test=test, **state)
    attempt = graded("essay", student=cast.carl, session=session)
    shown = ines.get(page_of(attempt))
    assert words in ines.post(shown.path, points="1", comment="", seen=seen(shown)).words


def test_names_can_be_hidden_on_every_marking_page(
    ines: PageClient, written: list[Any], running: Any
) -> None:
    shown = ines.get(f"/sessions/{running.id}/marking/next?by=student&names=hidden")
    for number in (1, 2):
        assert f"Student {number}, question" in shown.words
        text = unescape(shown.get_data(as_text=True))
        for attempt in written:
            assert attempt.student.full_name not in text
            assert str(attempt.student_id) not in text
        shown = ines.post(f"{shown.path}?by=student&names=hidden", points="1", seen=seen(shown))
        assert f"Saved for Student {number}: 1 point." in shown.words
    for attempt in written:
        assert attempt.student.full_name not in shown.get_data(as_text=True)
    assert "Student 1, question" in ines.get(f"{page_of(written[0])}?names=hidden").words


def test_a_given_mark_can_be_changed(ines: PageClient, written: list[Any]) -> None:
    first = ines.get(page_of(written[0]))
    ines.post(first.path, points="1", comment="Short", seen=seen(first))
    again = ines.get(first.path)
    assert "Marked by Ines" in again.words and "1 of 4 points." in again.words
    assert 'value="1"' in again.get_data(as_text=True)
    assert "Replace the mark and next" in again.words
    ines.post(first.path, points="2", comment="Short", seen=seen(again))
    assert sorted(marks()) == [(1.0, "Short"), (2.0, "Short")]
    assert "All 2 marks" in ines.get(first.path).words


def test_the_second_marker_sees_the_conflict_and_overwrites_nothing(
    ines: PageClient, ada: PageClient, written: list[Any]
) -> None:
    path = page_of(written[0])
    read_by_ines, read_by_ada = seen(ines.get(path)), seen(ada.get(path))
    ada.post(path, points="3", comment="Fine", seen=read_by_ada)
    refused = ines.post(path, points="1", comment="Thin", seen=read_by_ines)
    assert refused.status_code == 422
    assert "Ada Adams has marked this answer in the meantime (3 points)." in refused.words
    assert "Thin" in refused.words  # the input is preserved
    assert marks() == [(3.0, "Fine")]
    mistyped = ines.post(path, points="9", comment="Thin", seen=read_by_ines)
    assert "Give 0 to 4 points." in mistyped.words
    assert seen(mistyped) == read_by_ines  # an invalid input does not count as having seen the other mark
    ines.post(path, points="1", comment="Thin", seen=seen(refused))
    assert sorted(marks()) == [(1.0, "Thin"), (3.0, "Fine")]


def test_a_form_without_the_version_overwrites_nothing(ines: PageClient, written: list[Any]) -> None:
    assert ines.post(page_of(written[0]), points="1", comment="").status_code == 422
    assert marks() == []


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ("", "Enter the points for this answer."),
        ("much", "“much” is not a number."),
        ("1.005", "At most two decimals."),
        ("4.01", "Give 0 to 4 points."),
        ("-1", "Must be"),
        ("1e99", "Must be"),
    ],
)
def test_an_invalid_mark_is_reported_at_the_field(
    ines: PageClient, written: list[Any], points: str, words: str
) -> None:
    shown = ines.get(page_of(written[0]))
    refused = ines.post(shown.path, points=points, comment="Kept", seen=seen(shown))
    assert (refused.status_code, words in refused.words, "Kept" in refused.words) == (422, True, True)
    assert 'href="#points"' in refused.get_data(as_text=True)
    assert marks() == []


def test_self_paced_attempts_have_a_queue_per_test(ines: PageClient, cast: SimpleNamespace) -> None:
    test = TestFactory(author=cast.ines, practice=True, published=True, questions__types=("essay",))
    attempt = graded("essay", student=cast.carl, test=test)
    assert "Self-paced attempts" in ines.get("/marking").words
    shown = ines.get(f"/tests/{test.id}/marking/next?by=student")
    assert shown.path == page_of(attempt)
    assert ines.post(shown.path, points="1", seen=seen(shown)).path == f"/tests/{test.id}/marking"


@pytest.mark.parametrize(
    ("release", "words"),
    [
        ("after_close", "They are released automatically once the test has closed"),
        ("by_hand", "only released if the test has a closing time"),
    ],
)
def test_self_paced_marking_says_who_releases(
    ines: PageClient, cast: SimpleNamespace, release: str, words: str
) -> None:
    fields = {"is_self_paced": True, "release": release, "available_until": minutes(60)}
    test = TestFactory(author=cast.ines, published=True, questions__types=("essay",), **fields)
    attempt = graded("essay", student=cast.carl, test=test)
    shown = ines.get(page_of(attempt))
    assert words in ines.post(shown.path, points="1", seen=seen(shown)).words


def test_an_automatically_scored_answer_is_not_in_the_queue(ines: PageClient, written: list[Any]) -> None:
    ruled = answers_of(written[0].id)[questions(written[0].test)["true_false"]]
    assert ines.get(f"/marking/{written[0].id}/{ruled.id}").status_code == 404


def test_other_teachers_neither_see_nor_mark(
    app: Flask, cast: SimpleNamespace, written: list[Any], running: Any
) -> None:
    colleague = PageClient(app, UserFactory(instructor=True, organization=cast.school))
    assert "Nothing to mark." in colleague.get("/marking").words
    for path in (f"/sessions/{running.id}/marking", page_of(written[0])):
        assert colleague.get(path).status_code == 404
    assert colleague.post(page_of(written[0]), points="1", seen="1.0").status_code == 404
    for who in (cast.priya, cast.carl):
        page = PageClient(app, who)
        for path in ("/marking", f"/sessions/{running.id}/marking", page_of(written[0])):
            assert page.get(path).status_code == 403
    assert "marking." not in PageClient(app, cast.priya).get(f"/sessions/{running.id}").words
    assert marks() == []


def test_an_accepted_late_answer_is_shown_before_it_is_marked(
    ines: PageClient, attempt: Any, cast: SimpleNamespace
) -> None:
    answer(attempt, "essay")
    closing.close_due(minutes(31))
    bulk_grading.grade_closed(minutes(31))
    shown = ines.get(page_of(attempt))
    late = ChangeFactory(question_id=questions(attempt.test)["essay"], response={"text": "Better."})
    with pytest.raises(AttemptExpired):
        saving.save(BatchFactory(attempt=attempt, changes=[late], arrived_at=minutes(45)))
    late_answers.decide(cast.ada, [(attempt.id, late.question_id)], None, True, "No network", minutes(50))
    bulk_grading.grade_closed(minutes(51))
    refused = ines.post(shown.path, points="1", seen=seen(shown))
    assert "The response has changed. Read the current one before you mark it." in refused.words
    assert "Better. 1 word: fewer than the required 3" in refused.words
    assert marks() == []


LEVELS = [{"text": "None", "points": "0"}, {"text": "Some", "points": "1"}, {"text": "All", "points": "2"}]
RUBRIC = [{"text": name, "points": "2", "levels": LEVELS} for name in ("Reasons", "Language")]


def essay_with_levels(cast: SimpleNamespace, **settings: Any) -> Any:
    question = QuestionFactory(type="essay", organization_id=cast.school.id, definition={"rubric": RUBRIC})
    test = TestFactory(author=cast.ines, questions=[question], published=True, **settings)
    session = ExamSessionFactory(school_class=cast.biology, test=test, completed=True)
    return graded("essay", student=cast.carl, session=session)


def test_rubric_levels_are_chosen_and_shown_to_the_student(
    app: Flask, ines: PageClient, cast: SimpleNamespace
) -> None:
    attempt = essay_with_levels(cast, feedback="after_submission")
    path = page_of(attempt)
    shown = ines.get(path)
    assert "Reasons up to 2 0 None 1 Some 2 All" in shown.words
    for half in ({"level-0": "1"}, {"level-0": "1", "level-1": "7"}, {"level-0": "²", "level-1": "1"}):
        refused = ines.post(path, points="", comment="", seen=seen(shown), **half)
        assert "Pick one level for each criterion of the rubric." in refused.words
    ines.post(path, points="", comment="Good", seen=seen(shown), **{"level-0": "1", "level-1": "2"})
    assert marks() == [(3.0, "Good")]
    again = ines.get(path)
    picked = re.findall(
        r'name="(level-\d)" type="radio" value="(\d)"[^>]* checked', again.get_data(as_text=True)
    )
    assert picked == [("level-0", "1"), ("level-1", "2")]
    ines.post(path, points="2.5", comment="Good", seen=seen(again), **dict(picked))
    assert sorted(marks()) == [(2.5, "Good"), (3.0, "Good")]
    result = PageClient(app, cast.carl).get(f"/attempts/{attempt.id}/result").words
    assert "Reasons 1 point: Some" in result and "Language 2 points: All" in result
    assert "2.5 of 4 points" in result


def test_two_mark_and_one_adjudicates(ines: PageClient, ada: PageClient, cast: SimpleNamespace) -> None:
    attempt = essay_with_levels(cast, markers=2)
    path, queue = page_of(attempt), f"/sessions/{attempt.session_id}/marking"
    shown = ines.get(path)
    assert "Two markers mark this answer independently." in shown.words
    done = ines.post(path, comment="Zephyr", seen=seen(shown), **{"level-0": "0", "level-1": "1"})
    assert done.path == queue
    assert "You have marked everything you can here. 1 answer needs another marker" in done.words
    assert "0 answers need" not in ines.get("/overview").words
    assert "A second marker has to mark it too." in ines.get(path).words
    assert "No answer has two marks yet." in ines.get(f"{queue}/differences").words

    theirs = ada.get(path)
    assert "Zephyr" not in theirs.get_data(as_text=True)
    both = ada.post(path, points="3", comment="Fine", seen=seen(theirs))
    assert both.path == path  # an answer that needs adjudication is shown immediately
    assert "Ines Ibarra 1 of 4 points Reasons: 0 (None) Language: 1 (Some) Zephyr" in both.words
    assert "The marks differ by 2 points. You or another marker must adjudicate." in both.words
    refused = ada.post(path, action="settle", points="2", comment="", reason="", seen=seen(both))
    assert 'href="#reason"' in refused.get_data(as_text=True)
    ada.post(path, action="settle", points="2", comment="Both", reason="We met", seen=seen(both))
    late = ines.post(path, action="settle", points="1", comment="", reason="No", seen=seen(both))
    assert "Ada Adams has marked this answer in the meantime (2 points)." in late.words
    assert "Adjudicated by Ada Adams" in late.words
    report = ines.get(f"{queue}/differences").words
    assert "Ada Adams and Ines Ibarra Ada Adams gives 2 more 1 2 0 % 0 %" in report
    assert "1, Ines Ibarra 3, Ada Adams 2 2 points" in report
