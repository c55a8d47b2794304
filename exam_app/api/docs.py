"""/api/docs: Swagger UI for the OpenAPI document, with all assets served from here."""

from __future__ import annotations

from flask import Flask, render_template
from flask.typing import ResponseReturnValue

from exam_app.web.extensions import talisman


def init_app(app: Flask) -> None:
    # Swagger UI needs inline styles; scripts are only allowed from this origin, as everywhere.
    policy = {**talisman.content_security_policy, "style-src": "'self' 'unsafe-inline'"}
    app.add_url_rule("/api/docs", "api_docs", talisman(content_security_policy=policy)(show))


def show() -> ResponseReturnValue:
    """The interactive API documentation."""
    return render_template("api_docs.html")
