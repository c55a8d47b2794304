"""`flask import questions`: its output, and that a file with an error imports nothing by default."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from exam_app.extensions import db
from exam_app.models import Question
from tests.factories import QuestionFactory, TestFactory

SAMPLES = Path(__file__).parents[1] / "importers" / "samples"
EXPORT = str(SAMPLES / "plants_export.xml")


@pytest.fixture
def run(app: Flask, cast: SimpleNamespace) -> Any:
    """`run(*arguments)` returns the exit code and output of `flask import questions` for Lakeside."""

    def command(*arguments: str) -> tuple[int, str]:
        result = app.test_cli_runner().invoke(
            args=["import", "questions", "--organization", "lakeside", *arguments]
        )
        return result.exit_code, result.output

    return command


def stored() -> int:
    return db.session.scalar(select(func.count()).select_from(Question)) or 0


def test_an_invalid_file_imports_nothing(run: Any) -> None:
    code, output = run(EXPORT)
    assert code == 1
    assert "line 165: refused: type not supported: ddmarker" in output
    assert "5 questions read, 3 refused: nothing was imported" in output
    assert stored() == 0


def test_the_rest_is_imported_on_request(run: Any) -> None:
    code, output = run(EXPORT, "--skip-refused")
    assert (code, stored()) == (0, 5)
    assert output.endswith("5 questions imported, 3 refused.\n")
    light = db.session.scalars(select(Question).where(Question.name == "Light")).one()
    assert (light.category, str(light.points)) == ("Biology/Plants", "2.50")


def test_a_dry_run_writes_nothing(run: Any) -> None:
    code, output = run(EXPORT, "--skip-refused", "--dry-run")
    assert (code, stored()) == (0, 0)
    assert "would be imported" in output


def test_the_report_as_json(run: Any) -> None:
    code, output = run(EXPORT, "--dry-run", "--json")
    report = json.loads(output)
    assert (code, stored(), report["imported"]) == (0, 0, 0)
    assert (report["format"], len(report["questions"])) == ("moodle_xml", 5)
    assert {"type": "multiple_choice", "name": "Light"}.items() <= report["questions"][0].items()
    assert report["refused"][2] == {"line": 165, "reason": "type not supported: ddmarker"}


def test_an_unknown_file_is_refused_with_a_message(run: Any, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("<quiz><question></quiz>")
    code, output = run(str(tmp_path / "a.xml"))
    assert code == 1
    assert "Not well-formed XML" in output
    assert "Nothing was imported." in output


def test_an_exported_test_can_be_imported(
    app: Flask, run: Any, cast: SimpleNamespace, tmp_path: Path
) -> None:
    run(EXPORT, "--skip-refused")
    questions = list(db.session.scalars(select(Question).order_by(Question.id)))
    test = TestFactory(author=cast.ines, questions=questions)
    file = tmp_path / "out.xml"
    arguments = ["export", "questions", str(test.id), "--output", str(file)]
    result = app.test_cli_runner().invoke(args=arguments)
    assert (result.exit_code, result.output) == (0, "")
    code, output = run(str(file), "--json", "--dry-run")
    again = json.loads(output)["questions"]
    assert (code, [q["name"] for q in again]) == (0, [q.name for q in questions])
    assert [q["definition"] for q in again] == [q.definition for q in questions]
    assert [i["digest"] for q in again for i in q["images"]] == [
        i["digest"] for q in questions for i in q.images
    ]


def test_the_export_reports_what_the_file_omits(app: Flask, cast: SimpleNamespace) -> None:
    definition = {"accepted": [{"text": "pH", "fraction": 1.0}], "caseSensitive": True}
    question = QuestionFactory(organization_id=cast.school.id, type="short_answer", definition=definition)
    test = TestFactory(author=cast.ines, questions=[question])
    result = app.test_cli_runner().invoke(args=["export", "questions", str(test.id), "--format", "gift"])
    assert result.exit_code == 1
    assert "question 1: refused: A short_answer: GIFT does not support case-sensitive" in result.stderr
