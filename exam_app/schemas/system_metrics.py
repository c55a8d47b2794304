"""How the installation is doing."""

from __future__ import annotations

from marshmallow import Schema, fields

from exam_app.rules.attempt_states import SessionStatus
from exam_app.schemas.base import moment, one_of


class Latency(Schema):
    """Milliseconds below which so many percent are; null without any."""

    p50 = fields.Float(allow_none=True)
    p95 = fields.Float(allow_none=True)
    p99 = fields.Float(allow_none=True)


class OpenSession(Schema):
    """Connections are null until the session's room was first looked at."""

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
    selfPaced = fields.Integer(metadata={"description": "Of both, those outside any session"})
    sessions = fields.List(fields.Nested(OpenSession))


class Connections(Schema):
    """Sockets, not people: two tabs are two."""

    students = fields.Integer()
    staff = fields.Integer()


class Bucket(Schema):
    upToMs = fields.Float(allow_none=True, metadata={"description": "Null: no bound"})
    count = fields.Integer()


class Saves(Schema):
    """`refused`: for a reason that is the sender's, such as time being up. The rate leaves them out."""

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
    """Requests and Socket.IO events; `failed` are those answered with a status of 500 and up."""

    answered = fields.Integer()
    failed = fields.Integer()
    failedPercent = fields.Float(allow_none=True)
    latency = fields.Nested(Latency)
    failing = fields.List(fields.Nested(Failing))


class Closing(Schema):
    """Attempts whose time was up, and how many milliseconds after deadline and grace they were closed."""

    closed = fields.Integer()
    p50Late = fields.Float(allow_none=True)
    p95Late = fields.Float(allow_none=True)
    p99Late = fields.Float(allow_none=True)


class Queue(Schema):
    name = fields.String()
    waiting = fields.Integer()
    failed = fields.Integer(metadata={"description": "In the last day"})
    workers = fields.Integer(metadata={"description": "Processes that are alive"})
    heardAt = moment(allow_none=True)


class Failure(Schema):
    queue = fields.String()
    job = fields.String()
    failedAt = moment()
    error = fields.String(metadata={"description": "Its kind; the log of the worker has the rest"})


class Mails(Schema):
    """Of the organization."""

    waiting = fields.Integer()
    failed = fields.Integer(metadata={"description": "Of those, how many were tried before"})
    givenUp = fields.Integer(metadata={"description": "In the last week: nobody tries these any more"})
    lastError = fields.String(allow_none=True)


class Processes(Schema):
    """Null: no sign of life. Those of the workers are at their queues."""

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
