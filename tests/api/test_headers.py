"""Headers made from what people typed, and answers that fail on their way out."""

from __future__ import annotations

import ast
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask, Response

from exam_app.web.delivery import Delivery
from exam_app.web.downloads import disposition
from tests.factories import ExamSessionFactory, TestFactory

TITLES = [
    "Контрольная", "数学", "Łódź", "Prüfung", "امتحان", "Test 👩‍🔬", 'a "quoted" one', "two\nlines",
    "a\r\nSet-Cookie: b=c", "x" * 255, "数" * 255, "../../etc/passwd", "C:\\exam", ".hidden", "...", "CON",
    "100 %", "a;b=c", "\u202e", "\x07\x85",
]  # fmt: skip


@pytest.mark.parametrize("title", TITLES)
def test_a_file_comes_for_every_title(api: Any, cast: SimpleNamespace, title: str) -> None:
    test = TestFactory(author=cast.ines, published=True, title=title)
    session = ExamSessionFactory(completed=True, school_class=cast.biology, test=test, title=title)
    for path in (f"sessions/{session.id}", f"tests/{test.id}"):
        for ending in ("csv", "xlsx"):
            reply = api(cast.ines).get(f"/api/{path}/results.{ending}")
            assert reply.status_code == 200 and reply.get_data()
            header = reply.headers["Content-Disposition"]
            assert header.isascii() and header.isprintable()
            assert name_in(header).endswith(f".{ending}")


def name_in(header: str) -> str:
    """As a browser reads it: `filename*` comes first."""
    found = re.search(r"filename\*=UTF-8''(\S+)\Z", header)
    return unquote(found[1]) if found else header.partition('filename="')[2].removesuffix('"')


@pytest.mark.parametrize("name", ["Контрольная.csv", "数学 2.csv", "it's 100 %.csv", "a;b.csv", "plain.csv"])
def test_the_name_keeps_its_letters(name: str) -> None:
    assert name_in(disposition(name)) == name


def test_old_programs_get_a_name_too() -> None:
    assert disposition("数学.csv").startswith('attachment; filename="file.csv"; filename*=')
    assert disposition("Łódź é.csv").startswith('attachment; filename="odz e.csv"; filename*=')


def test_no_other_place_makes_this_header() -> None:
    """`web/downloads.py` builds Content-Disposition, from whatever words; everybody else asks it."""
    package = Path(__file__).parents[2] / "exam_app"
    for source in package.rglob("*.py"):
        if source.name == "downloads.py":
            continue
        names = {node.id for node in ast.walk(ast.parse(source.read_text())) if isinstance(node, ast.Name)}
        strings = {
            node.value.lower()
            for node in ast.walk(ast.parse(source.read_text()))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        assert "content-disposition" not in strings, source
        assert not names & {"send_file", "send_from_directory", "dump_options_header"}, source


def test_every_route_sends_headers_that_can_be_sent(api: Any, cast: SimpleNamespace, app: Flask) -> None:
    """With words in the query that a page repeats in a redirect or a cookie."""
    words = "/x?q=Контрольная%0d%0aSet-Cookie:a=b&r=数学"
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments:
            reply = api().get(rule.rule, query_string={"next": words, "code": words})
            for name, value in reply.headers:
                assert value.isascii() and value.isprintable(), (rule, name)
            assert reply.status_code < 500, rule


# --- what fails on the way ----------------------------------------------------------------------


def answer_of(app: Any, **environ: Any) -> tuple[str, dict[str, str], Any]:
    started: dict[str, Any] = {}

    def start(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
        started.update(status=status, headers=dict(headers))

    body = Delivery(app)({"REQUEST_METHOD": "GET", "PATH_INFO": "/some/exam", **environ}, start)
    return started["status"], started["headers"], body


@pytest.mark.parametrize("value", ["数学", "a\nb", "a\rb", "a\x00b"])
def test_a_header_that_cannot_be_sent_is_a_logged_error(value: str, caplog: Any) -> None:
    def view(_: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("X-Title", value)])
        return [b"all right"]

    status, headers, body = answer_of(view)
    assert status.startswith("500") and b"internal_error" in b"".join(body)
    (record,) = taken(caplog)
    assert headers["X-Request-Id"] in record.getMessage()
    assert "/some/exam" in record.getMessage() and "X-Title" in str(record.exc_info[1])


def test_a_body_that_breaks_off_is_in_the_log(caplog: Any) -> None:
    def rows() -> Iterator[bytes]:
        yield b"the first row"
        raise RuntimeError("the second row")

    status, headers, body = answer_of(Response(rows()), HTTP_X_REQUEST_ID="from-the-proxy.7")
    assert status.startswith("200")
    with pytest.raises(RuntimeError):
        list(body)
    (record,) = taken(caplog)
    assert "from-the-proxy.7" in record.getMessage() and headers["X-Request-Id"] == "from-the-proxy.7"


def taken(caplog: Any) -> list[logging.LogRecord]:
    """The errors that were logged; expected ones, so that they fail no test."""
    found = [record for record in caplog.records if record.levelno == logging.ERROR]
    caplog.clear()
    return found


@pytest.mark.parametrize("sent", ["", "a b", "ü", "x" * 65, "a\tb"])
def test_an_id_is_not_taken_from_anybody(api: Any, database: None, sent: str) -> None:
    reply = api().get("/healthz", headers={"X-Request-Id": sent.encode().decode("latin-1")})
    assert len(reply.headers["X-Request-Id"]) == 16
