"""Answer bundles: previewed without side effects, imported once, and only as a page of ours sealed them."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from flask import Flask

from exam_app.errors import AttemptExpired
from exam_app.extensions import db
from exam_app.models import Activity, Attempt, User
from exam_app.schemas.answer_bundles import inside_from
from exam_app.services.answers import bundles, saving
from exam_app.services.attempts import closing, reset
from exam_app.services.grading import bulk_grading
from exam_app.services.grading.versions import latest_result
from exam_app.services.operations import consistency
from tests.factories import RIGHT, WRONG, AttemptFactory, BatchFactory, ChangeFactory, UserFactory
from tests.helpers.answers import change, log_of, questions
from tests.helpers.bundles import inside, sealed
from tests.helpers.clients import data
from tests.helpers.threads import at_once
from tests.helpers.times import minutes

INSPECT, TAKE = "/api/late-answers/bundle/inspect", "/api/late-answers/bundle"
IN_TIME, AFTER = "2026-05-04T09:29:00.000Z", "2026-05-04T09:31:00.000Z"


@pytest.fixture
def ids(attempt: Any) -> dict[str, int]:
    return questions(attempt.test)


@pytest.fixture
def an_hour_later(cast: SimpleNamespace) -> Iterator[None]:
    with time_machine.travel(minutes(60), tick=False):
        yield


@pytest.fixture
def ended(attempt: Any, ids: dict[str, int], an_hour_later: None) -> Any:
    """One wrong answer was saved; then the device was offline until after the end."""
    wrong = ChangeFactory(question_id=ids["short_answer"], response=WRONG["short_answer"])
    saving.save(BatchFactory(attempt=attempt, changes=[wrong], arrived_at=minutes(5)))
    closing.close_due(minutes(31))
    bulk_grading.grade_closed(minutes(31))
    db.session.refresh(attempt)
    return attempt


@pytest.fixture
def waiting(ids: dict[str, int]) -> list[dict[str, Any]]:
    """Two answers that never left the device."""
    return [
        change(ids["short_answer"], RIGHT["short_answer"], clientTime=IN_TIME, baseVersion=1),
        change(ids["true_false"], RIGHT["true_false"], clientTime=AFTER, baseVersion=0),
    ]


@pytest.fixture
def file(ended: Any, waiting: list[dict[str, Any]]) -> dict[str, Any]:
    return sealed(ended.id, inside(waiting))


def test_only_the_page_of_the_student_gets_the_bundle_key(
    api: Any, cast: SimpleNamespace, attempt: Any, waiting: list[dict[str, Any]]
) -> None:
    key = data(api(cast.carl).get(f"/api/attempts/{attempt.id}/sync"))["bundleKey"]
    other = AttemptFactory(student=cast.cora, session=attempt.session)
    assert data(api(cast.cora).get(f"/api/attempts/{other.id}/sync"))["bundleKey"] != key
    closing.close_due(minutes(31))
    assert data(api(cast.ines).post(INSPECT, sealed(attempt.id, inside(waiting), key)))["undelivered"] == 2


def test_staff_who_resume_an_attempt_do_not_get_the_bundle_key(
    api: Any, cast: SimpleNamespace, attempt: Any
) -> None:
    priya, reason = api(cast.priya), {"reason": "why"}
    data(priya.post(f"/api/attempts/{attempt.id}/pause", reason))
    assert data(priya.post(f"/api/attempts/{attempt.id}/resume", reason))["bundleKey"] is None


def test_inspecting_a_bundle_shows_the_difference_and_changes_nothing(
    api: Any, cast: SimpleNamespace, ended: Any, file: dict[str, Any], ids: dict[str, int]
) -> None:
    logged = len(log_of(ended.id))
    shown = data(api(cast.ines).post(INSPECT, file))
    rows = {row["questionId"]: row for row in shown["changes"]}
    first, second = rows[ids["short_answer"]], rows[ids["true_false"]]
    assert first["standingAnswer"] == WRONG["short_answer"]["text"]
    assert first["answer"] == RIGHT["short_answer"]["text"]
    assert second["standingAnswer"] is None
    assert (first["typedAt"], first["typedInTime"], second["typedInTime"]) == (IN_TIME, True, False)
    assert (shown["undelivered"], shown["obstacle"], shown["lost"]) == (2, None, [])
    assert [row["questionIndex"] for row in shown["changes"]] == sorted(
        row["questionIndex"] for row in shown["changes"]
    )
    assert len(log_of(ended.id)) == logged
    assert db.session.query(Activity).filter_by(type="answer_bundle_taken").count() == 0


def test_imported_answers_enter_the_review_queue_and_count_once_accepted(
    api: Any, cast: SimpleNamespace, ended: Any, file: dict[str, Any], ids: dict[str, int]
) -> None:
    ines = api(cast.ines)
    assert data(ines.post(TAKE, file)) == {"attemptId": str(ended.id), "taken": 2, "known": 0}
    assert latest_result(ended.id).score == 0
    queue = data(ines.get(f"/api/late-answers?attemptId={ended.id}"))["answers"]
    assert {row["questionId"]: row["typedInTime"] for row in queue} == {
        ids["short_answer"]: True,
        ids["true_false"]: False,
    }
    chosen = [{"attemptId": str(ended.id), "questionId": ids["short_answer"]}]
    data(ines.post("/api/late-answers/decide", {"answers": chosen, "accept": True, "reason": "No network"}))
    bulk_grading.grade_closed(minutes(60))
    assert latest_result(ended.id).score == 4
    assert consistency.differences([ended.id]) == []
    entry = db.session.query(Activity).filter_by(type="answer_bundle_taken").one()
    assert (entry.actor_id, entry.details["taken"]) == (cast.ines.id, 2)


def test_importing_a_bundle_twice_adds_nothing(
    api: Any, cast: SimpleNamespace, ended: Any, file: dict[str, Any]
) -> None:
    ines = api(cast.ines)
    data(ines.post(TAKE, file))
    logged = len(log_of(ended.id))
    assert data(ines.post(TAKE, file)) == {"attemptId": str(ended.id), "taken": 0, "known": 2}
    assert len(log_of(ended.id)) == logged
    shown = data(ines.post(INSPECT, file))
    assert shown["undelivered"] == 0 and all(row["isKnown"] for row in shown["changes"])
    assert db.session.query(Activity).filter_by(type="answer_bundle_taken").count() == 1


def test_changes_that_arrived_over_the_network_are_recognised(
    api: Any, cast: SimpleNamespace, ended: Any, waiting: list[dict[str, Any]], file: dict[str, Any]
) -> None:
    reply = api(cast.carl).post(f"/api/attempts/{ended.id}/answers", {"changes": waiting[:1]})
    assert (reply.status_code, reply.error["details"]["late"]) == (409, [waiting[0]["changeId"]])
    assert data(api(cast.ines).post(TAKE, file)) == {"attemptId": str(ended.id), "taken": 1, "known": 1}


def test_a_wrong_device_clock_is_corrected(
    api: Any, cast: SimpleNamespace, ended: Any, waiting: list[dict[str, Any]]
) -> None:
    """The device's clock is corrected: ten minutes slow, its 09:29 was 09:39, whenever the file comes."""
    bundle = sealed(ended.id, inside(waiting, clockOffset=600_000))
    shown = data(api(cast.ines).post(INSPECT, bundle))
    assert {row["typedAt"][11:16] for row in shown["changes"]} == {"09:39", "09:41"}
    assert not any(row["typedInTime"] for row in shown["changes"])
    assert shown["clockOffset"] == 600_000


