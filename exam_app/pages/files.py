"""Images of questions, addressed by the digest of their content."""

from __future__ import annotations

from flask import make_response
from flask.typing import ResponseReturnValue

from exam_app.pages import pages
from exam_app.services.authoring.pictures import picture_for
from exam_app.web.extensions import talisman
from exam_app.web.identity import current_user, needs

_A_YEAR = 31_536_000


@pages.get("/files/<digest>")
@talisman(content_security_policy={"default-src": "'none'", "sandbox": ""})
@needs()
def file(digest: str) -> ResponseReturnValue:
    """The content of a digest never changes, so a browser may cache it; a shared proxy may not."""
    data, kind = picture_for(current_user(), digest)
    reply = make_response(data)
    reply.content_type = kind
    reply.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    reply.cache_control.private = True
    reply.cache_control.max_age = _A_YEAR
    reply.cache_control.immutable = True
    return reply
