"""The service worker, served from the root because its scope is the path of its own URL."""

from __future__ import annotations

from flask import current_app
from flask.typing import ResponseReturnValue

from exam_app.pages import pages


@pages.get("/sw.js")
def service_worker() -> ResponseReturnValue:
    reply = current_app.send_static_file("dist/sw.js")
    reply.cache_control.no_cache = True
    return reply
