"""The page of late answers: select, give a reason, accept or decline, without JavaScript."""

from __future__ import annotations

import json
import re
from html import unescape
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.errors import AttemptExpired
from exam_app.extensions import db
from exam_app.models import Answer, LateVerdict
from exam_app.services.answers import saving
from exam_app.services.attempts import closing
from exam_app.services.grading import bulk_grading
from tests.factories import RIGHT, BatchFactory, ChangeFactory, ExamSessionFactory
from tests.helpers.answers import change, questions
from tests.helpers.bundles import inside, sealed
from tests.helpers.pages import PageClient
from tests.helpers.times import minutes


@pytest.fixture
def late(attempt: Any) -> dict[str, str]:
    """The page's labels of two late answers, by question type."""
    ids = questions(attempt.test)
    closing.close_due(minutes(31))
    bulk_grading.grade_closed(minutes(31))
    sent = [
        ChangeFactory(question_id=ids[kind], response=RIGHT[kind], client_time=minutes(29))
        for kind in ("short_answer", "true_false")
    ]
    with pytest.raises(AttemptExpired):
        saving.save(BatchFactory(attempt=attempt, changes=sent, arrived_at=minutes(33), sent_at=minutes(33)))
    return {kind: f"{attempt.id}:{ids[kind]}" for kind in ("short_answer", "true_false")}


@pytest.fixture
def ines(app: Flask, cast: SimpleNamespace) -> PageClient:
    return PageClient(app, cast.ines)


def test_the_results_link_to_the_late_answers(ines: PageClient, attempt: Any, late: dict[str, str]) -> None:
    shown = ines.get(f"/sessions/{attempt.session_id}/results")
    assert "2 late answers to review." in shown.words


def test_each_time_says_how_it_is_known(ines: PageClient, attempt: Any, late: dict[str, str]) -> None:
    unknown = ChangeFactory(question_id=questions(attempt.test)["numerical"], response=RIGHT["numerical"])
    with pytest.raises(AttemptExpired):
        saving.save(BatchFactory(attempt=attempt, changes=[unknown], arrived_at=minutes(34)))
    shown = ines.get(f"/sessions/{attempt.session_id}/late-answers")
    assert shown.words.count("before the end, as the exam page measured") == 2
    assert shown.words.count("not known nothing measured how long ago") == 1
    assert len(re.findall(r'name="answer"[^>]* checked', shown.text)) == 2


def test_one_answer_is_accepted_and_one_declined(
    ines: PageClient, attempt: Any, late: dict[str, str]
) -> None:
    path = f"/sessions/{attempt.session_id}/late-answers"
    assert "Carl Carter" in ines.get(path).words
    shown = ines.post(path, answer=late["short_answer"], verdict="accept", reason="No network")
    assert "1 late answer accepted." in shown.words
    shown = ines.post(path, answer=late["true_false"], verdict="decline", reason="Too late")
    assert "1 late answer declined." in shown.words and "No late answers to review." in shown.words
    assert db.session.query(Answer).count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": "No network"}, "Select at least one answer."),
        ({"answer": "nonsense", "reason": "No network"}, "Select at least one answer."),
        ({"answer": "short_answer"}, "Enter a short reason."),
    ],
)
def test_missing_input_is_reported(
    ines: PageClient, attempt: Any, late: dict[str, str], fields: dict[str, str], words: str
) -> None:
    sent = {**fields, "answer": late.get(fields.get("answer", ""), fields.get("answer", ""))}
    shown = ines.post(f"/sessions/{attempt.session_id}/late-answers", verdict="accept", **sent)
    assert shown.status_code == 422 and words in shown.words
    assert db.session.query(LateVerdict).count() == 0


def test_a_proctor_may_not_decide(
    app: Flask, cast: SimpleNamespace, attempt: Any, late: dict[str, str]
) -> None:
    shown = PageClient(app, cast.priya).get(f"/sessions/{attempt.session_id}/late-answers")
    assert shown.status_code == 403


class TestFiles:
    @pytest.fixture
    def content(self, attempt: Any) -> bytes:
        """Two answers that never left the device, one of them repeated until the form field exceeds Flask's
        default limit.
        """
        closing.close_due(minutes(31))
        ids = questions(attempt.test)
        waiting = [
            change(ids["short_answer"], RIGHT["short_answer"], clientTime="2026-05-04T09:29:00.000Z"),
            *[change(ids["true_false"], {"text": "x" * 50_000}) for _ in range(10)],
        ]
        return json.dumps(sealed(attempt.id, inside(waiting))).encode()

    def upload(self, client: PageClient, path: str, content: bytes) -> Any:
        return client.post(path, bundle=(BytesIO(content), "answers-carl.examanswers"))

    def test_a_bundle_is_compared_imported_and_accepted(
        self, ines: PageClient, attempt: Any, content: bytes
    ) -> None:
        path = f"/sessions/{attempt.session_id}/late-answers"
        shown = self.upload(ines, f"{path}/file", content)
        assert "Answers of Carl Carter from a file" in shown.words
        assert "Not received" in shown.words and "before the end" in shown.words
        assert ines.get(path).words.count("Carl Carter") == 0
        kept = unescape(re.search('name="bundle" value="([^"]*)"', shown.get_data(as_text=True))[1])
        shown = ines.post(f"{path}/file", bundle=kept, take="yes")
        assert (shown.path, "11 late answers added to review." in shown.words) == (path, True)
        assert shown.words.count("Carl Carter") == 2
        again = self.upload(ines, f"{path}/file", content)
        assert "There is nothing to do." in again.words

    @pytest.mark.parametrize(
        ("spoil", "words"),
        [
            (lambda content: b"", "Choose a file."),
            (lambda content: b"\xff\xd8 a photograph", "This is not an answer bundle"),
            (lambda content: content[:200], "This is not an answer bundle"),
            (lambda content: content.replace(b'"sealed": "', b'"sealed": "AAAA'), "damaged or changed"),
        ],
    )
    def test_errors_of_a_file_are_reported(
        self, ines: PageClient, attempt: Any, content: bytes, spoil: Any, words: str
    ) -> None:
        shown = self.upload(ines, f"/sessions/{attempt.session_id}/late-answers/file", spoil(content))
        assert shown.status_code == 422 and words in shown.words

    def test_a_file_of_another_session_is_refused(
        self, ines: PageClient, cast: SimpleNamespace, exam: Any, content: bytes
    ) -> None:
        other = ExamSessionFactory(completed=True, school_class=cast.biology, test=exam)
        shown = self.upload(ines, f"/sessions/{other.id}/late-answers/file", content)
        assert shown.status_code == 422 and "in another session" in shown.words

    def test_a_proctor_may_not_import(
        self, app: Flask, cast: SimpleNamespace, attempt: Any, content: bytes
    ) -> None:
        path = f"/sessions/{attempt.session_id}/late-answers/file"
        assert self.upload(PageClient(app, cast.priya), path, content).status_code == 403
