"""The page of late answers: choose, give a reason, accept or decline; no script is needed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.errors import AttemptExpired
from exam_app.extensions import db
from exam_app.models import Answer, LateVerdict
from exam_app.services import answers, closing, grading
from tests.factories import RIGHT, BatchFactory, ChangeFactory
from tests.helpers.answers import questions
from tests.helpers.pages import PageClient
from tests.helpers.times import minutes


@pytest.fixture
def late(attempt: Any) -> dict[str, str]:
    """What the page calls two answers that came too late, by question type."""
    ids = questions(attempt.test)
    closing.close_due(minutes(31))
    grading.grade_closed(minutes(31))
    sent = [
        ChangeFactory(question_id=ids[kind], response=RIGHT[kind], client_time=minutes(29))
        for kind in ("short_answer", "true_false")
    ]
    with pytest.raises(AttemptExpired):
        answers.save(BatchFactory(attempt=attempt, changes=sent, arrived_at=minutes(33), sent_at=minutes(33)))
    return {kind: f"{attempt.id}:{ids[kind]}" for kind in ("short_answer", "true_false")}


@pytest.fixture
def ines(app: Flask, cast: SimpleNamespace) -> PageClient:
    return PageClient(app, cast.ines)


def test_the_results_lead_there(ines: PageClient, attempt: Any, late: dict[str, str]) -> None:
    shown = ines.get(f"/sessions/{attempt.session_id}/results")
    assert "2 late answers wait for your decision." in shown.words


def test_one_is_accepted_and_the_other_declined(ines: PageClient, attempt: Any, late: dict[str, str]) -> None:
    path = f"/sessions/{attempt.session_id}/late-answers"
    assert "Carl Carter" in ines.get(path).words
    shown = ines.post(path, answer=late["short_answer"], verdict="accept", reason="No network")
    assert "1 late answer accepted." in shown.words
    shown = ines.post(path, answer=late["true_false"], verdict="decline", reason="Too late")
    assert "1 late answer declined." in shown.words and "No late answer waits here." in shown.words
    assert db.session.query(Answer).count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": "No network"}, "Choose the answers to decide on."),
        ({"answer": "nonsense", "reason": "No network"}, "Choose the answers to decide on."),
        ({"answer": "short_answer"}, "Say why, in a few words."),
    ],
)
def test_what_is_missing_is_said(
    ines: PageClient, attempt: Any, late: dict[str, str], fields: dict[str, str], words: str
) -> None:
    sent = {**fields, "answer": late.get(fields.get("answer", ""), fields.get("answer", ""))}
    shown = ines.post(f"/sessions/{attempt.session_id}/late-answers", verdict="accept", **sent)
    assert shown.status_code == 422 and words in shown.words
    assert db.session.query(LateVerdict).count() == 0


def test_a_proctor_does_not_decide(
    app: Flask, cast: SimpleNamespace, attempt: Any, late: dict[str, str]
) -> None:
    shown = PageClient(app, cast.priya).get(f"/sessions/{attempt.session_id}/late-answers")
    assert shown.status_code == 403
