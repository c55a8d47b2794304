"""Result files: exact to the last decimal, times in a stated zone, no formulas that a spreadsheet runs."""

from __future__ import annotations

import csv
import io
import zipfile
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest
from sqlalchemy import update

from exam_app.extensions import db
from exam_app.models import User
from exam_app.services.grading import score_overrides
from exam_app.services.reports import result_tables
from tests.factories import EnrolmentFactory, ExamSessionFactory, TestFactory, UserFactory
from tests.helpers.queries import counted
from tests.helpers.results import graded
from tests.helpers.times import minutes

EVIL = '=HYPERLINK("http://evil.example","Carl")'


@pytest.fixture
def session(cast: SimpleNamespace, exam: Any) -> Any:
    """Carl (whose name is a formula) has 8 of 20 points, Cora was absent."""
    held = ExamSessionFactory(completed=True, school_class=cast.biology, test=exam, title="Mid/term: äöü")
    attempt = graded("true_false", "numerical", student=cast.carl, session=held)
    score_overrides.set_score(
        cast.ines, attempt, Decimal("8.55"), Decimal("0.5"), "+ a good idea", minutes(40)
    )
    cast.carl.last_name = EVIL
    db.session.commit()
    return held


def rows_of(reply: Any, delimiter: str = ",") -> list[dict[str, str]]:
    text = reply.get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))


def sheet_of(reply: Any, number: int = 1) -> list[list[tuple[str, str]]]:
    """The cells of a sheet: type and value."""
    book = zipfile.ZipFile(io.BytesIO(reply.get_data()))
    name = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    shared = (
        ["".join(item.itertext()) for item in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))]
        if "xl/sharedStrings.xml" in book.namelist()
        else []
    )
    sheet = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
    assert not list(sheet.iter(f"{name}f")), "a formula"
    found = []
    for row in sheet.iter(f"{name}row"):
        cells = []
        for cell in row.iter(f"{name}c"):
            kind, value = cell.get("t", "n"), "".join(cell.itertext())
            cells.append((kind, shared[int(value)] if kind == "s" else value))
        found.append(cells)
    return found


def test_csv_of_a_session(api: Any, cast: SimpleNamespace, session: Any) -> None:
    reply = api(cast.ines).get(f"/api/sessions/{session.id}/results.csv")
    assert reply.headers["Content-Disposition"].startswith("attachment;")
    carl, cora = sorted(rows_of(reply), key=lambda row: row["First name"])
    assert carl["Last name"] == f"'{EVIL}"
    assert (carl["Points"], carl["Penalty"], carl["Percent"], carl["Grade"]) == ("8.05", "0.50", "40.25", "F")
    assert carl["Started (UTC)"] == "2026-05-04 09:00:00"
    assert carl["Handed in (UTC)"] == "2026-05-04 09:10:00"
    assert carl["Remark"] == "'+ a good idea"
    questions = [value for name, value in carl.items() if name.startswith("Q")]
    assert sorted(filter(None, questions)) == ["4.00", "4.00"]
    assert (cora["State"], cora["Points"], cora["Started (UTC)"]) == ("did not start", "", "")


def test_a_zone_and_a_decimal_comma(api: Any, cast: SimpleNamespace, session: Any) -> None:
    query = {"timeZone": "Europe/Berlin", "decimal": "comma"}
    reply = api(cast.ines).get(f"/api/sessions/{session.id}/results.csv", query_string=query)
    (carl,) = [row for row in rows_of(reply, ";") if row["First name"] == "Carl"]
    assert carl["Started (Europe/Berlin)"] == "2026-05-04 11:00:00"
    assert (carl["Points"], carl["Percent"]) == ("8,05", "40,25")


@pytest.mark.parametrize("query", [{"timeZone": "Mars/Olympus"}, {"decimal": "dot"}, {"zone": "UTC"}])
def test_unsupported_export_options_are_refused(
    api: Any, cast: SimpleNamespace, session: Any, query: dict[str, str]
) -> None:
    reply = api(cast.ines).get(f"/api/sessions/{session.id}/results.csv", query_string=query)
    assert (reply.status_code, reply.code) == (422, "invalid_input")


