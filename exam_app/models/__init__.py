"""Tables, constraints and relationships. Models never commit, emit or enqueue."""

from exam_app.models.activity import Activity
from exam_app.models.answer import Answer, AnswerChange, AnswerMark, ChangeOutcome, LateVerdict
from exam_app.models.attempt import (
    RELEASED_AT,
    AdjustmentKind,
    Attempt,
    QuestionVisit,
    Reopening,
    Result,
    TimeAdjustment,
)
from exam_app.models.base import Base
from exam_app.models.exam_session import ExamSession, Participant, SessionProctor
from exam_app.models.notification import (
    Notification,
    NotificationPreference,
    NotificationTemplate,
    OutboxMail,
)
from exam_app.models.organization import Branch, Course, Organization
from exam_app.models.outage import Outage, OutageCredit, ServiceLife
from exam_app.models.proctoring import (
    AlertState,
    HelpKind,
    HelpRequest,
    Highlight,
    IntegrityAlert,
    Message,
    MessageRecipient,
)
from exam_app.models.question import Passage, Question
from exam_app.models.regrade import Regrade
from exam_app.models.school_class import Enrolment, SchoolClass
from exam_app.models.test import (
    ConflictStrategy,
    DisconnectPolicy,
    Feedback,
    LeaderboardEntry,
    Paper,
    Release,
    Test,
    TestQuestion,
)
from exam_app.models.user import Accommodation, RevokedToken, SessionAccommodation, User

__all__ = [
    "RELEASED_AT",
    "Accommodation",
    "Activity",
    "AdjustmentKind",
    "AlertState",
    "Answer",
    "AnswerChange",
    "AnswerMark",
    "Attempt",
    "Base",
    "Branch",
    "ChangeOutcome",
    "ConflictStrategy",
    "Course",
    "DisconnectPolicy",
    "Enrolment",
    "ExamSession",
    "Feedback",
    "HelpKind",
    "HelpRequest",
    "Highlight",
    "IntegrityAlert",
    "LateVerdict",
    "LeaderboardEntry",
    "Message",
    "MessageRecipient",
    "Notification",
    "NotificationPreference",
    "NotificationTemplate",
    "Organization",
    "Outage",
    "OutageCredit",
    "OutboxMail",
    "Paper",
    "Participant",
    "Passage",
    "Question",
    "QuestionVisit",
    "Regrade",
    "Release",
    "Reopening",
    "Result",
    "RevokedToken",
    "SchoolClass",
    "ServiceLife",
    "SessionAccommodation",
    "SessionProctor",
    "Test",
    "TestQuestion",
    "TimeAdjustment",
    "User",
]
