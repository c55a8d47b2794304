"""Classes and their rosters, from CSV as spreadsheet programs save it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.errors import Conflict, InvalidInput, NotFound
from exam_app.extensions import db
from exam_app.models import Enrolment, User
from exam_app.rules.permissions import Role
from exam_app.services.organizations import accounts, classes, rosters, scope
from tests.factories import ExamSessionFactory, SchoolClassFactory, UserFactory
from tests.helpers.times import NOW

HEADER = "email,first_name,last_name\n"
PASSWORD = "first password"


def read(school_class: Any, text: str) -> dict[str, Any]:
    return rosters.import_roster(school_class, text, PASSWORD)


def enrolled(school_class: Any) -> list[str]:
    return [student["email"] for student in classes.students_of(school_class)]


@pytest.fixture
def chemistry(cast: SimpleNamespace) -> Any:
    return SchoolClassFactory(teacher=cast.ines, name="Chemistry")


def test_known_and_new_students_are_enrolled(chemistry: Any, cast: SimpleNamespace) -> None:
    text = f"{HEADER}{cast.carl.email.upper()},Carl,Carter\nnew@school.example,Ännchen,“Tharau”\n"
    assert read(chemistry, text) == {"created": 1, "enrolled": 2, "unchanged": 0}
    assert enrolled(chemistry) == [cast.carl.email, "new@school.example"]
    new = accounts.authenticate("new@school.example", PASSWORD)
    assert (new.role, new.full_name, new.organization_id) == (
        Role.STUDENT,
        "Ännchen “Tharau”",
        cast.school.id,
    )


def test_the_same_file_twice_changes_nothing(chemistry: Any, cast: SimpleNamespace) -> None:
    text = HEADER + "a@school.example,A,B\n"
    read(chemistry, text)
    assert read(chemistry, text) == {"created": 0, "enrolled": 0, "unchanged": 1}


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + HEADER + "a@s.example,A,B",
        "Email, First_Name ,LAST_NAME\r\na@s.example,A,B\r\n",
        HEADER + '"a@s.example","A","B, of Elsewhere"\n\n',
        HEADER + "a@s.example,,B\n",
        HEADER.replace("\n", "\r") + "a@s.example,A,B\r",
    ],
)
def test_rosters_from_spreadsheets_are_read(chemistry: Any, text: str) -> None:
    assert read(chemistry, text)["enrolled"] == 1


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("not an address,A,B", "address"),
        ("a@s.example,A", "three fields"),
        ("a@s.example,A,B,C", "three fields"),
        (",A,B", "three fields"),
        ("{ines},Ines,Ibarra", "not a student"),
        ("{otto},Otto,Ott", ""),
    ],
)
def test_one_invalid_line_imports_nothing(
    chemistry: Any, cast: SimpleNamespace, line: str, reason: str
) -> None:
    line = line.format(ines=cast.ines.email, otto=cast.otto.email)
    before = db.session.query(User).count()
    with pytest.raises(InvalidInput) as refusal:
        read(chemistry, f"{HEADER}fine@s.example,A,B\n{line}\n")
    (message,) = refusal.value.details["lines"]
    assert message.startswith("line 3: ") and reason in message
    assert db.session.query(User).count() == before
    assert enrolled(chemistry) == []


def test_an_e_mail_address_of_another_organization_is_refused_without_disclosing_it(
    chemistry: Any, cast: SimpleNamespace
) -> None:
    """As over the API, where an instructor's reads are limited to their organization."""
    email = cast.otto.email
    scope.limit_to(cast.school.id, None)
    with pytest.raises(InvalidInput):
        read(chemistry, f"{HEADER}{email},Otto,Ott\n")
    assert enrolled(chemistry) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name,mail\nA,a@s.example\n",
        "a@s.example,A,B\n",
        HEADER + '"' + "x" * 200_000,
    ],
)
def test_an_invalid_roster_is_refused(chemistry: Any, text: str) -> None:
    with pytest.raises(InvalidInput):
        read(chemistry, text)


def test_enrolling_one_student(chemistry: Any, cast: SimpleNamespace) -> None:
    classes.enrol(chemistry, cast.carl.id)
    with pytest.raises(Conflict):
        classes.enrol(chemistry, cast.carl.id)
    with pytest.raises(NotFound):
        classes.enrol(chemistry, cast.priya.id)
    classes.remove(chemistry, cast.carl.id)
    with pytest.raises(NotFound):
        classes.remove(chemistry, cast.carl.id)
    assert db.session.query(Enrolment).filter_by(class_id=chemistry.id).count() == 0


