"""Unreferenced files are deleted, all others are kept, even during a concurrent import."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from exam_app.extensions import db
from exam_app.importers import Image
from exam_app.importers.base import ImportedQuestion
from exam_app.infrastructure import storage
from exam_app.models import Question
from exam_app.services.authoring import papers, pictures, question_files, unused_files
from tests.factories import QuestionFactory, TestFactory
from tests.helpers.pictures import png
from tests.helpers.threads import at_once
from tests.helpers.waiting import until

AT_ONCE = timedelta(0)


@pytest.fixture(autouse=True)
def folder(app: Flask, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder for the files of one test."""
    monkeypatch.setitem(app.config, "DATA_DIR", str(tmp_path))
    monkeypatch.setitem(app.extensions, "files", app.extensions["files"])
    storage.init_app(app)


def picture(shade: int) -> Image:
    return Image(png(200, 0, shade), "A shade")


def kept() -> set[str]:
    return {digest for digest, _ in storage.listed()}


def long_after() -> Any:
    """Later than the files' timestamps, which come from the system clock and not from the tests' time."""
    return max(written_at for _, written_at in storage.listed()) + timedelta(days=1)


def test_only_files_without_references_are_unused(cast: SimpleNamespace) -> None:
    of_question, of_paper, of_nobody = (picture(shade) for shade in range(3))
    school = cast.school.id
    QuestionFactory(organization_id=cast.elsewhere.id, images=pictures.store([of_question]), is_archived=True)
    asked = QuestionFactory(organization_id=school, images=pictures.store([of_paper]))
    papers.publish(TestFactory(author=cast.ines, questions=[asked]), cast.ines.id)
    asked.images = []
    pictures.store([of_nobody])
    db.session.commit()
    now = long_after()
    assert unused_files.unused(now, timedelta(days=30)) == []
    assert unused_files.delete_unused(now, timedelta(days=30)) == 0
    assert unused_files.unused(now, AT_ONCE) == [of_nobody.digest]
    assert unused_files.delete_unused(now, AT_ONCE) == 1
    assert unused_files.delete_unused(now, AT_ONCE) == 0
    assert kept() == {of_question.digest, of_paper.digest}


def test_the_command_lists_and_deletes(app: Flask, cast: SimpleNamespace) -> None:
    pictures.store([picture(0)])
    command = app.test_cli_runner()
    young = command.invoke(args=["files", "prune", "--days", "1"])
    assert (young.exit_code, young.output) == (0, "0 files deleted\n")
    assert len(kept()) == 1
    assert command.invoke(args=["files", "prune", "--days", "0"]).exit_code == 2


class TestRaces:
    @pytest.fixture
    def database(self, committed_database: None) -> None:
        """Rows are visible to every connection."""

    def test_a_picture_imported_again_while_it_is_deleted(self, app: Flask, cast: SimpleNamespace) -> None:
        """An old unused file is written again by an import whose question is committed last."""
        again = picture(0)
        pictures.store([again])
        now, school = long_after(), cast.school.id
        read = ImportedQuestion(
            type="true_false", name="", text="Red?", definition={"correct": True}, line=1, images=(again,)
        )

        def bring_in() -> None:
            question_files.add_imported(school, None, [read])
            _until_somebody_waits()
            db.session.commit()

        def delete() -> int:
            assert unused_files.unused(now, AT_ONCE) == [again.digest]
            _until_somebody_holds()
            return unused_files.delete_unused(now, AT_ONCE)

        assert at_once(app, bring_in, delete) == [None, 0]
        assert db.session.query(Question).one().images[0]["digest"] in kept()


def _until_somebody_waits() -> None:
    _until("NOT granted")


def _until_somebody_holds() -> None:
    _until("granted")


def _until(what: str) -> None:
    query = text(f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND {what}")
    with db.engine.connect() as looking:
        until(lambda: looking.execute(query).scalar(), f"a lock is {what}")
