"""The icon at the default URL that browsers request for documents without a `<link rel="icon">`."""

from __future__ import annotations

from flask import current_app
from flask.typing import ResponseReturnValue

from exam_app.pages import pages


@pages.get("/favicon.ico")
def icon() -> ResponseReturnValue:
    return current_app.send_static_file("favicon.svg")
