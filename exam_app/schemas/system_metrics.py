"""Health of the installation."""

from __future__ import annotations

from marshmallow import Schema, fields

from exam_app.rules.attempt_states import SessionStatus
from exam_app.schemas.base import moment, one_of


class Latency(Schema):
    """Percentiles in milliseconds; null without any."""

    p50 = fields.Float(allow_none=True)
    p95 = fields.Float(allow_none=True)
    p99 = fields.Float(allow_none=True)


class OpenSession(Schema):
    """Connections are null until they were first counted."""

    sessionId = fields.UUID()
    title = fields.String()
    className = fields.String()
    status = one_of(SessionStatus)
    inProgress = fields.Integer()
    paused = fields.Integer()
    enrolled = fields.Integer(allow_none=True)
    connected = fields.Integer(allow_none=True)
    offline = fields.Integer(allow_none=True)
    notSaving = fields.Integer(allow_none=True)
    handedIn = fields.Integer(allow_none=True)


class ActiveAttempts(Schema):
    inProgress = fields.Integer()
    paused = fields.Integer()
    selfPaced = fields.Integer(metadata={"description": "Those of both without a session"})
    sessions = fields.List(fields.Nested(OpenSession))


class Connections(Schema):
    """Sockets, not people: two tabs are two."""

    students = fields.Integer()
    staff = fields.Integer()


class Bucket(Schema):
    upToMs = fields.Float(allow_none=True, metadata={"description": "Upper bound; null: none"})
    count = fields.Integer()


class Saves(Schema):
    """`refused`: because of the client, such as time being up. The rate excludes them."""

    saved = fields.Integer()
    refused = fields.Integer()
    failed = fields.Integer()
    successPercent = fields.Float(allow_none=True)
    conflicts = fields.Integer()
    conflictsInHour = fields.Integer()
    conflictPercent = fields.Float(allow_none=True)
    latency = fields.Nested(Latency)
    histogram = fields.List(fields.Nested(Bucket))


class Failing(Schema):
    operation = fields.String(metadata={"example": "POST /api/attempts/<uuid:attempt_id>/answers"})
    failed = fields.Integer()


class Requests(Schema):
    """Requests and Socket.IO events; `failed` are those with a status of 500 and above."""

    answered = fields.Integer()
    failed = fields.Integer()
    failedPercent = fields.Float(allow_none=True)
    latency = fields.Nested(Latency)
    failing = fields.List(fields.Nested(Failing))


class Closing(Schema):
    """Attempts closed at their deadline, and how many milliseconds after deadline and grace."""

    closed = fields.Integer()
    p50Late = fields.Float(allow_none=True)
    p95Late = fields.Float(allow_none=True)
    p99Late = fields.Float(allow_none=True)


class Queue(Schema):
    name = fields.String()
    waiting = fields.Integer()
    failed = fields.Integer(metadata={"description": "In the last day"})
    workers = fields.Integer(metadata={"description": "Live processes"})
    heardAt = moment(allow_none=True)


class Failure(Schema):
    queue = fields.String()
    job = fields.String()
    failedAt = moment()
    error = fields.String(metadata={"description": "The type of the error; the worker's log has the details"})


class Mails(Schema):
    """Mails of the organization."""

    waiting = fields.Integer()
    failed = fields.Integer(metadata={"description": "Of those, how many failed before"})
    givenUp = fields.Integer(metadata={"description": "Abandoned in the last week"})
    lastError = fields.String(allow_none=True)


class Processes(Schema):
    """When processes last reported; null: never. Workers are listed with their queues."""

    web = fields.Integer()
    webHeardAt = moment(allow_none=True)
    clockHeardAt = moment(allow_none=True)


class Minute(Latency):
    at = moment()
    saved = fields.Integer()
    failed = fields.Integer()
    students = fields.Integer()
    staff = fields.Integer()


class Metrics(Schema):
    """Rates are over the last `windowMinutes`; `history` holds the last hour, minute by minute."""

    at = moment()
    windowMinutes = fields.Integer()
    redisAnswers = fields.Boolean()
    attempts = fields.Nested(ActiveAttempts)
    connections = fields.Nested(Connections)
    saves = fields.Nested(Saves)
    requests = fields.Nested(Requests)
    closing = fields.Nested(Closing)
    queues = fields.List(fields.Nested(Queue))
    failures = fields.List(fields.Nested(Failure))
    mails = fields.Nested(Mails)
    processes = fields.Nested(Processes)
    history = fields.List(fields.Nested(Minute))
