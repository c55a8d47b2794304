"""One class for each refusal, with its stable code and HTTP status. Pure: no Flask, no SQLAlchemy.

Codes are part of the contract with clients and are listed in docs/errors.md.
"""

from __future__ import annotations

from typing import Any


class AppError(Exception):
    """An error that is returned to the client as ``{"code", "message", "details"}`` with `status`."""

    code = "error"
    status = 400
    message = "The request could not be carried out."

    def __init__(
        self,
        message: str | None = None,
        details: dict[str, Any] | None = None,
        retry_after: int | None = None,
    ) -> None:
        """:param retry_after: seconds, for the header of that name."""
        self.message = message or type(self).message
        self.details = details or {}
        self.retry_after = retry_after
        super().__init__(self.message)

    def to_dict(self) -> dict[str, Any]:
        return {"code": self.code, "message": self.message, "details": self.details}


class InvalidInput(AppError):
    """The request was understood but its content is wrong; `details` maps fields to lists of messages."""

    code = "invalid_input"
    status = 422
    message = "Some values are not valid. See details."


class MalformedRequest(AppError):
    code = "malformed_request"
    status = 400
    message = "The request could not be read. Send a JSON object in UTF-8."


class NotAuthenticated(AppError):
    code = "not_authenticated"
    status = 401
    message = "Sign in to continue."


class TokenExpired(NotAuthenticated):
    code = "token_expired"
    message = "Your sign-in has expired. Sign in again, or refresh the token."


class InvalidToken(NotAuthenticated):
    code = "invalid_token"
    message = "The token was not issued by this server, or its key has changed since. Sign in again."


class InvalidCredentials(NotAuthenticated):
    code = "invalid_credentials"
    message = "E-mail address or password is wrong. Check both and try again."


class Forbidden(AppError):
    code = "forbidden"
    status = 403
    message = "Your role does not allow this. Ask an administrator if you need it."


class NotFound(AppError):
    """The object does not exist, or the caller may not know that it exists."""

    code = "not_found"
    status = 404
    message = "Not found, or you do not have access to it."


class Conflict(AppError):
    code = "conflict"
    status = 409
    message = "This is not possible in the current state."


class InvalidTransition(Conflict):
    code = "invalid_transition"
    message = "The state has changed in the meantime. Reload and check again."


class AlreadyGranted(Conflict):
    """Another staff member has just given the same time; `details` says who, when, and to which attempts."""

    code = "already_granted"
    message = "Somebody else has just given the same time. Confirm it if both should count."


class AttemptNotInProgress(Conflict):
    code = "attempt_not_in_progress"
    message = "This attempt does not accept answers now."


class AttemptExpired(Conflict):
    code = "attempt_expired"
    message = "Time was up when this arrived. It was stored as a late answer."


class QuestionLocked(Conflict):
    code = "question_locked"
    message = "This test does not allow going back, and you have moved past this question."


class NotEligible(AppError):
    """The student may not start; `details["reasons"]` holds the stable reason codes."""

    code = "not_eligible"
    status = 409
    message = "You cannot start this test now."


class NoStudentsConnected(Conflict):
    code = "no_students_connected"
    message = "The waiting room is empty. Start when at least one student is connected."


class SessionNotJoinable(Conflict):
    code = "session_not_joinable"
    message = "This session is not open. Students can join once the waiting room is open."


class UnknownEvent(AppError):
    code = "unknown_event"
    message = "There is no such event in this namespace."


class MethodNotAllowed(AppError):
    code = "method_not_allowed"
    status = 405
    message = "This URL does not support this method."


class UnsupportedMediaType(AppError):
    code = "unsupported_media_type"
    status = 415
    message = "Send JSON, with the header Content-Type: application/json."


class InternalError(AppError):
    code = "internal_error"
    status = 500
    message = "Something went wrong on the server. The error has been logged; try again."


class TooManyRequests(AppError):
    code = "too_many_requests"
    status = 429
    message = "Too many requests. Wait a moment and try again."


class PayloadTooLarge(AppError):
    code = "payload_too_large"
    status = 413
    message = "This is larger than the server accepts."


class ServiceUnavailable(AppError):
    code = "service_unavailable"
    status = 503
    message = "The server cannot do this right now. Try again in a moment."
