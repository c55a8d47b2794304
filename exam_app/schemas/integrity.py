"""Integrity records of an attempt. Staff only, except for the page rules and a student's own highlights."""

from __future__ import annotations

from marshmallow import Schema, fields

from exam_app.models import AlertState
from exam_app.rules.integrity.settings import PAGE_RULES
from exam_app.schemas.base import moment, one_of

PageRules = Schema.from_dict({name: fields.Boolean() for name in PAGE_RULES}, name="PageRules")
"""What the test asks of the exam page."""


class Highlight(Schema):
    """A highlighted range of a passage; positions count UTF-16 code units, the end is exclusive."""

    highlightId = fields.UUID()
    passageId = fields.Integer()
    start = fields.Integer()
    end = fields.Integer()
    text = fields.String()


class HighlightRecord(Highlight):
    passageTitle = fields.String()
    at = moment()
    removedAt = moment(allow_none=True)


class Alert(Schema):
    """An integrity alert: evidence, not a verdict. `text` is human-readable."""

    alertId = fields.Integer()
    attemptId = fields.UUID()
    studentId = fields.UUID()
    studentName = fields.String()
    rule = fields.String()
    text = fields.String()
    evidence = fields.Dict()
    raisedAt = moment()
    state = one_of(AlertState)
    note = fields.String()
    resolvedBy = fields.String(allow_none=True)
    resolvedAt = moment(allow_none=True)


class SeenViolations(Schema):
    """How often the page reported this, and the total and the longest duration in seconds."""

    type = fields.String()
    count = fields.Integer()
    seconds = fields.Integer()
    longestSeconds = fields.Integer()


class Origin(Schema):
    """A client IP and browser from which the attempt was taken."""

    address = fields.String()
    userAgent = fields.String()
    since = moment()


class Outage(Schema):
    """An outage: nothing was acknowledged between these times; `minutes` are rounded up."""

    outageId = fields.Integer()
    beganAt = moment()
    endedAt = moment()
    seconds = fields.Integer()
    minutes = fields.Integer()
    creditedAt = moment(allow_none=True)
    creditedBy = fields.String(allow_none=True)
    undoneAt = moment(allow_none=True)
    scaled = fields.Boolean(allow_none=True)
