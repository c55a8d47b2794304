"""Rows of all kinds, each valid by itself; traits name the states that tests need."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import factory
from factory.alchemy import SQLAlchemyModelFactory

from exam_app import models
from exam_app.extensions import db
from exam_app.rules.answers import Change
from exam_app.rules.attempt_states import AttemptStatus, SessionStatus, SubmissionMethod
from exam_app.rules.permissions import Role
from exam_app.services.answers.judging import Batch
from exam_app.services.authoring import papers
from exam_app.services.organizations.passwords import hash_password
from tests.helpers.times import NOW, later, minutes

PASSWORD = "correct horse battery"
PASSWORD_HASH = hash_password(PASSWORD)


_one_commit: list[bool] = []


@contextmanager
def one_commit() -> Iterator[None]:
    """Everything that is created inside is committed at the end in one transaction, which is faster."""
    _one_commit.append(True)
    try:
        yield
    finally:
        _one_commit.pop()
    if not _one_commit:
        db.session.commit()


class BaseFactory(SQLAlchemyModelFactory):
    """Rows are committed, so that a rollback of the service under test does not remove them."""

    class Meta:
        abstract = True
        sqlalchemy_session = db.session

    @classmethod
    def _save(cls, model_class: Any, session: Any, args: Any, kwargs: Any) -> Any:
        row = super()._save(model_class, session, args, kwargs)
        session.flush() if _one_commit else session.commit()
        return row


class OrganizationFactory(BaseFactory):
    class Meta:
        model = models.Organization

    name = factory.Sequence(lambda n: f"School {n}")
    slug = factory.Sequence(lambda n: f"school-{n}")


class BranchFactory(BaseFactory):
    class Meta:
        model = models.Branch

    name = factory.Sequence(lambda n: f"Branch {n}")


class CourseFactory(BaseFactory):
    class Meta:
        model = models.Course

    title = factory.Sequence(lambda n: f"Course {n}")


class UserFactory(BaseFactory):
    """A student, unless a trait gives another role."""

    class Meta:
        model = models.User
        exclude = ("organization",)

    class Params:
        admin = factory.Trait(role=Role.ADMIN)
        instructor = factory.Trait(role=Role.INSTRUCTOR)
        proctor = factory.Trait(role=Role.PROCTOR)
        closed = factory.Trait(is_active=False)

    organization = factory.SubFactory(OrganizationFactory)
    organization_id = factory.LazyAttribute(lambda user: user.organization.id)
    first_name = factory.Faker("first_name")
    last_name = factory.Faker("last_name")
    email = factory.Sequence(lambda n: f"person{n}@school.example")
    password_hash = PASSWORD_HASH
    role = Role.STUDENT


class AccommodationFactory(BaseFactory):
    class Meta:
        model = models.Accommodation
        exclude = ("student",)

    student = factory.SubFactory(UserFactory)
    student_id = factory.LazyAttribute(lambda row: row.student.id)
    time_multiplier = Decimal("1.5")
    extra_minutes = 0


class SessionAccommodationFactory(BaseFactory):
    class Meta:
        model = models.SessionAccommodation
        exclude = ("session", "student")

    session_id = factory.LazyAttribute(lambda row: row.session.id)
    student_id = factory.LazyAttribute(lambda row: row.student.id)
    time_multiplier = Decimal("1.5")
    extra_minutes = 0


class SchoolClassFactory(BaseFactory):
    """A class; `students=[...]` are enrolled."""

    class Meta:
        model = models.SchoolClass

    teacher = factory.SubFactory(UserFactory, instructor=True)
    organization_id = factory.LazyAttribute(lambda row: row.teacher.organization_id)
    branch_id = factory.LazyAttribute(lambda row: row.teacher.branch_id)
    name = factory.Sequence(lambda n: f"Class {n}")

    @factory.post_generation
    def students(row: Any, create: bool, students: Iterable[Any] | None, **_: Any) -> None:
        for student in students or ():
            EnrolmentFactory(class_id=row.id, student_id=student.id)


class EnrolmentFactory(BaseFactory):
    class Meta:
        model = models.Enrolment


# The types of a test by default. `EVERY_...` below has one of each existing type.
DEFINITIONS: dict[str, dict[str, Any]] = {
    "multiple_choice": {
        "options": [
            {"id": 1, "text": "Mitochondrion", "fraction": 1.0},
            {"id": 2, "text": "Ribosome", "fraction": 0.0},
            {"id": 3, "text": "Vacuole", "fraction": 0.5},
        ]
    },
    "multiple_response": {
        "options": [
            {"id": 1, "text": "Oak", "fraction": 0.5},
            {"id": 2, "text": "Granite", "fraction": -0.5},
            {"id": 3, "text": "Fern", "fraction": 0.5},
        ]
    },
    "true_false": {"correct": True},
    "short_answer": {"accepted": [{"text": "photosynthesis", "fraction": 1.0}]},
    "numerical": {"accepted": [{"value": "46", "tolerance": "0", "fraction": 1.0}]},
}
RIGHT: dict[str, dict[str, Any]] = {
    "multiple_choice": {"selectedOptionIds": [1]},
    "multiple_response": {"selectedOptionIds": [1, 3]},
    "true_false": {"selectedOptionIds": [1]},
    "short_answer": {"text": "photosynthesis"},
    "numerical": {"number": "46"},
}
WRONG: dict[str, dict[str, Any]] = {
    "multiple_choice": {"selectedOptionIds": [2]},
    "multiple_response": {"selectedOptionIds": [2]},
    "true_false": {"selectedOptionIds": [2]},
    "short_answer": {"text": "respiration"},
    "numerical": {"number": "45"},
}
EVERY_DEFINITION: dict[str, dict[str, Any]] = {
    **DEFINITIONS,
    "matching": {
        "stems": [
            {"text": "Root", "choice": "takes in water"},
            {"text": "Leaf", "choice": "catches light"},
        ],
        "choices": [{"text": "digests food"}],
    },
    "ordering": {"items": [{"text": "Seed"}, {"text": "Bud"}, {"text": "Fruit"}], "scoring": "position"},
    "cloze": {
        "gaps": [
            {"id": 1, "type": "short_answer", "definition": {"accepted": [{"text": "stomata"}]}},
            {
                "id": 2,
                "type": "multiple_choice",
                "definition": {
                    "options": [
                        {"id": 1, "text": "oxygen", "fraction": 0.0},
                        {"id": 2, "text": "carbon dioxide", "fraction": 1.0},
                    ]
                },
            },
            {
                "id": 3,
                "type": "numerical",
                "definition": {
                    "accepted": [{"value": "0.041"}],
                    "units": [{"text": "%", "multiplier": "1"}, {"text": "ppm", "multiplier": "10000"}],
                },
            },
        ]
    },
    "essay": {
        "minWords": 3,
        "maxWords": 200,
        "lines": 12,
        "graderNotes": "Names the thylakoid.",
        "rubric": [{"text": "Reasons", "points": "3"}, {"text": "Language", "points": "1"}],
    },
}
EVERY_RIGHT: dict[str, dict[str, Any]] = {
    **RIGHT,
    "matching": {"pairs": [{"stemId": 1, "choiceId": 1}, {"stemId": 2, "choiceId": 3}]},
    "ordering": {"order": [3, 1, 2]},
    "cloze": {
        "gaps": [
            {"gapId": 1, "response": {"text": "stomata"}},
            {"gapId": 2, "response": {"selectedOptionIds": [2]}},
            {"gapId": 3, "response": {"number": "410", "unit": "ppm"}},
        ]
    },
    "essay": {"text": "Light is caught."},
}
EVERY_WRONG: dict[str, dict[str, Any]] = {
    **WRONG,
    "matching": {"pairs": [{"stemId": 1, "choiceId": 2}, {"stemId": 2, "choiceId": 1}]},
    "ordering": {"order": [1, 2, 3]},
    "cloze": {"gaps": [{"gapId": 3, "response": {"number": "410", "unit": "%"}}]},
    "essay": {"text": " "},
}
SECRET_WORDS = (
    *("photosynthesis", '"46"', "fraction", "accepted", '"correct"', "tolerance", "caseSensitive"),
    *('"choice"', "scoring", '"order": [3, 1, 2]', "stomata", "0.041", "multiplier", "weight"),
    *("rubric", "graderNotes", "thylakoid"),
)
"""What must not be disclosed to a student before the release: texts of keys, and names of their fields."""


TEXTS = {"cloze": "Question number {}: through its [[1]] a leaf takes in [[2]], [[3]] of the air."}
"""The text of a question whose type requires a certain form of text."""


class PassageFactory(BaseFactory):
    class Meta:
        model = models.Passage

    title = "Cells"
    text = "A cell is the smallest unit of life."


class QuestionFactory(BaseFactory):
    """A question of `type`, with the definition and the correct answer listed above."""

    class Meta:
        model = models.Question

    type = "multiple_choice"
    name = factory.LazyAttribute(lambda q: f"A {q.type}")
    text = factory.LazyAttributeSequence(lambda q, n: TEXTS.get(q.type, "Question number {}?").format(n))
    points = Decimal(4)
    definition = factory.LazyAttribute(lambda q: EVERY_DEFINITION[q.type])


class TestFactory(BaseFactory):
    """A draft of `author`, with `types` or `questions`; `published=True` makes its paper."""

    __test__ = False

    class Meta:
        model = models.Test
        exclude = ("author",)

    class Params:
        practice = factory.Trait(is_self_paced=True, max_attempts=3, feedback=models.Feedback.IMMEDIATE)

    author = factory.SubFactory(UserFactory, instructor=True)
    organization_id = factory.LazyAttribute(lambda test: test.author.organization_id)
    created_by = factory.LazyAttribute(lambda test: test.author.id)
    title = "Cells and tissues"
    duration_minutes = 30

    @factory.post_generation
    def questions(test: Any, create: bool, questions: Iterable[Any] | None, **extra: Any) -> None:
        types = extra.get("types", tuple(DEFINITIONS))
        if questions is None:
            questions = [
                QuestionFactory(type=kind, organization_id=test.organization_id, course_id=test.course_id)
                for kind in types
            ]
        for position, question in enumerate(questions, start=1):
            TestQuestionFactory(test_id=test.id, question_id=question.id, position=position)

    @factory.post_generation
    def published(test: Any, create: bool, wanted: bool | None, **_: Any) -> None:
        if wanted:
            papers.publish(test, test.created_by)


class TestQuestionFactory(BaseFactory):
    __test__ = False

    class Meta:
        model = models.TestQuestion


class ExamSessionFactory(BaseFactory):
    """A scheduled session of a published `test` for `school_class`; `proctors=[...]` supervise it."""

    class Meta:
        model = models.ExamSession

    class Params:
        waiting = factory.Trait(status=SessionStatus.WAITING)
        in_progress = factory.Trait(status=SessionStatus.IN_PROGRESS, started_at=NOW, ends_at=minutes(30))
        completed = factory.Trait(
            status=SessionStatus.COMPLETED, started_at=NOW, ends_at=minutes(30), completed_at=minutes(30)
        )
        cancelled = factory.Trait(status=SessionStatus.CANCELLED, completed_at=NOW)
        released = factory.Trait(completed=True, results_released_at=minutes(40))

    school_class = factory.SubFactory(SchoolClassFactory)
    test = factory.SubFactory(
        TestFactory, published=True, author=factory.SelfAttribute("..school_class.teacher")
    )
    organization_id = factory.LazyAttribute(lambda row: row.school_class.organization_id)
    paper_id = factory.LazyAttribute(lambda row: row.test.current_paper_id)
    created_by = factory.LazyAttribute(lambda row: row.school_class.teacher_id)
    title = "Midterm"
    scheduled_at = NOW

    @factory.post_generation
    def proctors(row: Any, create: bool, proctors: Iterable[Any] | None, **_: Any) -> None:
        for proctor in proctors or ():
            SessionProctorFactory(session_id=row.id, user_id=proctor.id)


class SessionProctorFactory(BaseFactory):
    class Meta:
        model = models.SessionProctor


class AttemptFactory(BaseFactory):
    """`student`'s attempt in `session`, or self-paced with `test`, started at `NOW`.

    In progress for 30 minutes unless a trait says otherwise; closed ones are not graded yet.
    """

    class Meta:
        model = models.Attempt

    class Params:
        paused = factory.Trait(status=AttemptStatus.PAUSED, paused_at=minutes(5))
        submitted = factory.Trait(
            status=AttemptStatus.SUBMITTED,
            submission_method=SubmissionMethod.MANUAL,
            submitted_at=minutes(10),
            closed_at=minutes(10),
            grading_needed=True,
        )
        expired = factory.Trait(
            status=AttemptStatus.EXPIRED,
            submission_method=SubmissionMethod.AUTOMATIC,
            submitted_at=minutes(30),
            closed_at=later(1802),
            grading_needed=True,
        )
        cancelled = factory.Trait(status=AttemptStatus.CANCELLED, closed_at=minutes(5))

    student = factory.SubFactory(UserFactory)
    session = None
    test = factory.LazyAttribute(lambda row: row.session.test)
    organization_id = factory.LazyAttribute(lambda row: row.student.organization_id)
    paper_id = factory.LazyAttribute(
        lambda row: row.session.paper_id if row.session else row.test.current_paper_id
    )
    number = 1
    seed = 7
    status = AttemptStatus.IN_PROGRESS
    started_at = NOW
    deadline_at = factory.LazyAttribute(lambda row: row.started_at + timedelta(minutes=30))


class RegradeFactory(BaseFactory):
    """A finished regrade of `test`."""

    class Meta:
        model = models.Regrade

    organization_id = factory.LazyAttribute(lambda row: row.test.organization_id)
    started_by = factory.LazyAttribute(lambda row: row.test.created_by)
    reason = "A typing error"
    total = done = 1
    moved_at = finished_at = NOW


class NotificationFactory(BaseFactory):
    class Meta:
        model = models.Notification
        exclude = ("user",)

    user = factory.SubFactory(UserFactory)
    user_id = factory.LazyAttribute(lambda row: row.user.id)
    key = factory.Sequence(lambda n: f"news:{n}")
    kind = "news"
    title = "News"
    body = "Something happened."
    created_at = NOW


# --- arguments of services ----------------------------------------------------------------------


class ChangeFactory(factory.Factory):
    class Meta:
        model = Change

    change_id = factory.LazyFunction(uuid.uuid4)
    question_id = 0
    response = factory.LazyFunction(lambda: {"selectedOptionIds": [1]})


class BatchFactory(factory.Factory):
    """A batch from the student of `attempt`, arriving at `NOW`."""

    class Meta:
        model = Batch

    class Params:
        attempt = None

    attempt_id = factory.LazyAttribute(lambda batch: batch.attempt.id)
    student_id = factory.LazyAttribute(lambda batch: batch.attempt.student_id)
    changes = ()
    arrived_at = NOW