def test_a_clock_that_was_never_compared_tells_no_time(
    api: Any, cast: SimpleNamespace, ended: Any, waiting: list[dict[str, Any]]
) -> None:
    bundle = sealed(ended.id, inside(waiting, clockOffset=None))
    shown = data(api(cast.ines).post(INSPECT, bundle))
    assert shown["clockOffset"] is None
    assert {(row["typedAtSource"], row["typedInTime"]) for row in shown["changes"]} == {("arrival", None)}
    assert {row["clientTime"] for row in shown["changes"]} == {IN_TIME, AFTER}
    data(api(cast.ines).post(TAKE, bundle))
    queue = data(api(cast.ines).get(f"/api/late-answers?attemptId={ended.id}"))["answers"]
    assert {(row["typedAtSource"], row["typedInTime"]) for row in queue} == {("arrival", None)}


def test_answers_typed_after_submission_are_not_in_time(
    api: Any, cast: SimpleNamespace, running: Any, exam: Any, an_hour_later: None
) -> None:
    attempt = AttemptFactory(student=cast.cora, session=running, submitted=True)
    late = change(questions(exam)["true_false"], RIGHT["true_false"], clientTime="2026-05-04T09:11:00.000Z")
    shown = data(api(cast.ines).post(INSPECT, sealed(attempt.id, inside([late]))))
    assert (shown["endedAt"], shown["changes"][0]["typedInTime"]) == ("2026-05-04T09:10:00.000Z", False)


