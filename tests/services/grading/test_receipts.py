"""Checking a receipt: recomputed from the stored answers, and available to anybody who holds it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from exam_app.extensions import db
from exam_app.services.answers import saving
from exam_app.services.attempts import closing
from exam_app.services.grading import bulk_grading, receipts
from exam_app.web.extensions import limiter
from tests.factories import RIGHT, BatchFactory, ChangeFactory
from tests.helpers.answers import questions
from tests.helpers.times import minutes


@pytest.fixture
def graded(attempt: Any) -> Any:
    ids = questions(attempt.test)
    changes = [ChangeFactory(question_id=ids["short_answer"], response=RIGHT["short_answer"])]
    saving.save(BatchFactory(attempt=attempt, changes=changes))
    closing.close_due(minutes(31))
    bulk_grading.grade_closed(minutes(31))
    db.session.refresh(attempt)
    return attempt


def test_a_receipt_verifies_the_answers(graded: Any) -> None:
    found = receipts.check(graded.receipt.lower().replace("-", ""))
    assert found is not None
    assert (found.code, found.is_intact, found.answered) == (graded.receipt, True, 1)
    assert (found.test, found.submitted_at) == (graded.test.title, graded.submitted_at)


def test_a_changed_answer_fails_verification(graded: Any) -> None:
    db.session.execute(text('UPDATE answers SET response = \'{"text": "better"}\''))
    found = receipts.check(graded.receipt)
    assert found is not None and not found.is_intact


def test_a_forged_receipt_fails_verification(graded: Any) -> None:
    graded.receipt = "AAAA-AAAA-AAAA"
    db.session.commit()
    found = receipts.check("AAAA-AAAA-AAAA")
    assert found is not None and not found.is_intact


@pytest.mark.parametrize("typed", ["AAAA-AAAA-AAAA", "nonsense", ""])
def test_an_unknown_receipt_is_not_found(graded: Any, typed: str) -> None:
    assert receipts.check(typed) is None


class TestPage:
    def test_verification_needs_no_login_and_names_nobody(self, app: Flask, graded: Any) -> None:
        page = app.test_client().get("/receipts", query_string={"code": graded.receipt})
        assert page.status_code == 200
        assert "The receipt is genuine." in page.text
        assert graded.student.last_name not in page.text

    def test_an_unknown_receipt_says_what_to_do(self, app: Flask, database: None) -> None:
        page = app.test_client().get("/receipts?code=AAAA-AAAA-AAAA")
        assert page.status_code == 404
        assert "Compare it letter by letter" in page.text

    def test_verification_is_rate_limited(self, app: Flask, database: None) -> None:
        limiter.enabled = True
        try:
            statuses = [app.test_client().get("/receipts?code=x").status_code for _ in range(31)]
        finally:
            limiter.enabled = False
            limiter.reset()
        assert (statuses[29], statuses[30]) == (404, 429)
