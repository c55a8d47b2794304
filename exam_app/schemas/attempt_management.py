"""One attempt as staff see and change it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from exam_app.models import AdjustmentKind
from exam_app.rules.activity_sentences import VIOLATION_TYPES
from exam_app.rules.attempt_states import AttemptStatus, SubmissionMethod
from exam_app.rules.passages import MOST_MARKED
from exam_app.schemas.answers import Answer, Progress
from exam_app.schemas.attempt_lists import AttemptRow, IdentifiedTaker
from exam_app.schemas.attempts import TestHead
from exam_app.schemas.audit import LogEntry
from exam_app.schemas.base import ID, OPTIONAL, POSITION, Incoming, Time, Word, moment, one_of, whole
from exam_app.schemas.integrity import Alert, HighlightRecord, Origin, SeenViolations
from exam_app.schemas.sessions import ExamSession

HIGHLIGHT = "text_highlighted"
_DAY_MS = 86_400_000


class Points(fields.Decimal):
    """A number with at most two decimals, read exactly as written; not a string."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        if not isinstance(value, int | float):
            raise self.make_error("invalid", input=value)
        points = super()._deserialize(value, attr, data, **kwargs)
        exponent = points.as_tuple().exponent
        if isinstance(exponent, int) and exponent < -2:
            raise ValidationError("At most two decimals.")
        return points


class ReasonIn(Incoming):
    reason = fields.String(required=True, validate=validate.Length(min=1, max=500))


class ExtendIn(ReasonIn):
    additional_minutes = whole(
        required=True, data_key="additionalMinutes", validate=validate.Range(min=1, max=1440)
    )
    confirm = fields.Boolean(
        load_default=False,
        metadata={"description": "Also if somebody else gave the same minutes in the last minute"},
    )


class ReopenIn(ReasonIn):
    minutes = whole(
        required=True,
        validate=validate.Range(min=1, max=1440),
        metadata={"description": "From now to the new deadline"},
    )


class ResetIn(ReasonIn):
    preserve_answers = fields.Boolean(data_key="preserveAnswers", load_default=False)


class ScoreIn(ReasonIn):
    """Points before the penalty, and the penalty; without `score` only the penalty changes."""

    score = Points(validate=validate.Range(min=0, max=9_999_999))
    penalty = Points(validate=validate.Range(min=0, max=9_999_999))

    document = {"anyOf": [{"required": ["score"]}, {"required": ["penalty"]}]}

    @validates_schema
    def something(self, data: dict[str, Any], **_: Any) -> None:
        if "score" not in data and "penalty" not in data:
            raise ValidationError("Send score, penalty or both.", "score")


class ActivityIn(Incoming):
    """An observation of the page: it was left, with `durationMs`; or text was highlighted, with its range."""

    aliases = {"violation_type": "type", "position_start": "start", "position_end": "end"}

    type = Word(required=True, validate=validate.OneOf([*VIOLATION_TYPES, HIGHLIGHT]))
    duration_ms = whole(data_key="durationMs", validate=validate.Range(min=0, max=_DAY_MS))
    highlight_id = fields.UUID(data_key="highlightId")
    passage_id = whole(data_key="passageId", validate=ID)
    text = fields.String(validate=validate.Length(min=1, max=MOST_MARKED))
    start = whole(validate=POSITION)
    end = whole(validate=POSITION)
    timestamp = Time(metadata={"description": "Of the device; the server has its own"})

    document = {
        "oneOf": [
            {"properties": {"type": {"enum": list(VIOLATION_TYPES)}}, "required": ["type"]},
            {
                "properties": {"type": {"const": HIGHLIGHT}},
                "required": ["type", "passageId", "text", "start", "end"],
            },
        ]
    }

    @validates_schema
    def check_fields(self, data: dict[str, Any], **_: Any) -> None:
        is_highlight = data.get("type") == HIGHLIGHT
        wrong: dict[str, list[str]] = {}
        for name in ("passage_id", "text", "start", "end"):
            if (name in data) != is_highlight:
                key = self.fields[name].data_key or name
                wrong[key] = ["Missing." if is_highlight else f"Goes with {HIGHLIGHT} only."]
        if not is_highlight and "highlight_id" in data:
            wrong["highlightId"] = [f"Goes with {HIGHLIGHT} only."]
        if is_highlight and "duration_ms" in data:
            wrong["durationMs"] = [f"Does not go with {HIGHLIGHT}."]
        if not wrong and is_highlight and data["start"] > data["end"]:
            wrong["end"] = ["Is before start."]
        if wrong:
            raise ValidationError(wrong)


class NamedPerson(Schema):
    userId = fields.UUID()
    name = fields.String()