def test_saved_answers_that_the_server_does_not_have_are_named(
    api: Any, cast: SimpleNamespace, ended: Any, waiting: list[dict[str, Any]], ids: dict[str, int]
) -> None:
    known = [
        {"questionId": ids["short_answer"], "version": 1},
        {"questionId": ids["numerical"], "version": 2},
    ]
    shown = data(api(cast.ines).post(INSPECT, sealed(ended.id, inside(waiting, acknowledged=known))))
    assert [(one["questionId"], one["version"]) for one in shown["lost"]] == [(ids["numerical"], 2)]


def test_an_invalid_answer_is_shown_and_can_be_declined(
    api: Any, cast: SimpleNamespace, ended: Any, ids: dict[str, int]
) -> None:
    odd = [change(ids["multiple_choice"], {"selectedOptionIds": [999]}), change(987_654, {"text": "?"})]
    bundle = sealed(ended.id, inside(odd))
    shown = data(api(cast.ines).post(INSPECT, bundle))
    assert [row["isReadable"] for row in shown["changes"]] == [False, False]
    assert data(api(cast.ines).post(TAKE, bundle))["taken"] == 2


@pytest.mark.parametrize("state", ["in_progress", "paused", "cancelled"])
def test_a_bundle_of_an_open_or_cancelled_attempt_is_not_imported(
    api: Any, cast: SimpleNamespace, running: Any, exam: Any, state: str
) -> None:
    attempt = AttemptFactory(
        student=cast.cora, session=running, **({} if state == "in_progress" else {state: True})
    )
    bundle = sealed(attempt.id, inside([change(questions(exam)["true_false"], RIGHT["true_false"])]))
    assert data(api(cast.ines).post(INSPECT, bundle))["obstacle"]
    reply = api(cast.ines).post(TAKE, bundle)
    assert (reply.status_code, reply.code, reply.error["details"]) == (409, "conflict", {"status": state})
    assert log_of(attempt.id) == []


def test_the_file_of_an_attempt_that_was_reset_stays_with_that_attempt(
    api: Any, cast: SimpleNamespace, attempt: Any, waiting: list[dict[str, Any]]
) -> None:
    bundle = sealed(attempt.id, inside(waiting))
    reset.reset(cast.ines, attempt, "A broken laptop", False, minutes(6))
    reply = api(cast.ines).post(TAKE, bundle)
    assert (reply.status_code, reply.error["details"]) == (409, {"status": "cancelled"})
    new = db.session.query(Attempt).filter_by(reset_of=attempt.id).one()
    reply = api(cast.ines).post(TAKE, {**bundle, "attemptId": str(new.id)})
    assert (reply.status_code, reply.code) == (422, "invalid_input")


