"""Browsers are told whose pages they show, and keep none of them."""

from __future__ import annotations

from types import SimpleNamespace

from flask import Flask

from exam_app.pages.device_owner import COOKIE
from tests.helpers.pages import PageClient


def test_a_page_names_its_viewer_to_the_scripts_and_is_not_stored(app: Flask, cast: SimpleNamespace) -> None:
    carl = PageClient(app, cast.carl)
    page = carl.get("/exams")
    assert carl.cookie(COOKIE) == str(cast.carl.id)
    assert page.headers["Cache-Control"] == "no-store"


def test_the_name_comes_back_if_it_is_missing_or_of_somebody_else(app: Flask, cast: SimpleNamespace) -> None:
    carl = PageClient(app, cast.carl)
    for other in ("", str(cast.cora.id)):
        carl.set_cookie(COOKIE, other)
        carl.get("/exams")
        assert carl.cookie(COOKIE) == str(cast.carl.id)


def test_signing_out_takes_the_name_away(app: Flask, cast: SimpleNamespace) -> None:
    carl = PageClient(app, cast.carl)
    carl.post("/logout")
    assert carl.cookie(COOKIE) == ""
