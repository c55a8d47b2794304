"""Every error in one shape: JSON under /api, a page elsewhere. Never a stack trace."""

from __future__ import annotations

import logging

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from exam_app import errors
from exam_app.web.delivery import request_id_of

log = logging.getLogger(__name__)

_BY_STATUS: dict[int | None, type[errors.AppError]] = {
    400: errors.MalformedRequest,
    401: errors.NotAuthenticated,
    403: errors.Forbidden,
    404: errors.NotFound,
    405: errors.MethodNotAllowed,
    413: errors.PayloadTooLarge,
    415: errors.UnsupportedMediaType,
    422: errors.InvalidInput,
    429: errors.TooManyRequests,
    503: errors.ServiceUnavailable,
}


def init_app(app: Flask) -> None:
    app.register_error_handler(errors.AppError, _answer)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database_unreachable)
    app.register_error_handler(PoolTimeout, _database_unreachable)
    app.register_error_handler(IntegrityError, _lost_race)
    app.register_error_handler(RecursionError, _too_deep)
    app.register_error_handler(Exception, _unexpected)


def envelope(error: errors.AppError) -> dict[str, object]:
    """The body of an error, the same over REST and Socket.IO."""
    return {"success": False, "error": error.to_dict()}


def _answer(error: errors.AppError) -> Response:
    if request.path.startswith("/api"):
        response = jsonify(envelope(error))
    else:
        response = make_response(render_template("error.html", error=error))
    response.status_code = error.status
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _http(error: HTTPException) -> ResponseReturnValue:
    """Errors of Flask, flask-smorest and the rate limiter, in our shape and with our codes."""
    if error.code is not None and 300 <= error.code < 400:
        return error
    kind = _BY_STATUS.get(error.code, errors.AppError)
    answer = kind(details=_fields(getattr(error, "data", None)))
    if error.code == 422 and not answer.details:
        answer.message = error.description or answer.message
    response = _answer(answer)
    response.status_code = error.code or answer.status
    response.headers.update(_headers(error))
    return response


def _fields(data: dict[str, object] | None) -> dict[str, object]:
    """Messages by field from webargs' `{location: {field: [message]}}`."""
    messages = (data or {}).get("messages")
    if not isinstance(messages, dict):
        return {}
    fields: dict[str, object] = {}
    for found in messages.values():
        fields |= found if isinstance(found, dict) else {"request": found}
    return fields


def _headers(error: HTTPException) -> dict[str, str]:
    keep = ("Retry-After", "Allow")
    return {name: value for name, value in error.get_headers() if name in keep}


def _database_unreachable(error: OperationalError | PoolTimeout) -> ResponseReturnValue:
    log.error("the database does not respond: %s", getattr(error, "orig", error))
    return _answer(
        errors.ServiceUnavailable("The database does not respond. Nothing was changed; try again.")
    )


def _lost_race(error: IntegrityError) -> ResponseReturnValue:
    """A constraint decided between two concurrent requests: the other one changed nothing, and gets a 409."""
    log.warning("a constraint decided a race: %s", error.orig)
    return _answer(errors.Conflict("Another user did the same at this moment. Reload and check again."))


def _too_deep(_: RecursionError) -> ResponseReturnValue:
    """Only JSON from a client can be nested a thousand levels deep."""
    return _answer(errors.MalformedRequest())


def _unexpected(error: Exception) -> ResponseReturnValue:
    request_id = request_id_of(request.environ)
    log.exception("request %s: unexpected error in %s %s", request_id, request.method, request.path)
    return _answer(errors.InternalError())