def _flipped(text: str) -> str:
    raw = bytearray(b64decode(text))
    raw[len(raw) // 2] ^= 1
    return b64encode(bytes(raw)).decode()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: {**file, "sealed": _flipped(file["sealed"])},
        lambda file: {**file, "iv": _flipped(file["iv"])},
        lambda file: {**file, "sealed": file["sealed"][: len(file["sealed"]) // 8 * 4]},
        lambda file: {**file, "sealed": ""},
        lambda file: {**file, "iv": "AAAA"},
        lambda file: {**file, "sealed": "not base64 !"},
        lambda file: {**file, "version": 2},
        lambda file: {**file, "format": "exam-papers"},
        lambda file: {**file, "more": 1},
        lambda file: {key: file[key] for key in ("format", "version", "iv", "sealed")},
    ],
)
@pytest.mark.parametrize("path", [INSPECT, TAKE])
def test_a_file_that_was_changed_is_refused(
    api: Any, cast: SimpleNamespace, ended: Any, file: dict[str, Any], spoil: Any, path: str
) -> None:
    reply = api(cast.ines).post(path, spoil(file))
    assert (reply.status_code, reply.code) == (422, "invalid_input")
    assert len(log_of(ended.id)) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"not JSON",
        b"\xff\xfe",
        b"[" * 100_000,
        b"null",
        {"changes": []},
        {"changes": [{"changeId": "x", "questionId": 1, "response": {}}]},
        {"changes": [{"changeId": 1}] * 3000},
        {"clockOffset": 10**30},
        {"sentAt": "yesterday"},
        {"acknowledged": [{"questionId": 1, "version": -1}]},
        {"attemptId": "another"},
        {"changes": [change(1, {"text": "a\x00b"}, changeId="6ba7b810-9dad-41d1-80b4-00c04fd430c8")]},
    ],
    ids=lambda content: str(content)[:40],
)
def test_malformed_content_in_a_valid_seal_is_refused(
    api: Any, cast: SimpleNamespace, ended: Any, waiting: list[dict[str, Any]], content: Any
) -> None:
    sealed_in = content if isinstance(content, bytes) else {**inside(waiting), **content}
    reply = api(cast.ines).post(TAKE, sealed(ended.id, sealed_in))
    assert (reply.status_code, reply.code) == (422, "invalid_input")
    assert len(log_of(ended.id)) == 1


def test_too_large_a_file_is_refused(api: Any, cast: SimpleNamespace, file: dict[str, Any]) -> None:
    reply = api(cast.ines).post(TAKE, {**file, "sealed": "A" * 10_000_000})
    assert (reply.status_code, reply.code) == (413, "payload_too_large")


def test_staff_without_access_to_the_attempt_get_not_found(
    api: Any, cast: SimpleNamespace, file: dict[str, Any], unknown_id: Any
) -> None:
    stranger = UserFactory(instructor=True, organization=cast.school)
    for person, sent in (
        (stranger, file),
        (cast.otto, file),
        (cast.ines, {**file, "attemptId": str(unknown_id)}),
    ):
        for path in (INSPECT, TAKE):
            reply = api(person).post(path, sent)
            assert (reply.status_code, reply.code) == (404, "not_found")


class TestAtOnce:
    @pytest.fixture
    def database(self, committed_database: None) -> None:
        """Connections see each other's changes only after a commit."""

    def test_two_imports_and_a_delivery_by_the_network(
        self, app: Flask, ended: Any, cast: SimpleNamespace, waiting: list[dict[str, Any]]
    ) -> None:
        bundle = inside_from(inside(waiting))
        attempt_id, teacher, student = ended.id, cast.ines.id, cast.carl.id

        def take() -> Any:
            actor, attempt = db.session.get(User, teacher), db.session.get(Attempt, attempt_id)
            return bundles.import_changes(actor, attempt, bundle, minutes(60))["taken"]

        def deliver() -> Any:
            late = BatchFactory(
                attempt_id=attempt_id, student_id=student, changes=bundle.changes, arrived_at=minutes(60)
            )
            with pytest.raises(AttemptExpired):
                saving.save(late)
            return 0

        taken = at_once(app, take, deliver, take)
        assert sum(taken) in (0, 2)
        log = log_of(attempt_id)
        assert len(log) == 3 and len({entry.change_id for entry in log}) == 3
        assert consistency.differences([attempt_id]) == []


def test_the_file_is_plain_json(file: dict[str, Any]) -> None:
    """The file is plain JSON that a mail program can show, without readable answers."""
    text = json.dumps(file)
    assert RIGHT["short_answer"]["text"] not in text and "questionId" not in text
