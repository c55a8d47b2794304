"""The service worker, at the root: a worker sees only what lies beneath its own address."""

from __future__ import annotations

from flask import current_app
from flask.typing import ResponseReturnValue

from exam_app.pages import pages


@pages.get("/sw.js")
def service_worker() -> ResponseReturnValue:
    reply = current_app.send_static_file("dist/sw.js")
    reply.cache_control.no_cache = True
    return reply
