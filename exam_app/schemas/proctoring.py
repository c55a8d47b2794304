"""Proctoring: messages, raised hands, reported questions."""

from __future__ import annotations

from marshmallow import Schema, fields

from exam_app.models import HelpKind
from exam_app.schemas.base import moment, one_of


class HelpRequest(Schema):
    requestId = fields.Integer()
    kind = one_of(HelpKind)
    attemptId = fields.UUID()
    studentId = fields.UUID()
    studentName = fields.String()
    questionId = fields.Integer(allow_none=True)
    questionIndex = fields.Integer(allow_none=True)
    text = fields.String()
    createdAt = moment()
    resolvedAt = moment(allow_none=True)
    resolvedBy = fields.String(allow_none=True)
    note = fields.String()


class SentMessage(Schema):
    """A message with its receipts and confirmations; `studentIds` is empty if it was sent to all."""

    class Meta:
        include = {"from": fields.String()}

    messageId = fields.Integer()
    text = fields.String()
    sentAt = moment()
    recipients = fields.Integer()
    received = fields.Integer()
    confirmed = fields.Integer()
    toAll = fields.Boolean()
    studentIds = fields.List(fields.UUID())


class ReceivedMessage(Schema):
    class Meta:
        include = {"from": fields.String()}

    messageId = fields.Integer()
    text = fields.String()
    sentAt = moment()
    received = fields.Boolean()
    confirmed = fields.Boolean()


class RaisedHand(Schema):
    """`position` in the session's queue, from 1."""

    requestId = fields.Integer()
    position = fields.Integer()
