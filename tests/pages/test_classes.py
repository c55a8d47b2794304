"""The pages of classes, used without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.extensions import db
from exam_app.models import Accommodation, Enrolment, SchoolClass
from exam_app.services.organizations import classes
from tests.factories import BranchFactory, ExamSessionFactory, SchoolClassFactory, UserFactory
from tests.helpers.pages import PageClient
from tests.helpers.times import minutes

Browse = Callable[[Any], PageClient]


@pytest.fixture
def browse(app: Flask, database: None) -> Browse:
    return lambda user: PageClient(app, user)


def names(school_class: Any) -> list[str]:
    return [student.first_name for student in classes.enrolled(school_class)]


def test_life_cycle_of_a_class(browse: Browse, cast: SimpleNamespace) -> None:
    page = browse(cast.ines)
    assert "Biology" in page.get("/classes").words
    shown = page.post("/classes/new", name=" Chemistry ", description="Tuesdays")
    assert "Chemistry was created. Now add its students." in shown.words
    assert "This class has no students yet." in shown.words
    path = shown.path
    shown = page.post(f"{path}/edit", name="Chemistry 2", description="")
    assert (shown.path, "The class was saved." in shown.words) == (path, True)
    assert "Archive Chemistry 2?" in page.get(f"{path}/archive").words
    assert db.session.query(SchoolClass).filter_by(name="Chemistry 2").one().archived_at is None
    shown = page.post(f"{path}/archive")
    assert (shown.path, "Chemistry 2 was archived." in shown.words) == ("/classes", True)
    assert page.post(f"{path}/students/add", addresses=cast.carl.email).status_code == 422


def test_errors_are_shown_at_the_field_and_input_is_preserved(browse: Browse, cast: SimpleNamespace) -> None:
    reply = browse(cast.ines).post("/classes/new", name=" ", description="Tuesdays")
    assert reply.status_code == 422
    page = reply.get_data(as_text=True)
    assert '<a href="#name">' in page and 'aria-invalid="true"' in page and ">Tuesdays</textarea>" in page
    assert db.session.query(SchoolClass).count() == 1


def test_only_administrators_name_another_teacher(browse: Browse, cast: SimpleNamespace) -> None:
    assert 'name="teacherId"' in browse(cast.ada).get("/classes/new").get_data(as_text=True)
    shown = browse(cast.ada).post("/classes/new", name="History", teacherId=str(cast.ines.id))
    assert "Teacher: Ines Ibarra" in shown.words
    page = browse(cast.ines)
    assert 'name="teacherId"' not in page.get("/classes/new").get_data(as_text=True)
    assert page.post("/classes/new", name="Mine", teacherId=str(cast.ada.id)).status_code == 422


def test_many_students_are_added_and_the_rest_is_reported(browse: Browse, cast: SimpleNamespace) -> None:
    new = UserFactory.create_batch(2, organization=cast.school)
    page, path = browse(cast.ines), f"/classes/{cast.biology.id}/students/add"
    typed = f'"New One" <{new[0].email.upper()}>, {cast.carl.email};\n nobody@s.example {cast.priya.email}'
    reply = page.post(path, addresses=typed)
    assert "1 student added, 1 in the class already. 2 addresses could not be added" in reply.words
    assert "nobody@s.example: no account has this address." in reply.words
    assert f"{cast.priya.email} belongs to a member of staff." in reply.words
    assert f">nobody@s.example\n{cast.priya.email}</textarea>" in reply.get_data(as_text=True)
    assert len(names(cast.biology)) == 3
    reply = page.post(path, addresses=f"{new[1].email}\r\n{cast.carl.email}")
    assert "1 student added. 1 was in the class already." in reply.words
    assert reply.path == f"/classes/{cast.biology.id}"
    assert page.post(path, addresses="Carl, Cora").status_code == 422


def test_removing_asks_for_confirmation_and_names_the_student(browse: Browse, cast: SimpleNamespace) -> None:
    page, path = browse(cast.ines), f"/classes/{cast.biology.id}/students/{cast.carl.id}/remove"
    assert "Remove Carl Carter from Biology?" in page.get(path).words
    assert names(cast.biology) == ["Carl", "Cora"]
    assert "Carl Carter was removed from Biology." in page.post(path).words
    assert names(cast.biology) == ["Cora"]
    again = page.post(f"/classes/{cast.biology.id}/students/{cast.cora.id}/remove")
    assert "This class has no students yet." in again.words


def test_a_student_in_an_exam_is_not_removed(browse: Browse, cast: SimpleNamespace, attempt: Any) -> None:
    reply = browse(cast.ines).post(f"/classes/{cast.biology.id}/students/{cast.carl.id}/remove")
    assert reply.status_code == 422
    assert "This student is in an exam of this class now." in reply.words


def test_extra_time_moves_a_running_exam(browse: Browse, cast: SimpleNamespace, attempt: Any) -> None:
    page, path = browse(cast.ines), f"/classes/{cast.biology.id}/students/{cast.carl.id}/accommodation"
    reply = page.post(path, percent="25", extraMinutes="10", note="Reads slowly")
    assert "The end of the running exam was moved." in reply.words
    assert "25 % more time and 10 min more Reads slowly" in reply.words
    db.session.refresh(attempt)
    assert attempt.deadline_at == minutes(30 + 7.5 + 10)
    assert 'value="25"' in page.get(path).get_data(as_text=True)


@pytest.mark.parametrize(
    ("percent", "extra", "field"), [("a lot", "0", "percent"), ("25", "-5", "extraMinutes"), ("950", "0", "")]
)
def test_invalid_extra_time_is_refused(
    browse: Browse, cast: SimpleNamespace, percent: str, extra: str, field: str
) -> None:
    path = f"/classes/{cast.biology.id}/students/{cast.carl.id}/accommodation"
    reply = browse(cast.ines).post(path, percent=percent, extraMinutes=extra, note="")
    assert reply.status_code == 422 and f'href="#{field}' in reply.get_data(as_text=True)
    assert db.session.query(Accommodation).count() == 0


def test_a_class_with_a_planned_session_offers_no_archiving(
    browse: Browse, cast: SimpleNamespace, sitting: Any
) -> None:
    page, path = browse(cast.ines), f"/classes/{cast.biology.id}/archive"
    reply = page.get(path)
    main = reply.get_data(as_text=True).partition("<main")[2]
    assert "Midterm" in reply.words and "<form" not in main
    assert page.post(path).status_code == 422


def test_without_the_csrf_token_nothing_happens(browse: Browse, cast: SimpleNamespace) -> None:
    page = browse(cast.ines)
    for token in ("", "of somebody else"):
        assert page.post(f"/classes/{cast.biology.id}/archive", token=token).path == "/login"
        page.post(f"/classes/{cast.biology.id}/students/{cast.carl.id}/remove", token=token)
    assert db.session.query(Enrolment).count() == 2


@pytest.mark.parametrize("who", ["carl", "priya"])
def test_only_teachers_open_classes(browse: Browse, cast: SimpleNamespace, who: str) -> None:
    page = browse(getattr(cast, who))
    for path in ("/classes", "/classes/new", f"/classes/{cast.biology.id}", "/sessions/new"):
        assert page.get(path).status_code == 403


def test_a_class_of_another_teacher_is_not_found(browse: Browse, cast: SimpleNamespace) -> None:
    path = f"/classes/{cast.biology.id}"
    colleague = UserFactory(instructor=True, organization=cast.school)
    for person in (colleague, cast.otto):
        page = browse(person)
        for tail in ("", "/edit", "/archive", "/students/add", f"/students/{cast.carl.id}/remove"):
            assert page.get(path + tail).status_code == 404
    assert "There are no classes yet." in browse(colleague).get("/classes").words


def test_past_sessions_are_on_the_page_of_their_class(
    browse: Browse, cast: SimpleNamespace, exam: Any
) -> None:
    ExamSessionFactory(completed=True, school_class=cast.biology, test=exam, title="Winter")
    ExamSessionFactory(test=exam, title="Elsewhere")
    words = browse(cast.ines).get(f"/classes/{cast.biology.id}").words
    assert "Winter" in words and "Elsewhere" not in words


def test_students_of_another_branch_are_reported(browse: Browse, cast: SimpleNamespace) -> None:
    north, south = (BranchFactory(organization_id=cast.school.id, name=name) for name in ("North", "South"))
    school_class = SchoolClassFactory(teacher=cast.ines, branch_id=north.id)
    student = UserFactory(organization=cast.school, branch_id=south.id)
    reply = browse(cast.ines).post(f"/classes/{school_class.id}/students/add", addresses=student.email)
    assert "1 address could not be added" in reply.words
    assert f"{student.email} belongs to another branch." in reply.words
    assert names(school_class) == []
