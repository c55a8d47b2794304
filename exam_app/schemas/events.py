"""The events that clients send over Socket.IO, one schema each. Some reuse the schemas of the REST API."""

from __future__ import annotations

import uuid
from typing import Any

from marshmallow import fields, post_load, validate

from exam_app.models import AlertState
from exam_app.rules.activity_sentences import VIOLATION_TYPES
from exam_app.rules.passages import MOST_MARKED
from exam_app.schemas.answers import AnswerIn, BatchIn, SubmitIn
from exam_app.schemas.base import ID, POSITION, Incoming, Time, Word, whole

_DAY_MS = 86_400_000
_ROW_ID = validate.Range(min=1, max=2**63 - 1)
_INDEX = validate.Range(min=0, max=100_000)


class SessionJoin(Incoming):
    session_id = fields.UUID(required=True, data_key="sessionId")


class AttemptEvent(Incoming):
    attempt_id = fields.UUID(required=True, data_key="attemptId")


class Heartbeat(Incoming):
    """From the exam page with its attempt and displayed deadline; from the waiting room with its session."""

    attempt_id = fields.UUID(data_key="attemptId", allow_none=True)
    session_id = fields.UUID(data_key="sessionId", allow_none=True)
    seq = whole(load_default=0)
    visible = fields.Boolean(load_default=True)
    focused = fields.Boolean(load_default=True)
    pending = whole(load_default=0, validate=validate.Range(min=0, max=100_000))
    deadline = Time(data_key="expiresAt", allow_none=True, load_default=None)


class AnswersSave(AttemptEvent, BatchIn):
    pass


class AnswerSubmitted(AttemptEvent, AnswerIn):
    pass


class AttemptSubmit(AttemptEvent, SubmitIn):
    pass


class ProgressUpdate(AttemptEvent):
    passage_index = whole(data_key="passageIndex", allow_none=True, load_default=None, validate=_INDEX)
    question_index = whole(required=True, data_key="questionIndex", validate=_INDEX)


class TabViolation(AttemptEvent):
    aliases = {"violation_type": "type"}

    type = Word(load_default="tab_switch", validate=validate.OneOf(VIOLATION_TYPES))
    duration_ms = whole(
        data_key="durationMs", load_default=0, allow_none=True, validate=validate.Range(min=0, max=_DAY_MS)
    )


class TextHighlighted(AttemptEvent):
    """`timestamp` is that of the device, and counts for nothing: the server has its own."""

    aliases = {"position_start": "start", "position_end": "end"}

    highlight_id = fields.UUID(data_key="highlightId", allow_none=True, load_default=None)
    passage_id = whole(required=True, data_key="passageId", validate=ID)
    text = fields.String(required=True, validate=validate.Length(min=1, max=MOST_MARKED))
    start = whole(required=True, validate=POSITION)
    end = whole(required=True, validate=POSITION)
    timestamp = Time(allow_none=True, load_only=True)

    @post_load
    def without_timestamp(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        data.pop("timestamp", None)
        return data


class HighlightRemoved(AttemptEvent):
    highlight_id = fields.UUID(required=True, data_key="highlightId")


class StateSyncRequest(AttemptEvent):
    versions = fields.Dict(load_default=dict)


class HandRaise(AttemptEvent):
    question_id = whole(data_key="questionId", allow_none=True, load_default=None, validate=ID)
    text = fields.String(load_default="", validate=validate.Length(max=500))


class HandLower(AttemptEvent):
    pass


class QuestionReport(AttemptEvent):
    question_id = whole(required=True, data_key="questionId", validate=ID)
    text = fields.String(required=True, validate=validate.Length(min=1, max=1000))


class MessageReceived(Incoming):
    message_ids = fields.List(
        whole(validate=_ROW_ID),
        required=True,
        data_key="messageIds",
        validate=validate.Length(min=1, max=200),
    )
    confirmed = fields.Boolean(load_default=False)


class Authenticate(Incoming):
    """A new access token; without one, the cookies with which the socket was opened are used."""

    token = fields.String(allow_none=True, load_default=None, validate=validate.Length(max=5000))


class AttemptSet(fields.Field[list[uuid.UUID] | None]):
    """A list of attempt ids, or the word `all`, which loads as None."""

    _ids = fields.List(fields.UUID(), validate=validate.Length(min=1, max=5000))

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> list[uuid.UUID] | None:
        return None if value == "all" else list(dict.fromkeys(self._ids.deserialize(value) or []))


class MonitorJoin(SessionJoin):
    pass


class AttemptsControl(Incoming):
    """Pause, resume, cancel or submit."""

    session_id = fields.UUID(required=True, data_key="sessionId")
    attempt_ids = AttemptSet(required=True, data_key="attemptIds")
    reason = fields.String(required=True, validate=validate.Length(min=1, max=500))


class AttemptsReopen(SessionJoin):
    reason = fields.String(required=True, validate=validate.Length(min=1, max=500))
    attempt_ids = fields.List(
        fields.UUID(), required=True, data_key="attemptIds", validate=validate.Length(min=1, max=5000)
    )
    minutes = whole(required=True)


class MessageSend(Incoming):
    session_id = fields.UUID(required=True, data_key="sessionId")
    attempt_ids = AttemptSet(required=True, data_key="attemptIds")
    text = fields.String(required=True, validate=validate.Length(min=1, max=2000))


class MessageRecipients(Incoming):
    session_id = fields.UUID(required=True, data_key="sessionId")
    message_id = whole(required=True, data_key="messageId", validate=_ROW_ID)


class RequestResolve(Incoming):
    session_id = fields.UUID(required=True, data_key="sessionId")
    request_id = whole(required=True, data_key="requestId", validate=_ROW_ID)
    note = fields.String(load_default="", validate=validate.Length(max=500))


class AttemptsExtend(Incoming):
    session_id = fields.UUID(required=True, data_key="sessionId")
    attempt_ids = AttemptSet(required=True, data_key="attemptIds")
    minutes = whole(required=True)
    scaled = fields.Boolean(load_default=False)
    confirm = fields.Boolean(load_default=False)
    reason = fields.String(required=True, validate=validate.Length(max=500))


class AlertResolve(SessionJoin):
    alert_id = whole(required=True, data_key="alertId", validate=_ROW_ID)
    state = fields.Enum(AlertState, by_value=True, required=True)
    note = fields.String(load_default="", validate=validate.Length(max=1000))


class OutageEvent(SessionJoin):
    outage_id = whole(required=True, data_key="outageId", validate=ID)


class OutageCreditIn(OutageEvent):
    scaled = fields.Boolean(load_default=True)
