"""Incoming changes of answers, and the reply to a save."""

from __future__ import annotations

import json
import uuid
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, pre_load, validate, validates_schema

from exam_app.rules.answers import Change
from exam_app.rules.attempt_states import AttemptStatus
from exam_app.schemas.base import ID, OPTIONAL, Incoming, Time, moment, one_of, whole

MAX_CHANGES = 200
MAX_RESPONSE = 512 * 1024
"""Characters of a response as JSON: the longest essay, if JSON escapes every one of its characters."""
_RESPONSES = ("response", "selectedOptionId", "selectedOptionIds", "answerText")
SIDES = ("local", "server")
_VERSION = validate.Range(min=0, max=2**31 - 1)


class ChangeFields(Incoming):
    """The common fields of a single answer and a change in a batch. The legacy fields `selectedOptionId` and
    `answerText` are accepted instead of `response`, and `answer` of document 004 with the value of any."""

    document = {"oneOf": [{"required": [name]} for name in _RESPONSES]}

    question_id = whole(required=True, data_key="questionId", validate=ID)
    response = fields.Dict(
        keys=fields.String(),
        metadata={
            "description": "By the type of the question",
            "examples": [{"selectedOptionIds": [1]}, {"text": "photosynthesis"}, {"number": "46"}],
        },
    )
    selected_option_id = whole(data_key="selectedOptionId", validate=ID, allow_none=True)
    selected_option_ids = fields.List(
        whole(validate=ID), data_key="selectedOptionIds", validate=validate.Length(max=1000)
    )
    answer_text = fields.String(
        data_key="answerText", allow_none=True, validate=validate.Length(max=MAX_RESPONSE)
    )
    base_version = whole(data_key="baseVersion", allow_none=True, validate=_VERSION)
    time_spent = whole(data_key="timeSpent", load_default=0, validate=validate.Range(min=0, max=10_000_000))
    client_time = Time(data_key="clientTime", allow_none=True)
    flagged = fields.Boolean(load_default=False)

    @pre_load
    def name_answer(self, data: Any, **_: Any) -> Any:
        """What kind of value `answer` has says which field it is."""
        if isinstance(data, dict) and "answer" in data:
            value = data["answer"]
            kinds = {str: "answerText", int: "selectedOptionId", list: "selectedOptionIds"}
            name = kinds.get(type(value), "response")
            if name not in data:
                return {key: v for key, v in data.items() if key != "answer"} | {name: value}
        return data

    @validates_schema
    def check_response(self, data: dict[str, Any], **_: Any) -> None:
        given = [
            k for k in ("response", "selected_option_id", "selected_option_ids", "answer_text") if k in data
        ]
        if len(given) != 1:
            raise ValidationError(
                "Send exactly one of response, selectedOptionId, selectedOptionIds, answerText.", "response"
            )
        check_length(data.get("response", data.get("answer_text")), "response")


def check_length(response: Any, field: str) -> None:
    if len(json.dumps(response, ensure_ascii=False)) > MAX_RESPONSE:
        raise ValidationError(f"Longer than {MAX_RESPONSE} characters.", field)


def _change(data: dict[str, Any]) -> Change:
    return Change(
        change_id=data.get("change_id") or uuid.uuid4(),
        question_id=data["question_id"],
        response=_response(data),
        base_version=data.get("base_version"),
        flagged=data["flagged"],
        time_spent=data["time_spent"],
        client_time=data.get("client_time"),
    )


def _response(data: dict[str, Any]) -> dict[str, Any]:
    if "response" in data:
        response: dict[str, Any] = data["response"]
        return response
    if "selected_option_ids" in data:
        return {"selectedOptionIds": data["selected_option_ids"]}
    if "selected_option_id" in data:
        chosen = data["selected_option_id"]
        return {"selectedOptionIds": [] if chosen is None else [chosen]}
    return {"answerText": data["answer_text"] or ""}


class ChangeIn(ChangeFields):
    change_id = fields.UUID(required=True, data_key="changeId")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Change:
        return _change(data)


class BatchIn(Incoming):
    """`sentAt` is the time of sending by the device's clock; with `clientTime` it gives a change's age.
    `deviceId` distinguishes the student's devices."""

    changes = fields.List(
        fields.Nested(ChangeIn), required=True, validate=validate.Length(min=1, max=MAX_CHANGES)
    )
    sent_at = Time(data_key="sentAt", allow_none=True)
    device = fields.String(data_key="deviceId", allow_none=True, validate=validate.Length(max=64))


class AnswersIn(BatchIn):
    """A batch, or one answer as document 004 sends it here: `{question_id, answer}`."""

    @pre_load
    def accept_one(self, data: Any, **_: Any) -> Any:
        if not isinstance(data, dict) or "changes" in data or not {"questionId", "question_id"} & set(data):
            return data
        return {"changes": [{"changeId": str(uuid.uuid4()), **data}]}


