"""Corrected keys and regrading."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from exam_app.rules.paper import Credit
from exam_app.schemas.attempt_management import NamedPerson
from exam_app.schemas.base import ID, Incoming, moment, whole

REASON = validate.Length(max=500)


class CorrectionIn(Incoming):
    question_id = whole(required=True, data_key="questionId", validate=ID)
    definition = fields.Dict(
        metadata={
            "description": "The definition with a corrected key; what students saw must not change",
            "examples": [{"correct": False}],
        },
    )
    credit = fields.Enum(
        Credit,
        by_value=True,
        metadata={"description": "Instead: full points for everybody, left out, or by its key again"},
    )
    reason = fields.String(required=True, validate=REASON)


class Correction(Schema):
    """`papers`: the numbers of the new versions. `attempts`: graded ones that a regrade would process now."""

    questionId = fields.Integer()
    papers = fields.List(fields.Integer())
    bankCorrected = fields.Boolean()
    attempts = fields.Integer()


class RegradeIn(Incoming):
    dry_run = fields.Boolean(data_key="dryRun", load_default=False)
    reason = fields.String(load_default="", validate=REASON)


class RegradeRow(Schema):
    """`kept`: the score was set manually and stays. `seen`: the student can already see the result."""

    attemptId = fields.UUID()
    studentId = fields.UUID()
    studentName = fields.String()
    scoreBefore = fields.Float()
    scoreAfter = fields.Float()
    percentageBefore = fields.Float()
    percentageAfter = fields.Float()
    gradeBefore = fields.String()
    gradeAfter = fields.String()
    passedBefore = fields.Boolean()
    passedAfter = fields.Boolean()
    kept = fields.Boolean()
    seen = fields.Boolean()


class Rekeyed(Schema):
    questionId = fields.Integer()
    questionText = fields.String()
    keyBefore = fields.String()
    keyAfter = fields.String()


class RegradePreview(Schema):
    """The counts cover all attempts; `rows` are those that the caller may see. `withoutResult` attempts are
    still to be marked, and get the corrected keys, too."""

    attempts = fields.Integer()
    withoutResult = fields.Integer()
    changing = fields.Integer()
    kept = fields.Integer()
    passing = fields.Integer()
    failing = fields.Integer()
    questions = fields.List(fields.Nested(Rekeyed))
    rows = fields.List(fields.Nested(RegradeRow))
    rowsLeftOut = fields.Integer()


class Regrade(Schema):
    regradeId = fields.UUID()
    testId = fields.Integer()
    testTitle = fields.String()
    state = fields.String(validate=validate.OneOf(["running", "done"]))
    reason = fields.String()
    startedBy = fields.Nested(NamedPerson)
    startedAt = moment()
    finishedAt = moment(allow_none=True)
    total = fields.Integer()
    done = fields.Integer()
    changed = fields.Integer()
    kept = fields.Integer()


class Regrades(Schema):
    regrades = fields.List(fields.Nested(Regrade))


class RegradeOutcome(Schema):
    """The `preview` of a dry run, or the `regrade` that was started."""

    preview = fields.Nested(RegradePreview, allow_none=True)
    regrade = fields.Nested(Regrade, allow_none=True)