class ResultVersion(Schema):
    """`score` is the effective score, after `penalty`. `gradedBy` and `reason` are null unless it was changed
    manually; `gradedBy` is hidden from students.
    """

    number = fields.Integer()
    score = fields.Float()
    maxScore = fields.Float()
    penalty = fields.Float()
    percentage = fields.Float()
    grade = fields.String()
    passed = fields.Boolean()
    correctAnswers = fields.Integer()
    reason = fields.String(allow_none=True)
    regraded = fields.Boolean(metadata={"description": "Created by a regrade, not manually"})
    gradedBy = fields.Nested(NamedPerson, allow_none=True, metadata=OPTIONAL)
    gradedAt = moment()


class NewScore(ResultVersion):
    attemptId = fields.UUID()


class GrantedTime(Schema):
    kind = one_of(AdjustmentKind)
    seconds = fields.Integer()
    reason = fields.String()
    grantedBy = fields.Nested(NamedPerson, allow_none=True, metadata=OPTIONAL)
    at = moment()


class ManagedAttempt(AttemptRow):
    version = fields.Integer()
    address = fields.String(allow_none=True, metadata=OPTIONAL)
    userAgent = fields.String(allow_none=True, metadata=OPTIONAL)
    violations = fields.Integer(metadata=OPTIONAL)
    highlights = fields.Integer()
    lastSavedAt = moment(allow_none=True)
    pausedAt = moment(allow_none=True)
    cancelReason = fields.String(allow_none=True)
    resetOf = fields.UUID(allow_none=True)
    replacedBy = fields.UUID(allow_none=True)
    receipt = fields.String(allow_none=True)


class TakenSession(ExamSession):
    """The session of an attempt."""

    class Meta:
        exclude = ("attempt",)


class SaveRecord(Schema):
    """Changes of answers that arrived together; `late` ones are in the review queue. `questions` are question
    numbers in the student's order, from 1."""

    at = moment()
    questions = fields.List(fields.Integer())
    changes = fields.Integer()
    late = fields.Boolean()


class SaveRecords(Schema):
    """The number of saves, and the latest 200, newest first."""

    total = fields.Integer()
    latest = fields.List(fields.Nested(SaveRecord))


class UndoneSubmission(Schema):
    """A submission that was undone when the attempt was reopened. Its receipt can still be verified."""

    number = fields.Integer()
    status = one_of(AttemptStatus)
    submittedAt = moment()
    submissionMethod = one_of(SubmissionMethod)
    receipt = fields.String()
    questionsAnswered = fields.Integer()
    reopenedAt = moment()
    reopenedBy = fields.Nested(NamedPerson, metadata=OPTIONAL)
    reason = fields.String()


class FullDetails(Schema):
    """An attempt with its test taker, test and session, and its records.

    `results` holds every version, `timeline` the latest activities, `reopenings` the submissions that were
    undone, all newest first. The student sees
    neither alerts nor actors, and of the results only the effective one, once it is visible.
    """

    attempt = fields.Nested(ManagedAttempt)
    taker = fields.Nested(IdentifiedTaker)
    test = fields.Nested(TestHead)
    session = fields.Nested(TakenSession, allow_none=True)
    progress = fields.Nested(Progress)
    timeAdjustments = fields.List(fields.Nested(GrantedTime))
    violations = fields.List(fields.Nested(SeenViolations), metadata=OPTIONAL)
    alerts = fields.List(fields.Nested(Alert), metadata=OPTIONAL)
    highlights = fields.List(fields.Nested(HighlightRecord), metadata=OPTIONAL)
    connections = fields.List(fields.Nested(Origin), metadata=OPTIONAL)
    timeline = fields.List(fields.Nested(LogEntry), metadata=OPTIONAL)
    saves = fields.Nested(SaveRecords, metadata=OPTIONAL)
    results = fields.List(fields.Nested(ResultVersion))
    reopenings = fields.List(fields.Nested(UndoneSubmission))


class AttemptAnswers(Schema):
    attemptId = fields.UUID()
    status = one_of(AttemptStatus)
    version = fields.Integer()
    answers = fields.List(fields.Nested(Answer))


class ExtendedTime(Schema):
    attemptId = fields.UUID()
    newTimeLimit = fields.Float(metadata={"description": "Minutes"})
    timeAdded = fields.Integer(metadata={"description": "Minutes"})
    newEndTime = moment()
    reason = fields.String()
    reopened = fields.Boolean(metadata={**OPTIONAL, "description": "It had expired, and goes on"})


class MovedAttempt(Schema):
    attemptId = fields.UUID()
    status = one_of(AttemptStatus)
    expiresAt = moment()
    reason = fields.String()


class ResetAttempt(Schema):
    newAttemptId = fields.UUID()
    originalAttemptId = fields.UUID()
    resetReason = fields.String()


class NotedActivity(Schema):
    """The number of violations or highlights of the attempt so far."""

    type = fields.String()
    count = fields.Integer()