@pytest.mark.parametrize("state", [None, "waiting", "in_progress"])
def test_a_class_with_a_session_ahead_is_not_archived(
    cast: SimpleNamespace, exam: Any, state: str | None
) -> None:
    ExamSessionFactory(school_class=cast.biology, test=exam, **({state: True} if state else {}))
    with pytest.raises(Conflict, match="Midterm"):
        classes.archive_class(cast.biology, NOW)
    assert cast.biology.archived_at is None


def test_nobody_is_added_to_an_archived_class(chemistry: Any, cast: SimpleNamespace) -> None:
    classes.archive_class(chemistry, NOW)
    for way in (
        lambda: classes.enrol(chemistry, cast.carl.id),
        lambda: rosters.enrol_by_email(chemistry, [cast.carl.email]),
        lambda: read(chemistry, f"{HEADER}{cast.carl.email},Carl,Carter\n"),
    ):
        with pytest.raises(Conflict, match="archived"):
            way()
    assert enrolled(chemistry) == []


def test_many_e_mail_addresses_are_enrolled_with_a_report(chemistry: Any, cast: SimpleNamespace) -> None:
    classes.enrol(chemistry, cast.cora.id)
    unknown = "nobody@school.example"
    emails = [
        f" {cast.carl.email.upper()}",
        cast.cora.email,
        "",
        unknown,
        cast.priya.email,
    ]
    expected = {
        "enrolled": [cast.carl.email],
        "already": [cast.cora.email],
        "unknown": [unknown, cast.otto.email],
        "notStudents": [cast.priya.email],
        "otherBranch": [],
    }
    assert rosters.enrol_by_email(chemistry, [*emails, cast.otto.email, cast.carl.email]) == expected
    assert enrolled(chemistry) == [cast.carl.email, cast.cora.email]
    assert rosters.enrol_by_email(chemistry, []) == {name: [] for name in expected}


def test_nobody_is_removed_in_the_middle_of_an_exam(
    running: Any, attempt: Any, cast: SimpleNamespace
) -> None:
    with pytest.raises(Conflict):
        classes.remove(cast.biology, cast.carl.id)
    classes.remove(cast.biology, cast.cora.id)
    assert enrolled(cast.biology) == [cast.carl.email]
    attempt.status = "submitted"
    classes.remove(cast.biology, cast.carl.id)
    assert enrolled(cast.biology) == []


def test_administrators_say_who_teaches_a_class(cast: SimpleNamespace) -> None:
    history = classes.create_class(cast.ada, "History", teacher_id=cast.ines.id)
    assert history.teacher_id == cast.ines.id
    assert [c["name"] for c in classes.classes_of(cast.ada, cast.ines.id)] == ["Biology", "History"]
    assert [c["teacherName"] for c in classes.classes_of(cast.ada)] == ["Ines Ibarra"] * 2
    classes.change_class(cast.ada, history, "History", "", cast.ada.id)
    assert classes.classes_of(cast.ines, cast.ada.id) == []
    for actor, teacher in ((cast.ines, cast.ada), (cast.ada, cast.priya), (cast.ada, cast.otto)):
        with pytest.raises(InvalidInput):
            classes.create_class(actor, "Latin", teacher_id=teacher.id)


def test_archiving_twice_keeps_the_first_time(chemistry: Any, cast: SimpleNamespace) -> None:
    ExamSessionFactory(completed=True, school_class=chemistry)
    classes.archive_class(chemistry, NOW)
    classes.archive_class(chemistry, NOW.replace(hour=20))
    assert chemistry.archived_at == NOW


def test_instructors_see_their_own_classes(chemistry: Any, cast: SimpleNamespace) -> None:
    colleague = UserFactory(instructor=True, organization=cast.school)
    assert [c["name"] for c in classes.classes_of(cast.ines)] == ["Biology", "Chemistry"]
    assert [c["studentCount"] for c in classes.classes_of(cast.ines)] == [2, 0]
    assert classes.classes_of(colleague) == []
    with pytest.raises(NotFound):
        classes.class_for(colleague, chemistry.id)
    assert classes.class_for(cast.ada, chemistry.id) is chemistry
