"""Questions and tests for authors, including answer keys."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from exam_app.exporters import FORMATS
from exam_app.models import ConflictStrategy, DisconnectPolicy, Feedback, Release
from exam_app.rules import question_types
from exam_app.rules.integrity.settings import PAGE_RULES, THRESHOLDS
from exam_app.schemas.attempt_management import Points
from exam_app.schemas.base import ID, Incoming, Time, one_of, whole
from exam_app.schemas.paging import Pagination, Paging
from exam_app.schemas.pictures import QuestionImage

_NAME = validate.Length(min=1, max=200)


class QuestionIn(Incoming):
    type = fields.String(
        required=True, data_key="questionType", validate=validate.OneOf(question_types.names())
    )
    text = fields.String(required=True, data_key="questionText", validate=validate.Length(min=1, max=60_000))
    name = fields.String(validate=_NAME)
    points = fields.Decimal(
        places=2, load_default=1, validate=validate.Range(min=0, max=10_000, min_inclusive=False)
    )
    category = fields.String(allow_none=True, load_default=None, validate=validate.Length(max=200))
    difficulty = fields.String(allow_none=True, load_default=None, validate=validate.Length(max=50))
    tags = fields.List(
        fields.String(validate=validate.Length(min=1, max=100)),
        load_default=list,
        validate=validate.Length(max=50),
    )
    passage_id = whole(data_key="passageId", allow_none=True, load_default=None, validate=ID)
    course_id = whole(data_key="courseId", allow_none=True, load_default=None, validate=ID)
    definition = fields.Dict(
        required=True,
        metadata={
            "description": "Options or accepted answers, by the type",
            "examples": [
                {"options": [{"id": 1, "text": "4", "fraction": 1}, {"id": 2, "text": "5", "fraction": 0}]}
            ],
        },
    )


class Question(Schema):
    """Includes the answer key: for authors only."""

    questionId = fields.Integer()
    questionType = fields.String()
    name = fields.String()
    questionText = fields.String()
    points = fields.Float()
    category = fields.String(allow_none=True)
    difficulty = fields.String(allow_none=True)
    tags = fields.List(fields.String())
    images = fields.List(fields.Nested(QuestionImage))
    passageId = fields.Integer(allow_none=True)
    courseId = fields.Integer(allow_none=True)
    branchId = fields.Integer(allow_none=True)
    definition = fields.Dict()


class Questions(Schema):
    questions = fields.List(fields.Nested(Question))
    pagination = fields.Nested(Pagination)


class QuestionFilter(Paging):
    category = fields.String(validate=validate.Length(max=200))
    type = fields.String(data_key="questionType", validate=validate.OneOf(question_types.names()))


IntegrityIn = Incoming.from_dict(
    {
        **{name: fields.Boolean() for name in PAGE_RULES},
        **{
            name: whole(
                allow_none=True,
                validate=validate.Range(min=1, max=most),
                metadata={
                    "description": f"The rule raises an alert from this value; default {default}, null: never"
                },
            )
            for name, (default, most) in THRESHOLDS.items()
        },
    },
    name="IntegrityIn",
)
"""What a test asks of the exam page, and the thresholds of the integrity rules; all have defaults."""

Integrity = Schema.from_dict(
    {
        **{name: fields.Boolean() for name in PAGE_RULES},
        **{name: fields.Integer(allow_none=True) for name in THRESHOLDS},
    },
    name="Integrity",
)


class TestIn(Incoming):
    __test__ = False

    title = fields.String(required=True, validate=_NAME)
    course_id = whole(data_key="courseId", allow_none=True, validate=ID)
    description = fields.String(validate=validate.Length(max=5000))
    instructions = fields.String(validate=validate.Length(max=20_000))
    duration_minutes = whole(
        required=True, data_key="durationMinutes", validate=validate.Range(min=1, max=10_080)
    )
    max_attempts = whole(data_key="maxAttempts", validate=validate.Range(min=1, max=1000))
    pass_percentage = fields.Decimal(
        places=2, data_key="passPercentage", validate=validate.Range(min=0, max=100)
    )
    feedback = fields.Enum(Feedback, by_value=True)
    release = fields.Enum(
        Release,
        by_value=True,
        metadata={
            "description": "How results are released with feedback after_release: those of a session, "
            "and those of a self-paced test after availableUntil"
        },
    )
    markers = whole(
        validate=validate.OneOf([1, 2]), metadata={"description": "Number of markers of an essay"}
    )
    marking_tolerance = Points(
        data_key="markingTolerance",
        validate=validate.Range(min=0, max=10_000),
        metadata={"description": "Two marks that differ by at most so many points agree: their mean is used"},
    )
    is_self_paced = fields.Boolean(data_key="isSelfPaced")
    leaderboard = fields.Boolean(
        metadata={"description": "Whether students may choose to be listed with their first result"}
    )
    conflict_strategy = fields.Enum(ConflictStrategy, by_value=True, data_key="conflictStrategy")
    disconnect_policy = fields.Enum(DisconnectPolicy, by_value=True, data_key="disconnectPolicy")
    allow_back = fields.Boolean(data_key="allowBack")
    allow_review = fields.Boolean(data_key="allowReview")
    shuffle_questions = fields.Boolean(data_key="shuffleQuestions")
    shuffle_options = fields.Boolean(data_key="shuffleOptions")
    warning_minutes = fields.List(
        whole(validate=validate.Range(min=1, max=1440)),
        data_key="warningMinutes",
        validate=validate.Length(max=10),
    )
    integrity = fields.Nested(IntegrityIn)
    available_from = Time(data_key="availableFrom", allow_none=True)
    available_until = Time(data_key="availableUntil", allow_none=True)
    question_ids = fields.List(
        whole(validate=ID), data_key="questionIds", load_default=list, validate=validate.Length(max=1000)
    )


class Test(Schema):
    __test__ = False

    testId = fields.Integer()
    courseId = fields.Integer(allow_none=True)
    branchId = fields.Integer(allow_none=True)
    title = fields.String()
    description = fields.String()
    instructions = fields.String()
    durationMinutes = fields.Integer()
    maxAttempts = fields.Integer()
    passPercentage = fields.Float()
    feedback = one_of(Feedback)
    release = one_of(Release)
    markers = fields.Integer()
    markingTolerance = fields.Float()
    conflictStrategy = one_of(ConflictStrategy)
    disconnectPolicy = fields.String()
    isSelfPaced = fields.Boolean()
    leaderboard = fields.Boolean()
    isActive = fields.Boolean()
    allowBack = fields.Boolean()
    allowReview = fields.Boolean()
    shuffleQuestions = fields.Boolean()
    shuffleOptions = fields.Boolean()
    warningMinutes = fields.List(fields.Integer())
    integrity = fields.Nested(Integrity)
    availableFrom = fields.String(allow_none=True)
    availableUntil = fields.String(allow_none=True)
    isPublished = fields.Boolean()
    questionIds = fields.List(fields.Integer())


class Tests(Schema):
    __test__ = False

    tests = fields.List(fields.Nested(Test))


class ExportQuery(Incoming):
    format = fields.String(load_default="moodle_xml", validate=validate.OneOf(FORMATS))


class NotExported(Schema):
    """A question by its position in the test, and why it, or which part of it, is not in the file."""

    orderIndex = fields.Integer()
    name = fields.String()
    reason = fields.String()


class ExportedTest(Schema):
    format = fields.String(validate=validate.OneOf(FORMATS))
    content = fields.String(metadata={"description": "The file"})
    questionsWritten = fields.Integer()
    refused = fields.List(
        fields.Nested(NotExported), metadata={"description": "Questions that are not in the file"}
    )
    leftOut = fields.List(
        fields.Nested(NotExported), metadata={"description": "What is missing from the other questions"}
    )
