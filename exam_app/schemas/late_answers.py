"""The late-answer review queue."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from exam_app.schemas.base import ID, Incoming, moment, whole


class LateFilter(Incoming):
    """Filter; by default all late answers that the caller may see."""

    session_id = fields.UUID(data_key="sessionId")
    test_id = fields.Integer(data_key="testId", validate=ID)
    attempt_id = fields.UUID(data_key="attemptId")


class ComparedAnswer(Schema):
    """A late answer beside the effective one."""

    questionId = fields.Integer()
    questionIndex = fields.Integer(
        allow_none=True, metadata={"description": "From 1, in this student's order"}
    )
    questionText = fields.String(allow_none=True)
    answer = fields.String(
        allow_none=True, metadata={"description": "Human-readable; null: cleared, or unreadable"}
    )
    standingAnswer = fields.String(allow_none=True)
    isReadable = fields.Boolean(metadata={"description": "False: it is not valid for its question"})
    typedAt = moment(metadata={"description": "By the server's clock; see `typedAtSource`"})
    typedAtSource = fields.String(
        validate=validate.OneOf(["page", "arrival"]),
        metadata={
            "description": "`page`: the exam page measured how long ago it was typed, to about a second;"
            " `arrival`: not known, at the latest when it arrived"
        },
    )
    clientTime = moment(allow_none=True, metadata={"description": "By the device's clock, uncorrected"})
    typedInTime = fields.Boolean(
        allow_none=True, metadata={"description": "Before the attempt ended; null: not known"}
    )


class LateAnswer(ComparedAnswer):
    attemptId = fields.UUID()
    sessionId = fields.UUID(allow_none=True)
    testTitle = fields.String()
    studentId = fields.UUID()
    studentName = fields.String()
    arrivedAt = moment()
    expiresAt = moment()
    changes = fields.Integer(metadata={"description": "The number of late changes that this one replaces"})


class LateAnswers(Schema):
    answers = fields.List(fields.Nested(LateAnswer))


class AnswerName(Incoming):
    attempt_id = fields.UUID(required=True, data_key="attemptId")
    question_id = whole(required=True, data_key="questionId", validate=ID)


class DecideIn(Incoming):
    """Either `answers`, or all late answers of one session."""

    answers = fields.List(fields.Nested(AnswerName), validate=validate.Length(min=1, max=1000))
    session_id = fields.UUID(data_key="sessionId")
    accept = fields.Boolean(required=True)
    reason = fields.String(required=True, validate=validate.Length(min=1, max=500))

    @validates_schema
    def one_of_two(self, data: dict[str, Any], **_: Any) -> None:
        if ("answers" in data) == ("session_id" in data):
            raise ValidationError("Send either answers or sessionId.", "answers")

    document = {"oneOf": [{"required": ["answers"]}, {"required": ["sessionId"]}]}


class NamedAnswer(Schema):
    attemptId = fields.UUID()
    questionId = fields.Integer()


class RefusedAnswer(NamedAnswer):
    reason = fields.String()


class Decided(Schema):
    done = fields.List(fields.Nested(NamedAnswer))
    refused = fields.List(fields.Nested(RefusedAnswer))
