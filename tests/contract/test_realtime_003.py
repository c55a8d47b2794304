"""Source document 003: what its manager and hook specify for saving, synchronizing and conflicts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exam_app.services.answers import conflicts
from tests.contract.shapes import TIME, UUID, shown
from tests.factories import RIGHT, WRONG, AttemptFactory, TestFactory, UserFactory
from tests.helpers.answers import answers_of, assert_log_explains_answers, change, log_of, questions
from tests.helpers.clients import data
from tests.helpers.times import NOW, later

HALVES = {"laptop": RIGHT, "phone": WRONG}


@pytest.fixture
def path(attempt: Any) -> str:
    return f"/api/attempts/{attempt.id}"


@pytest.fixture
def ids(exam: Any) -> dict[str, int]:
    return questions(exam)


class Device:
    """The hook of the document: its state, its pending changes, and its calls."""

    def __init__(self, client: Any, path: str, name: str) -> None:
        self.client, self.path, self.name = client, path, name
        self.version, self.answers = 0, dict[int, Any]()
        self.pending: list[dict[str, Any]] = []

    def save_answer(self, question_id: int, response: Any, typed: datetime = NOW) -> None:
        base = self.answers.get(question_id, {}).get("version", 0)
        self.pending.append(change(question_id, response, baseVersion=base, clientTime=typed.isoformat()))

    def force_sync(self, sent: datetime = NOW) -> dict[str, Any]:
        body = {"localVersion": self.version, "localChanges": self.pending, "deviceId": self.name}
        body["sentAt"] = sent.isoformat()
        reply: dict[str, Any] = data(self.client.post(f"{self.path}/sync", body))
        self.pending, self.version = [], reply["version"]
        self.answers |= {answer["questionId"]: answer for answer in reply["answers"]}
        return reply


@pytest.fixture
def devices(api: Any, cast: SimpleNamespace, path: str) -> tuple[Device, Device]:
    return Device(api(cast.carl), path, "laptop"), Device(api(cast.carl), path, "phone")


# --- the manager --------------------------------------------------------------------------------


def test_synchronize_attempt(devices: tuple[Device, Device], ids: dict[str, int]) -> None:
    """`synchronizeAttempt(attemptId, localVersion, localChanges)`: SyncResult with all a client needs."""
    laptop, phone = devices
    laptop.save_answer(ids["true_false"], RIGHT["true_false"])
    reply = laptop.force_sync()
    example = {
        "saved": [{"changeId": UUID, "questionId": ids["true_false"], "version": 1, "savedAt": TIME}],
        "conflicts": [],
        "rejected": [],
        "answers": [{"questionId": ids["true_false"], "response": RIGHT["true_false"], "version": 1}],
        "openConflicts": [],
        "progress": {"questionsAnswered": 1, "totalQuestions": 5},
        "version": 1,
        "status": "in_progress",
        "timeRemaining": 1800,
        "submittedAt": None,
        "serverTime": TIME,
        "expiresAt": TIME,
    }
    assert shown(reply, example) == example
    assert phone.force_sync()["answers"] == reply["answers"]
    assert phone.force_sync()["answers"] == []


def test_optimized_auto_save(api: Any, cast: SimpleNamespace, path: str, ids: dict[str, int]) -> None:
    """Several changes in one call."""
    batch = [change(ids[kind], RIGHT[kind]) for kind in ("true_false", "numerical")]
    reply = data(api(cast.carl).post(f"{path}/answers", {"changes": batch}))
    assert [saved["changeId"] for saved in reply["saved"]] == [one["changeId"] for one in batch]


@pytest.mark.parametrize(
    ("strategy", "later_wins", "earlier_wins"),
    [("merge", "phone", "laptop"), ("local", "phone", "phone"), ("server", "laptop", "laptop")],
)
@pytest.mark.parametrize("is_later", [True, False])
def test_the_strategies(
    api: Any, cast: SimpleNamespace, strategy: str, later_wins: str, earlier_wins: str, is_later: bool
) -> None:
    """The laptop's answer is saved; the phone's was typed later, or earlier, and arrives second."""
    test = TestFactory(author=cast.ines, published=True, conflict_strategy=strategy)
    attempt = AttemptFactory(student=cast.carl, test=test)
    question = questions(test)["true_false"]
    laptop, phone = (Device(api(cast.carl), f"/api/attempts/{attempt.id}", name) for name in HALVES)
    laptop.save_answer(question, RIGHT["true_false"], later(-60))
    laptop.force_sync()
    phone.save_answer(question, WRONG["true_false"], later(-30 if is_later else -90))
    (conflict,) = phone.force_sync()["conflicts"]
    winner = later_wins if is_later else earlier_wins
    assert phone.answers[question]["response"] == HALVES[winner]["true_false"]
    assert conflict["resolution"] == ("local" if winner == "phone" else "server")
    assert (conflict["localValue"], conflict["serverValue"]) == (WRONG["true_false"], RIGHT["true_false"])


# --- the hook -----------------------------------------------------------------------------------


@pytest.fixture
def conflict(devices: tuple[Device, Device], ids: dict[str, int]) -> dict[str, Any]:
    laptop, phone = devices
    laptop.save_answer(ids["short_answer"], {"text": "leaf"}, later(-60))
    laptop.force_sync()
    phone.save_answer(ids["short_answer"], {"text": "root"}, later(-30))
    return dict(phone.force_sync()["conflicts"][0])


@pytest.mark.parametrize(
    ("choice", "answer"),
    [
        ({"resolution": "local"}, "root"),
        ({"resolution": "server"}, "leaf"),
        ({"value": {"text": "leaf and root"}}, "leaf and root"),
    ],
)
def test_resolve_conflict(
    devices: tuple[Device, Device],
    conflict: dict[str, Any],
    ids: dict[str, int],
    choice: dict[str, Any],
    answer: str,
) -> None:
    """`resolveConflict(questionId, resolution, …)`: published to both devices, and idempotent."""
    laptop, _ = devices
    assert laptop.force_sync()["openConflicts"] == [conflict]
    one = {"questionId": conflict["questionId"], "changeId": conflict["changeId"], **choice}
    replies = [
        data(laptop.client.post(f"{laptop.path}/conflicts/resolve", {"resolutions": [one]})) for _ in range(2)
    ]
    assert [reply["settled"] for reply in replies] == [[conflict["changeId"]], []]
    assert replies[0]["version"] == replies[1]["version"]
    for device in devices:
        assert device.force_sync()["openConflicts"] == []
        assert device.answers[ids["short_answer"]]["response"] == {"text": answer}
    assert data(laptop.client.get(f"{laptop.path}/conflicts")) == {"conflicts": []}


def test_every_change_is_logged(
    api: Any, cast: SimpleNamespace, path: str, devices: tuple[Device, Device], conflict: dict[str, Any]
) -> None:
    one = {"questionId": conflict["questionId"], "changeId": conflict["changeId"], "resolution": "server"}
    data(devices[0].client.post(f"{path}/conflicts/resolve", {"resolutions": [one]}))
    entries = data(api(cast.priya).get(f"{path}/activity"))["entries"]
    logged = {entry["type"]: entry for entry in entries}
    assert logged["answer_conflict"]["details"]["localValue"] == {"text": "root"}
    assert logged["answer_conflict"]["details"]["serverValue"] == {"text": "leaf"}
    assert logged["answer_conflict_settled"]["details"]["changeIds"] == [conflict["changeId"]]
    assert logged["answer_conflict_settled"]["text"] == "Carl Carter chose between two versions of an answer"


# --- no effect ----------------------------------------------------------------------------------


def test_the_change_id_of_another_student_has_no_effect(
    api: Any, cast: SimpleNamespace, path: str, ids: dict[str, int], running: Any, attempt: Any
) -> None:
    """In the student's own attempt it is just a new change; in the other student's there is no access."""
    theirs = AttemptFactory(student=cast.cora, session=running)
    taken = change(ids["true_false"], RIGHT["true_false"])
    data(api(cast.cora).post(f"/api/attempts/{theirs.id}/sync", {"localVersion": 0, "localChanges": [taken]}))
    forged = {**taken, "response": WRONG["true_false"]}
    body = {"localVersion": 0, "localChanges": [forged]}
    mine = data(api(cast.carl).post(f"{path}/sync", body))
    assert [(s["response"], s["version"]) for s in mine["saved"]] == [(WRONG["true_false"], 1)]
    assert "replayed" not in mine["saved"][0]
    refused = api(cast.carl).post(f"/api/attempts/{theirs.id}/sync", body)
    assert (refused.status_code, refused.code) == (404, "not_found")
    assert [entry.response for entry in log_of(theirs.id)] == [RIGHT["true_false"]]
    assert answers_of(theirs.id)[ids["true_false"]].response == RIGHT["true_false"]


@pytest.mark.parametrize("year", [2027, 2999])
def test_times_in_the_future_win_nothing(
    devices: tuple[Device, Device], ids: dict[str, int], attempt: Any, year: int
) -> None:
    """A change is as old as its device claims relative to the device's own clock, and never newer than its
    arrival. So a device whose clock is ahead does not win against an honest one that types afterwards.
    """
    liar, honest = devices
    future = datetime(year, 1, 1, tzinfo=UTC)
    liar.save_answer(ids["true_false"], WRONG["true_false"], future)
    liar.force_sync(sent=NOW)
    assert log_of(attempt.id)[0].typed_at == log_of(attempt.id)[0].arrived_at
    honest.save_answer(ids["true_false"], RIGHT["true_false"], NOW)
    honest.force_sync(sent=NOW)
    assert honest.answers[ids["true_false"]]["response"] == RIGHT["true_false"]


@pytest.mark.parametrize(
    "wrong", ["tomorrow", "9999-12-31T23:59:59Z", "2026-05-04T09:00:00", 17, "1969-01-01T00:00:00Z"]
)
def test_invalid_times_are_refused(devices: tuple[Device, Device], ids: dict[str, int], wrong: Any) -> None:
    one = change(ids["true_false"], RIGHT["true_false"], clientTime=wrong)
    reply = devices[0].client.post(f"{devices[0].path}/sync", {"localVersion": 0, "localChanges": [one]})
    assert (reply.status_code, reply.code) == (422, "invalid_input")


# --- arbitrary histories ------------------------------------------------------------------------


@st.composite
def histories(draw: Any) -> list[Any]:
    """What two devices typed, and its delivery: repeated, reordered, truncated and mixed calls."""
    kinds = st.sampled_from(["true_false", "numerical", "short_answer", "multiple_choice"])
    typed = draw(
        st.lists(
            st.tuples(
                st.sampled_from(["laptop", "phone"]),
                kinds,
                st.booleans(),  # correct
                st.integers(-600, 600),  # seconds by the device's clock
                st.integers(0, 12),  # base version, correct or not
                st.sampled_from(["sound", "sound", "sound", "broken", "foreign"]),
            ),
            min_size=1,
            max_size=10,
        )
    )
    call = st.tuples(
        st.sampled_from(["laptop", "phone"]),
        st.lists(st.integers(0, len(typed) - 1), max_size=6),
        st.integers(0, 40),  # the version that it claims to have
    )
    return [typed, draw(st.lists(call, min_size=1, max_size=6))]


def test_batches_replayed_reordered_truncated_and_contradictory(
    api: Any, cast: SimpleNamespace, exam: Any, running: Any
) -> None:
    """In any order, the log explains the answers, each change applies once, no other attempt changes."""
    ids = questions(exam)
    bystander = AttemptFactory(student=cast.cora, session=running)
    theirs = change(ids["true_false"], RIGHT["true_false"])
    data(api(cast.cora).post(f"/api/attempts/{bystander.id}/answers", {"changes": [theirs]}))

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    @given(history=histories())
    def play(history: Any) -> None:
        typed, calls = history
        student = UserFactory(organization=cast.school)
        client, attempt = api(student), AttemptFactory(student=student, session=running)
        changes = [_sent(one, ids, theirs) for one in typed]
        known: dict[str, int] = {}
        for device, chosen, version in calls:
            sent = [changes[index] for index in chosen]
            body = {"localVersion": version, "localChanges": sent, "deviceId": device}
            reply = data(client.post(f"/api/attempts/{attempt.id}/sync", {**body, "sentAt": NOW.isoformat()}))
            reported = [entry["changeId"] for part in ("saved", "rejected") for entry in reply[part]]
            assert sorted(set(reported)) == sorted({one["changeId"] for one in sent}), "each is reported"
            newest = version if version <= reply["version"] else 0
            assert {a["questionId"]: a["version"] for a in reply["answers"]} == {
                question: answer.version
                for question, answer in answers_of(attempt.id).items()
                if answer.version > newest
            }
            assert reply["openConflicts"] == conflicts.open_conflicts(attempt.id)
            for entry in log_of(attempt.id):
                assert known.setdefault(str(entry.change_id), entry.seq) == entry.seq, "counted once"
                assert entry.typed_at <= entry.arrived_at
        assert_log_explains_answers(attempt)

    play()
    assert [str(entry.change_id) for entry in log_of(bystander.id)] == [theirs["changeId"]]


def _sent(one: Any, ids: dict[str, int], theirs: dict[str, Any]) -> dict[str, Any]:
    _, kind, is_right, seconds, base, sort = one
    response = (RIGHT if is_right else WRONG)[kind] if sort != "broken" else {"text": 5}
    typed = (NOW + timedelta(seconds=seconds)).isoformat()
    sent = change(ids[kind], response, baseVersion=base, clientTime=typed)
    return {**sent, "changeId": theirs["changeId"]} if sort == "foreign" else sent
