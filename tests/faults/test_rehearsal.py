"""`flask rehearse` on a running product: it simulates an exam, reports a go, and removes its data."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from exam_app.cli.rehearse import faults
from exam_app.rehearsal.figures import Figures
from exam_app.rehearsal.ledger import Verdict
from exam_app.rehearsal.play import Played
from exam_app.rehearsal.stage import Ending
from tests.faults.ordeal import prepare
from tests.helpers.mailbox import Mailbox, listening
from tests.helpers.product import FlaskUp

COUNTED = "organizations users attempts answers answer_changes results notifications outbox_mails activities"


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    with listening() as box:
        yield box


@pytest.fixture(scope="module")
def installation(mailbox: Mailbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskUp]:
    with FlaskUp(tmp_path_factory.mktemp("rehearsal"), mailbox.url) as running:
        yield running


def rows(installation: FlaskUp) -> dict[str, int]:
    with installation.engine.connect() as connection:
        return {
            name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()
            for name in COUNTED.split()
        }


def rehearse(installation: FlaskUp, *more: str) -> str:
    return installation.run("-m", "flask", "rehearse", "--students", "4", "--minutes", "1", *more)


def test_a_rehearsal_from_the_waiting_room_to_the_grades(installation: FlaskUp, mailbox: Mailbox) -> None:
    before = rows(installation)
    output = rehearse(installation)
    figures = {line[:40].strip(): line[40:].strip() for line in output.splitlines()[1:-1]}
    assert int(figures["answers acknowledged"]) > 20
    for name in (
        "lost",
        "duplicated",
        "could not continue",
        "not graded",
        "differences to the log of changes",
    ):
        assert figures[name] == "0", output
    assert figures["attempts closed by the clock"] == "4"
    assert output.splitlines()[-1].startswith("GO")
    assert rows(installation) == before
    assert mailbox.mails == []


def test_a_rehearsal_is_refused_with_the_settings_of_another_installation(
    installation: FlaskUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows(installation)
    monkeypatch.setitem(installation.environment, "SECRET_KEY", "another key, as long as a key has to be")
    with pytest.raises(AssertionError, match="uses another database or another SECRET_KEY"):
        rehearse(installation)
    assert rows(installation) == before


def test_a_rehearsal_is_refused_if_no_server_responds(installation: FlaskUp) -> None:
    with pytest.raises(AssertionError, match=r"No server responds at http://127\.0\.0\.1:1 .* Start it"):
        rehearse(installation, "--url", "http://127.0.0.1:1")


def test_a_rehearsal_is_refused_during_a_running_session(installation: FlaskUp) -> None:
    prepare(installation, students=1)
    before = rows(installation)
    with pytest.raises(AssertionError, match="A session is running: 'An exam in a storm'"):
        rehearse(installation)
    assert rows(installation) == before


@pytest.mark.parametrize(
    ("verdict", "played", "ending", "words"),
    [
        (Verdict(9), Played(), Ending([0.1], 0, 0), []),
        (Verdict(0), Played(), Ending([], 0, 0), ["no answer was acknowledged"]),
        (Verdict(9, lost=["a"]), Played(), Ending([0.1], 0, 0), ["1 acknowledged answers are missing"]),
        (Verdict(9, duplicated=["a"]), Played(), Ending([0.1], 0, 0), ["1 answers are duplicated"]),
        (Verdict(9), Played(dropouts=["who: why"]), Ending([0.1], 0, 0), ["1 students could not continue"]),
        (Verdict(9), Played(), Ending([0.1], 0, 3), ["3 differences between answers and the log of changes"]),
    ],
)
def test_when_the_verdict_is_no_go(
    verdict: Verdict, played: Played, ending: Ending, words: list[str]
) -> None:
    assert list(faults(Figures(4, verdict), played, ending)) == words
