"""A populated organization: objects of every kind, by the names that the API uses for them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from exam_app.extensions import db
from exam_app.importers import Image
from exam_app.models import Answer, Outage
from exam_app.services.answers import saving
from exam_app.services.authoring import pictures
from exam_app.services.grading import bulk_grading
from exam_app.services.proctoring import alerts, help_requests, messages
from tests import factories
from tests.factories import RIGHT
from tests.helpers.answers import questions
from tests.helpers.pictures import png
from tests.helpers.times import NOW, minutes

NO_THING = {"changeId", "connectionId", "deviceId", "highlightId"}
"""Ids that clients choose."""


@dataclass
class Things:
    """`people` by role; `ids` by the name of an object, the most ordinary one first."""

    people: dict[str, Any]
    ids: dict[str, list[Any]]

    def id(self, name: str) -> Any:
        """The id for a parameter such as `attempt_id`, or for a field such as `attemptId`."""
        return self.all_ids(name)[0]

    def all_ids(self, name: str) -> list[Any]:
        found = self.ids.get(thing(name))
        if not found:
            pytest.fail(f"tests/helpers/things.py makes nothing for {name}: add {thing(name)!r} to its ids")
        return found


def is_id(name: str) -> bool:
    return name.endswith(("_id", "Id", "Ids")) and name not in NO_THING


def thing(name: str) -> str:
    """`attempt` for attempt_id, attemptId and attemptIds."""
    for ending in ("_ids", "_id", "Ids", "Id"):
        name = name.removesuffix(ending)
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def furnish(organization: Any, branch: Any = None) -> Things:
    """Create users of all roles, and for the first student one object of each kind, in several states.

    With a branch, all objects and users belong to this branch.
    """
    place = {"organization": organization, "branch_id": branch and branch.id}
    owned = {"organization_id": organization.id, "branch_id": branch and branch.id}
    admin = factories.UserFactory(admin=True, **place)
    teacher = factories.UserFactory(instructor=True, **place)
    proctor = factories.UserFactory(proctor=True, **place)
    student, other = factories.UserFactory.create_batch(2, **place)
    course = factories.CourseFactory(**owned)
    asked_about = {"author": teacher, "course_id": course.id}
    school_class = factories.SchoolClassFactory(teacher=teacher, students=[student, other])
    empty_class = factories.SchoolClassFactory(teacher=teacher)
    passage = factories.PassageFactory(**owned)
    test = factories.TestFactory(**asked_about, published=True)
    practice = factories.TestFactory(**asked_about, practice=True, published=True)
    fresh = factories.TestFactory(**asked_about, practice=True, published=True)
    draft = factories.TestFactory(**asked_about)
    branches = [branch or factories.BranchFactory(organization_id=organization.id)]

    sessions = [
        factories.ExamSessionFactory(
            school_class=school_class, test=test, proctors=[proctor], **{state: True}
        )
        for state in ("in_progress", "waiting", "completed", "released", "cancelled")
    ]
    running, _waiting, completed, released, _cancelled = sessions
    sessions.append(factories.ExamSessionFactory(school_class=school_class, test=test, proctors=[proctor]))
    attempts = [
        factories.AttemptFactory(student=student, session=running),
        factories.AttemptFactory(student=student, test=practice),
        factories.AttemptFactory(student=student, session=completed),
        factories.AttemptFactory(student=student, session=released),
        factories.AttemptFactory(student=student, test=test, cancelled=True),
        factories.AttemptFactory(student=other, session=running),
    ]
    for attempt in attempts[:4]:
        for kind, question_id in questions(attempt.test).items():
            changes = [factories.ChangeFactory(question_id=question_id, response=RIGHT[kind])]
            saving.save(factories.BatchFactory(attempt=attempt, changes=changes))
    for attempt in attempts[2:4]:
        closed = {"status": "submitted", "submission_method": "manual", "grading_needed": True}
        for name, value in {**closed, "submitted_at": NOW, "closed_at": NOW}.items():
            setattr(attempt, name, value)
    db.session.commit()
    bulk_grading.grade_closed(minutes(1))
    note = factories.NotificationFactory(user=student)
    outage = Outage(began_at=minutes(-90), ended_at=minutes(-80))
    db.session.add(outage)
    alerts.raise_alerts(attempts[0], {"fast_answers": {"count": 3, "seconds": 9}}, NOW)
    hand = help_requests.raise_hand(student, attempts[0].id, "", None, NOW)
    message = messages.send(running, teacher, None, "Good morning", NOW)

    picture = Image(png(organization.id % 256, branch.id % 256 if branch else 0, 0), "A picture of theirs")
    factories.QuestionFactory(**owned, images=pictures.store([picture]))

    asked = list(questions(test).values())
    answered = db.session.scalars(select(Answer.id).where(Answer.attempt_id == attempts[0].id))
    return Things(
        people={"admin": admin, "instructor": teacher, "proctor": proctor, "student": student},
        ids={
            "user": [student.id, other.id, proctor.id],
            "actor": [teacher.id, student.id],
            "student": [student.id, other.id],
            "proctor": [proctor.id],
            "teacher": [teacher.id],
            "class": [school_class.id, empty_class.id],
            "branch": [branch.id for branch in branches],
            "course": [course.id],
            "passage": [passage.id],
            "question": asked,
            "digest": [picture.digest],
            "regrade": [factories.RegradeFactory(test=test).id],
            "test": [fresh.id, test.id, practice.id, draft.id],
            "session": [session.id for session in sessions],
            "attempt": [attempt.id for attempt in attempts],
            "answer": list(answered),
            "notification": [note.id],
            "outage": [outage.id],
            "message": [message["messageId"]],
            "request": [hand["requestId"]],
            "alert": [alert["alertId"] for alert in alerts.alerts_of_session(running.id)],
            "option": [1, 2, 3],
            "selected_option": [1, 2, 3],
        },
    )


def nothing_like(value: Any) -> Any:
    """An id of the same type that does not exist."""
    return uuid.UUID(int=4 << 76 | 8 << 60) if isinstance(value, uuid.UUID) else 2**31 - 1
