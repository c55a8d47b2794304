"""Attempts as students see them. No schema here has a field that could hold an answer key."""

from __future__ import annotations

from marshmallow import Schema, fields, validate, validates_schema
from marshmallow.exceptions import ValidationError

from exam_app.models import ConflictStrategy, Feedback
from exam_app.rules.attempt_states import AttemptStatus, SubmissionMethod
from exam_app.schemas import proctoring
from exam_app.schemas.answers import Answer, AnswerConflict, Progress
from exam_app.schemas.base import ID, Incoming, moment, one_of, whole
from exam_app.schemas.integrity import Highlight, PageRules
from exam_app.schemas.student_questions import StudentQuestion


class StartIn(Incoming):
    """Either a self-paced test or a session."""

    document = {"oneOf": [{"required": ["testId"]}, {"required": ["sessionId"]}]}

    test_id = whole(data_key="testId", validate=ID)
    session_id = fields.UUID(data_key="sessionId")

    @validates_schema
    def one_of_both(self, data: dict[str, object], **_: object) -> None:
        if len(data) != 1:
            raise ValidationError("Send either testId or sessionId.", "testId")


class NavigateIn(Incoming):
    target_question_index = whole(
        required=True, data_key="targetQuestionIndex", validate=validate.Range(min=0, max=100_000)
    )
    save_current_answer = fields.Boolean(data_key="saveCurrentAnswer", load_default=False)


class ProgressIn(Incoming):
    """The progress of a client: the server uses the position and computes the rest itself."""

    current_question_index = whole(
        required=True, data_key="currentQuestionIndex", validate=validate.Range(min=0, max=100_000)
    )
    progress_percentage = fields.Float(
        data_key="progressPercentage", load_default=None, validate=validate.Range(min=0, max=100)
    )
    answered_questions = fields.List(
        whole(validate=ID),
        data_key="answeredQuestions",
        load_default=None,
        validate=validate.Length(max=1000),
    )


class ResumeIn(Incoming):
    reason = fields.String(
        load_default="", validate=validate.Length(max=500), metadata={"description": "Required from staff"}
    )


class Health(Schema):
    attemptId = fields.UUID()
    status = one_of(AttemptStatus)
    isActive = fields.Boolean()
    canResume = fields.Boolean()
    timeRemaining = fields.Integer(metadata={"description": "Seconds"})
    expiresAt = moment()
    version = fields.Integer()
    lastSavedAt = moment(allow_none=True)
    serverTime = moment()


class Visit(Schema):
    questionIndex = fields.Integer()
    at = moment()


class NavigationHistory(Schema):
    history = fields.List(fields.Nested(Visit))


class HeartbeatIn(Incoming):
    """`connectionId` is chosen by the client; concurrent connections need different ids."""

    connection = fields.String(
        data_key="connectionId",
        load_default="",
        validate=[validate.Length(max=64), validate.Regexp(r"^[A-Za-z0-9_-]*(?!\n)$")],
    )
    seq = whole(load_default=0, validate=validate.Range(min=0, max=2**53))
    visible = fields.Boolean(load_default=True)
    focused = fields.Boolean(load_default=True)
    pending = whole(load_default=0, validate=validate.Range(min=0, max=100_000))


class HeartbeatReply(Schema):
    serverTime = moment()
    status = one_of(AttemptStatus, allow_none=True)
    expiresAt = moment(allow_none=True)
    version = fields.Integer(allow_none=True)


class Passage(Schema):
    passageId = fields.Integer()
    title = fields.String()
    text = fields.String()


class AttemptHead(Schema):
    attemptId = fields.UUID()
    testId = fields.Integer()
    sessionId = fields.UUID(allow_none=True)
    userId = fields.UUID()
    attemptNumber = fields.Integer()
    status = one_of(AttemptStatus)
    version = fields.Integer()
    startTime = moment()
    expiresAt = moment()
    timeLimit = fields.Float(metadata={"description": "Minutes from start to deadline, without pauses"})
    timeRemaining = fields.Integer(metadata={"description": "Seconds"})
    timeSpent = fields.Integer(metadata={"description": "Seconds"})
    serverTime = moment()
    currentQuestionIndex = fields.Integer()
    submittedAt = moment(allow_none=True)
    submissionMethod = one_of(SubmissionMethod, allow_none=True)
    receipt = fields.String(allow_none=True)
    isCompleted = fields.Boolean()
    isGraded = fields.Boolean()


class AttemptSettings(Schema):
    allowBack = fields.Boolean()
    allowReview = fields.Boolean()
    feedback = one_of(Feedback)
    conflictStrategy = one_of(ConflictStrategy)
    warningMinutes = fields.List(fields.Float())


class Extension(Schema):
    secondsAdded = fields.Integer()
    reason = fields.String()


