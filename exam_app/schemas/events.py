"""What clients send over Socket.IO, one schema an event. REST's serve where the data is the same."""

from __future__ import annotations

import uuid
from typing import Any

from marshmallow import fields, validate

from exam_app.rules.activity_words import VIOLATION_TYPES
from exam_app.schemas.answers import AnswerIn, BatchIn, SubmitIn
from exam_app.schemas.base import Incoming, whole

_DAY_MS = 86_400_000
_INDEX = validate.Range(min=0, max=100_000)


class SessionJoin(Incoming):
    session_id = fields.UUID(required=True, data_key="sessionId")


class AttemptEvent(Incoming):
    attempt_id = fields.UUID(required=True, data_key="attemptId")


class Heartbeat(Incoming):
    """From the exam page with its attempt, from the waiting room with its session."""

    attempt_id = fields.UUID(data_key="attemptId", allow_none=True)
    session_id = fields.UUID(data_key="sessionId", allow_none=True)
    seq = whole(load_default=0)
    visible = fields.Boolean(load_default=True)
    focused = fields.Boolean(load_default=True)
    pending = whole(load_default=0, validate=validate.Range(min=0, max=100_000))


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
    type = fields.String(load_default="tab_switch", validate=validate.OneOf(VIOLATION_TYPES))
    duration_ms = whole(
        data_key="durationMs", load_default=0, allow_none=True, validate=validate.Range(min=0, max=_DAY_MS)
    )


class TextHighlighted(AttemptEvent):
    passage_id = whole(required=True, data_key="passageId")
    text = fields.String(required=True, validate=validate.Length(min=1, max=5000))
    start = whole(required=True, validate=validate.Range(min=0, max=10_000_000))
    end = whole(required=True, validate=validate.Range(min=0, max=10_000_000))


class StateSyncRequest(AttemptEvent):
    versions = fields.Dict(load_default=dict)


class AttemptSet(fields.Field[list[uuid.UUID] | None]):
    """A list of attempt ids, or the word `all`, which loads as None."""

    _ids = fields.List(fields.UUID(), validate=validate.Length(min=1, max=5000))

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> list[uuid.UUID] | None:
        return None if value == "all" else self._ids.deserialize(value)


class MonitorJoin(SessionJoin):
    pass


class AttemptsExtend(Incoming):
    session_id = fields.UUID(required=True, data_key="sessionId")
    attempt_ids = AttemptSet(required=True, data_key="attemptIds")
    minutes = whole(required=True)
    reason = fields.String(required=True, validate=validate.Length(max=500))