class AnswerIn(ChangeFields):
    """One answer; without a change id each call counts as a new change."""

    change_id = fields.UUID(data_key="changeId")
    sent_at = Time(data_key="sentAt", allow_none=True)
    device = fields.String(data_key="deviceId", allow_none=True, validate=validate.Length(max=64))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {
            "changes": [_change(data)],
            "sent_at": data.get("sent_at"),
            "device": data.get("device"),
            **({"attempt_id": data["attempt_id"]} if "attempt_id" in data else {}),
        }


class SubmitIn(BatchIn):
    changes = fields.List(
        fields.Nested(ChangeIn), load_default=list, validate=validate.Length(max=MAX_CHANGES)
    )
    final_review = fields.Boolean(data_key="finalReview", load_default=False)
    confirm_submission = fields.Boolean(data_key="confirmSubmission", load_default=False)


class Answer(Schema):
    """An answer as the student sees it: `isCorrect` and `points` are null unless feedback is immediate."""

    answerId = fields.UUID()
    questionId = fields.Integer()
    response = fields.Dict()
    selectedOptionId = fields.Integer(allow_none=True)
    answerText = fields.String(allow_none=True)
    version = fields.Integer()
    flagged = fields.Boolean()
    timeSpent = fields.Integer(metadata={"description": "Seconds"})
    savedAt = moment()
    submittedAt = moment()
    isCorrect = fields.Boolean(allow_none=True)
    points = fields.Float(allow_none=True)


class SavedAnswer(Answer):
    changeId = fields.UUID()
    replayed = fields.Boolean(metadata=OPTIONAL)


class AnswerConflict(Schema):
    changeId = fields.UUID()
    questionId = fields.Integer()
    localValue = fields.Dict()
    serverValue = fields.Dict(allow_none=True)
    resolution = fields.String(validate=validate.OneOf(SIDES))
    version = fields.Integer()


class RejectedChange(Schema):
    changeId = fields.UUID()
    questionId = fields.Integer()
    code = fields.String()
    message = fields.String()


class Progress(Schema):
    questionsAnswered = fields.Integer()
    totalQuestions = fields.Integer()
    completionPercentage = fields.Float()
    currentQuestionIndex = fields.Integer()
    currentScore = fields.Float(allow_none=True)
    maxPossibleScore = fields.Float()


class SaveReply(Schema):
    saved = fields.List(fields.Nested(SavedAnswer))
    conflicts = fields.List(fields.Nested(AnswerConflict))
    rejected = fields.List(fields.Nested(RejectedChange))
    progress = fields.Nested(Progress)
    version = fields.Integer()
    serverTime = moment()
    expiresAt = moment()


class SyncIn(BatchIn):
    """`localVersion` is the version of the attempt that the client knows; 0 where it knows none."""

    local_version = whole(required=True, data_key="localVersion", validate=_VERSION)
    changes = fields.List(
        fields.Nested(ChangeIn),
        data_key="localChanges",
        load_default=list,
        validate=validate.Length(max=MAX_CHANGES),
    )


class SyncReply(SaveReply):
    """The outcome of the changes, every answer newer than `localVersion`, and the state."""

    answers = fields.List(fields.Nested(Answer))
    openConflicts = fields.List(fields.Nested(AnswerConflict))
    status = one_of(AttemptStatus)
    timeRemaining = fields.Integer(metadata={"description": "Seconds"})
    submittedAt = moment(allow_none=True)


class ResolutionIn(Incoming):
    """The resolution of the conflict `changeId`: one of its two sides, or another value."""

    document = {"oneOf": [{"required": ["resolution"]}, {"required": ["value"]}]}

    question_id = whole(required=True, data_key="questionId", validate=ID)
    change_id = fields.UUID(required=True, data_key="changeId")
    side = fields.String(data_key="resolution", validate=validate.OneOf(SIDES))
    value = fields.Dict(keys=fields.String(), metadata={"description": "By the type of the question"})

    @validates_schema
    def check_choice(self, data: dict[str, Any], **_: Any) -> None:
        if ("side" in data) == ("value" in data):
            raise ValidationError("Send either resolution or value.", "resolution")
        check_length(data.get("value"), "value")


class ResolutionsIn(Incoming):
    resolutions = fields.List(
        fields.Nested(ResolutionIn), required=True, validate=validate.Length(min=1, max=MAX_CHANGES)
    )
    device = fields.String(data_key="deviceId", allow_none=True, validate=validate.Length(max=64))


class ResolvedConflicts(SaveReply):
    """`settled` holds the change ids of the conflicts that this call resolved."""

    settled = fields.List(fields.UUID())
    openConflicts = fields.List(fields.Nested(AnswerConflict))


class OpenConflicts(Schema):
    conflicts = fields.List(fields.Nested(AnswerConflict))
