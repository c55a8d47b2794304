"""Answer bundles: the file, its encrypted content, and its comparison with the server."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from exam_app.errors import InvalidInput
from exam_app.rules.answer_bundles import FORMAT, VERSION
from exam_app.rules.attempt_states import AttemptStatus
from exam_app.schemas.answers import BatchIn, ChangeIn
from exam_app.schemas.base import ID, Incoming, Time, moment, one_of, whole
from exam_app.schemas.late_answers import ComparedAnswer
from exam_app.services.answers.bundles import Bundle, Sealed

MAX_CHANGES = 2000
_FURTHEST = 10**12
_NO_BUNDLE = "This is not an answer bundle, or it is damaged. Ask the student to export it again."


class BundleIn(Incoming):
    """The file itself is the body (docs/answer-bundle.md)."""

    format = fields.String(required=True, validate=validate.OneOf([FORMAT]))
    version = whole(required=True, validate=validate.OneOf([VERSION]))
    attempt_id = fields.UUID(required=True, data_key="attemptId")
    iv = fields.String(required=True, validate=validate.Length(max=64), metadata={"description": "Base64"})
    sealed = fields.String(
        required=True,
        validate=validate.Length(max=2 * 1024 * 1024),
        metadata={"description": "AES-256-GCM over UTF-8 JSON, base64"},
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Sealed:
        return Sealed(data["attempt_id"], data["iv"], data["sealed"])


class Acknowledged(Incoming):
    question_id = whole(required=True, data_key="questionId", validate=ID)
    version = whole(required=True, validate=validate.Range(min=0, max=2**31 - 1))


class Inside(BatchIn):
    """The body of `POST /api/attempts/{attempt_id}/answers`, and the state known to the page."""

    changes = fields.List(
        fields.Nested(ChangeIn), required=True, validate=validate.Length(min=1, max=MAX_CHANGES)
    )
    sent_at = Time(required=True, data_key="sentAt")
    clock_offset = whole(
        required=True,
        allow_none=True,
        data_key="clockOffset",
        validate=validate.Range(min=-_FURTHEST, max=_FURTHEST),
    )
    acknowledged = fields.List(
        fields.Nested(Acknowledged), required=True, validate=validate.Length(max=MAX_CHANGES)
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Bundle:
        offset = data["clock_offset"]
        return Bundle(
            changes=data["changes"],
            made_at=data["sent_at"],
            offset=None if offset is None else timedelta(milliseconds=offset),
            device=data.get("device"),
            acknowledged=[(one["question_id"], one["version"]) for one in data["acknowledged"]],
        )


def file_from(content: bytes) -> Sealed:
    """
    :raises InvalidInput: it is not a bundle.
    """
    try:
        return _load(BundleIn(), json.loads(content))
    except (ValueError, RecursionError):
        raise InvalidInput(_NO_BUNDLE, {"bundle": [_NO_BUNDLE]}) from None


def inside_from(content: Any) -> Bundle:
    """The decrypted content; students have the key too, so it is not trusted.

    :raises InvalidInput: it is not in the format that our pages write.
    """
    return _load(Inside(), content)


def _load(schema: Schema, content: Any) -> Any:
    try:
        return schema.load(content)
    except ValidationError:
        raise InvalidInput(_NO_BUNDLE, {"bundle": [_NO_BUNDLE]}) from None


class BundledChange(ComparedAnswer):
    changeId = fields.UUID()
    isKnown = fields.Boolean(metadata={"description": "The server had already received it"})


class LostAnswer(Schema):
    questionId = fields.Integer()
    questionIndex = fields.Integer(allow_none=True)
    version = fields.Integer()


class ComparedBundle(Schema):
    attemptId = fields.UUID()
    sessionId = fields.UUID(allow_none=True)
    studentId = fields.UUID()
    studentName = fields.String()
    status = one_of(AttemptStatus)
    endedAt = moment(metadata={"description": "Answers typed until then were typed in time"})
    madeAt = moment(metadata={"description": "By the device's clock, corrected by its offset"})
    clockOffset = fields.Integer(
        allow_none=True,
        metadata={"description": "Milliseconds that the server was ahead; null: unknown"},
    )
    deviceId = fields.String(allow_none=True)
    obstacle = fields.String(allow_none=True, metadata={"description": "Why it cannot be accepted now"})
    undelivered = fields.Integer(metadata={"description": "Changes that would be added to the review queue"})
    changes = fields.List(fields.Nested(BundledChange))
    lost = fields.List(
        fields.Nested(LostAnswer),
        metadata={"description": "Saved according to the page, but missing on the server"},
    )


class TakenBundle(Schema):
    attemptId = fields.UUID()
    taken = fields.Integer(metadata={"description": "Changes added to the review queue"})
    known = fields.Integer(metadata={"description": "Changes that had arrived before"})
