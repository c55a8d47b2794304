"""/api/attempts/{id}/sse: the events of an attempt, for programs and for pages of other origins."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Response, current_app, request

from exam_app.api.replies import ok
from exam_app.api.resource import EVENT_STREAM, Resource
from exam_app.errors import TooManyRequests
from exam_app.rules.permissions import Permission
from exam_app.schemas.streams import StreamQuery, Ticket
from exam_app.services.organizations.visibility import attempt_for
from exam_app.streams import tickets
from exam_app.streams.hub import open_stream
from exam_app.web.extensions import limiter
from exam_app.web.identity import current_user, needs

F = TypeVar("F", bound=Callable[..., Any])

blueprint = Resource("streams", __name__, url_prefix="/api/attempts", description="Streams of events")


def _login_sent() -> str:
    """Limit by login and not by client IP, which a class may share. Tickets are counted when issued."""
    cookie = request.cookies.get(current_app.config["JWT_ACCESS_COOKIE_NAME"])
    sent = request.headers.get("Authorization") or cookie or request.args.get("ticket") or ""
    return hashlib.sha256(sent.encode()).hexdigest()


def limit_streams(view: F) -> F:
    """Refuse with 429 if streams are opened faster than reconnects require."""
    setting = "RATELIMIT_STREAMS"
    limit = limiter.shared_limit(
        lambda: str(current_app.config[setting]), scope=setting, key_func=_login_sent
    )
    limited: Any = limit(view)
    limited.refusals = (TooManyRequests.status,)
    return cast(F, limited)


@blueprint.post("/<uuid:attempt_id>/sse-ticket")
@limit_streams
@needs(Permission.VIEW)
@blueprint.replies(Ticket, status=201)
def ticket(attempt_id: uuid.UUID) -> dict[str, Any]:
    """Issue a ticket that opens one stream within 30 seconds, for clients that cannot send headers."""
    attempt = attempt_for(current_user(), attempt_id)
    return ok({"ticket": tickets.issue(attempt.id), "expiresIn": tickets.SECONDS})


@blueprint.get("/<uuid:attempt_id>/sse")
@limit_streams
@needs(Permission.VIEW, identified_by=tickets.identify_reader)
@blueprint.arguments(StreamQuery, location="query")
@blueprint.streams
def stream(query: dict[str, Any], attempt_id: uuid.UUID) -> Response:
    """Stream the events of the attempt from now on, or after the header `Last-Event-ID`.

    Authenticate by token, cookie or `ticket`. Of several streams with one `connectionId` only the newest
    stays open.
    """
    user, login = tickets.reader()
    attempt = attempt_for(user, attempt_id)
    known = request.headers.get("Last-Event-ID")
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    opened = open_stream(app, login, attempt.id, query["connection_id"], known)
    if opened is None:
        return Response(status=204)
    response = Response(iter(opened), mimetype=EVENT_STREAM)
    response.headers |= {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    response.call_on_close(opened.close)
    return response


@blueprint.after_request
def allow_other_sites(response: Response) -> Response:
    """Allow pages of the origins in CORS_ORIGINS to read this, with the user's cookies."""
    origin = request.headers.get("Origin")
    if origin in current_app.config["CORS_ORIGINS"]:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Credentials"] = "true"
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = "GET, POST"
            response.headers["Access-Control-Allow-Headers"] = (
                "Authorization, Content-Type, Last-Event-ID, X-CSRF-TOKEN"
            )
            response.headers["Access-Control-Max-Age"] = "600"
    response.vary.add("Origin")
    return response
