"""Every request and event is timed and counted, by route and status."""

from __future__ import annotations

import time

from flask import Flask, Response, g, request

from exam_app.infrastructure import metrics
from exam_app.services.organizations import scope


def init_app(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_answered)


def event_done(namespace: str, name: str, status: int, began: float) -> None:
    """Record an acknowledged Socket.IO event. `began` is from `time.perf_counter()`."""
    metrics.request_done(f"{namespace} {name}", status, time.perf_counter() - began, scope.organization())


def _begin() -> None:
    g.began = time.perf_counter()


def _answered(response: Response) -> Response:
    # The route and not the URL: clients must not fill Redis with arbitrary URLs.
    route = request.url_rule.rule if request.url_rule else "(no such address)"
    method = request.method if request.url_rule else "ANY"
    seconds = time.perf_counter() - g.began if "began" in g else 0.0
    metrics.request_done(f"{method} {route}", response.status_code, seconds, scope.organization())
    return response