def test_a_workbook_types_its_cells(api: Any, cast: SimpleNamespace, session: Any) -> None:
    reply = api(cast.ines).get(
        f"/api/sessions/{session.id}/results.xlsx", query_string={"timeZone": "Europe/Berlin"}
    )
    head, *rows = sheet_of(reply)
    names = [words for _, words in head]
    (carl,) = [dict(zip(names, row, strict=False)) for row in rows if len(row) > 6]
    assert carl["Last name"][1] == EVIL and carl["Last name"][0] in ("s", "inlineStr")
    assert carl["Points"] == ("n", "8.05")
    kind, serial = carl["Started (Europe/Berlin)"]
    assert kind == "n" and abs(float(serial) % 1 - 11 / 24) < 1e-6
    about = {row[0][1]: row[1][1] for row in sheet_of(reply, 2)}
    assert (about["Time zone"], about["Session"]) == ("Europe/Berlin", "Mid/term: äöü")


def test_a_test_has_the_attempts_of_all_its_sessions(
    api: Any, cast: SimpleNamespace, exam: Any, session: Any
) -> None:
    theirs = UserFactory(instructor=True, organization=cast.school)
    other = ExamSessionFactory(completed=True, test=exam, school_class__teacher=theirs)
    graded("true_false", student=UserFactory(organization=cast.school), session=other)
    assert len(rows_of(api(cast.ines).get(f"/api/tests/{exam.id}/results.csv"))) == 1
    assert len(rows_of(api(cast.ada).get(f"/api/tests/{exam.id}/results.csv"))) == 2
    _, *rows = sheet_of(api(cast.ada).get(f"/api/tests/{exam.id}/results.xlsx"))
    assert len(rows) == 2


def test_only_the_newest_rows_are_exported(
    api: Any, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(result_tables, "MOST", 2)
    practice = TestFactory(author=cast.ines, practice=True, published=True)
    for number in (1, 2, 3):
        graded(student=cast.carl, test=practice, number=number, started_at=minutes(60 * number))
    reply = api(cast.ines).get(f"/api/tests/{practice.id}/results.xlsx")
    assert len(sheet_of(reply)) == 3
    assert ("Left out", "1 older attempts") in [(row[0][1], row[1][1]) for row in sheet_of(reply, 2)]
    numbers = [row["Attempt"] for row in rows_of(api(cast.ines).get(f"/api/tests/{practice.id}/results.csv"))]
    assert numbers == ["2", "3"]


def test_a_test_that_nobody_took(api: Any, cast: SimpleNamespace, exam: Any) -> None:
    assert rows_of(api(cast.ines).get(f"/api/tests/{exam.id}/results.csv")) == []


def test_the_number_of_queries_does_not_depend_on_the_rows(cast: SimpleNamespace, session: Any) -> None:
    def cost() -> int:
        db.session.expire_all()
        with counted() as seen:
            list(result_tables.of_session(session, "UTC").rows)
        return len(seen)

    cost()
    before = cost()
    for _ in range(5):
        student = UserFactory(organization=cast.school)
        EnrolmentFactory(class_id=session.class_id, student_id=student.id)
        graded("true_false", student=student, session=session)
    assert cost() == before


@pytest.mark.parametrize("name", ["", "...", "a/b\\c\n", "x" * 300])
def test_any_title_gives_a_safe_file_name(api: Any, cast: SimpleNamespace, session: Any, name: str) -> None:
    session.title = name or "?"
    db.session.execute(update(User).values(last_name="\x01odd\x7f"))
    db.session.commit()
    for ending in ("csv", "xlsx"):
        reply = api(cast.ines).get(f"/api/sessions/{session.id}/results.{ending}")
        assert reply.status_code == 200
        assert f".{ending}" in reply.headers["Content-Disposition"]
        assert "/" not in reply.headers["Content-Disposition"]


def test_an_essay_has_no_points_until_it_is_marked(api: Any, cast: SimpleNamespace, every_type: Any) -> None:
    running = ExamSessionFactory(in_progress=True, school_class=cast.biology, test=every_type)
    graded("essay", "true_false", student=cast.carl, session=running)
    (carl,) = [
        row
        for row in rows_of(api(cast.ines).get(f"/api/sessions/{running.id}/results.csv"))
        if row["First name"] == "Carl"
    ]
    assert (carl["State"], carl["Points"]) == ("submitted", "")
    assert [value for name, value in carl.items() if name.startswith("Q") and value] == ["4.00"]