class BegunAnew(Schema):
    """The attempt that replaced this one after a reset, with the reason."""

    newAttemptId = fields.UUID()
    reason = fields.String()
    answersKept = fields.Boolean()


class AttemptState(AttemptHead):
    """The complete state that a client needs to continue the attempt."""

    title = fields.String()
    instructions = fields.String()
    graceSeconds = fields.Float()
    bundleKey = fields.String(
        allow_none=True, metadata={"description": "See docs/answer-bundle.md; null except for the student"}
    )
    pauseReason = fields.String(allow_none=True)
    timesReopened = fields.Integer()
    begunAnew = fields.Nested(BegunAnew, allow_none=True)
    latestExtension = fields.Nested(Extension, allow_none=True)
    settings = fields.Nested(AttemptSettings)
    integrity = fields.Nested(PageRules)
    conflicts = fields.List(fields.Nested(AnswerConflict))
    highlights = fields.List(fields.Nested(Highlight))
    passages = fields.List(fields.Nested(Passage))
    questions = fields.List(fields.Nested(StudentQuestion))
    answers = fields.List(fields.Nested(Answer))
    progress = fields.Nested(Progress)
    messages = fields.List(fields.Nested(proctoring.ReceivedMessage))
    handRaised = fields.Nested(proctoring.RaisedHand, allow_none=True)


class ResumedAttempt(AttemptState):
    canResume = fields.Boolean()


class TestHead(Schema):
    __test__ = False

    testId = fields.Integer()
    title = fields.String()
    description = fields.String()
    maxAttempts = fields.Integer()
    durationMinutes = fields.Integer()
    questionCount = fields.Integer()
    totalPoints = fields.Float()
    allowReview = fields.Boolean()


class SessionRules(Schema):
    canNavigateBack = fields.Boolean()
    showResults = fields.Boolean()
    randomizeQuestions = fields.Boolean()
    allowReview = fields.Boolean()


class StartedAttempt(AttemptHead):
    """The reply to a start, with legacy fields."""

    test = fields.Nested(TestHead)
    progress = fields.Nested(Progress)
    session = fields.Nested(SessionRules)


class AttemptWithProgress(AttemptHead):
    currentProgress = fields.Nested(Progress)


class AttemptDetails(Schema):
    """An attempt with its questions and answers."""

    attempt = fields.Nested(AttemptWithProgress)
    test = fields.Nested(TestHead)
    questions = fields.List(fields.Nested(StudentQuestion))
    answers = fields.List(fields.Nested(Answer))


class Navigation(Schema):
    currentIndex = fields.Integer()
    totalQuestions = fields.Integer()
    canProceed = fields.Boolean()
    canGoBack = fields.Boolean()
    canGoForward = fields.Boolean()
    nextQuestionId = fields.Integer(allow_none=True)
    previousQuestionId = fields.Integer(allow_none=True)


class AnsweredOne(Schema):
    """The reply to a single answer, with legacy fields."""

    answer = fields.Nested(Answer)
    progress = fields.Nested(Progress)
    navigation = fields.Nested(Navigation)
    conflicts = fields.List(fields.Nested(AnswerConflict))
    version = fields.Integer()
    serverTime = moment()
    expiresAt = moment()


class CurrentQuestion(StudentQuestion):
    timeLimit = fields.Integer(allow_none=True)
    previousAnswer = fields.Nested(Answer, allow_none=True)


class Navigated(Schema):
    currentQuestion = fields.Nested(CurrentQuestion)
    navigation = fields.Nested(Navigation)
    progress = fields.Nested(Progress)


class AttemptProgress(Progress):
    attemptId = fields.UUID()
    timeElapsed = fields.Integer()
    timeRemaining = fields.Integer()
    averageTimePerQuestion = fields.Integer()


class QuestionStatus(Schema):
    questionId = fields.Integer()
    orderIndex = fields.Integer()
    isAnswered = fields.Boolean()
    isCorrect = fields.Boolean(allow_none=True)
    points = fields.Float(allow_none=True)
    timeSpent = fields.Integer()


class ProgressSession(Schema):
    status = one_of(AttemptStatus)
    canSubmit = fields.Boolean()
    warningTimeRemaining = fields.Boolean()
    autoSubmitIn = fields.Integer(allow_none=True)


class ProgressReply(Schema):
    progress = fields.Nested(AttemptProgress)
    questionStatus = fields.List(fields.Nested(QuestionStatus))
    session = fields.Nested(ProgressSession)


class Reason(Schema):
    code = fields.String()
    message = fields.String()


class Eligibility(Schema):
    eligible = fields.Boolean()
    reasons = fields.List(fields.Nested(Reason))
    openAttemptId = fields.UUID(allow_none=True)
