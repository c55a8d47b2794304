"""Rules of branches: refusals that keep everything visible to its users, and concurrent changes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from exam_app.errors import Conflict, Forbidden, InvalidInput, NotFound
from exam_app.extensions import db
from exam_app.models import Activity, Attempt, User
from exam_app.rules.permissions import Role
from exam_app.services.activity import activities
from exam_app.services.authoring import catalog
from exam_app.services.organizations import branches, classes, people, rosters, scope
from exam_app.services.organizations.visibility import own_attempt, session_for
from exam_app.services.sessions import planning
from exam_app.services.timing import accommodations
from tests.factories import (
    AttemptFactory,
    BranchFactory,
    CourseFactory,
    ExamSessionFactory,
    PassageFactory,
    QuestionFactory,
    SchoolClassFactory,
    TestFactory,
    UserFactory,
)
from tests.helpers.times import NOW

DRAFT = {"title": "A test", "duration_minutes": 30}


@pytest.fixture
def places(cast: SimpleNamespace) -> SimpleNamespace:
    """North and South of Lakeside, each with a user of every role and a class."""
    made = {}
    for name in ("North", "South"):
        branch = BranchFactory(organization_id=cast.school.id, name=name)
        bound = {"organization": cast.school, "branch_id": branch.id}
        teacher = UserFactory(instructor=True, **bound)
        made[name.lower()] = SimpleNamespace(
            id=branch.id,
            row=branch,
            admin=UserFactory(admin=True, **bound),
            teacher=teacher,
            proctor=UserFactory(proctor=True, **bound),
            student=UserFactory(**bound),
            school_class=SchoolClassFactory(teacher=teacher),
        )
    return SimpleNamespace(**made)


def acting(person: Any) -> Any:
    """From here on this user acts, as after signing in: nothing is loaded that they may not see."""
    person_id, limits = person.id, (person.organization_id, person.branch_id)
    db.session.expunge_all()
    scope.limit_to(*limits)
    return db.session.get_one(User, person_id)


# --- classes ------------------------------------------------------------------------------------


def test_a_student_of_another_branch_is_not_enrolled(places: Any, cast: SimpleNamespace) -> None:
    with pytest.raises(Conflict, match="of another branch than this class"):
        classes.enrol(places.north.school_class, places.south.student.id)
    roster = f"email,first_name,last_name\n{places.south.student.email},S,S\n"
    with pytest.raises(InvalidInput) as refusal:
        rosters.import_roster(places.north.school_class, roster, "long enough")
    assert "of another branch" in refusal.value.details["lines"][0]
    emails = [places.south.student.email, places.north.student.email, cast.carl.email]
    report = rosters.enrol_by_email(places.north.school_class, emails)
    assert report["otherBranch"] == emails[:1] and report["enrolled"] == emails[1:]


def test_students_without_a_branch_join_any_class_and_anyone_a_class_without_one(
    places: Any, cast: SimpleNamespace
) -> None:
    classes.enrol(places.north.school_class, cast.cora.id)
    classes.enrol(places.south.school_class, cast.cora.id)
    classes.enrol(cast.biology, places.north.student.id)
    classes.enrol(cast.biology, places.south.student.id)


def test_new_students_of_a_roster_are_of_the_classs_branch(places: Any) -> None:
    rosters.import_roster(
        places.north.school_class, "email,first_name,last_name\nn@x.example,N,N\n", "long enough"
    )
    assert (
        db.session.scalars(select(User).where(User.email == "n@x.example")).one().branch_id == places.north.id
    )


def test_a_class_is_of_its_teachers_branch_or_of_the_one_named(places: Any, cast: SimpleNamespace) -> None:
    teacher = places.north.teacher
    assert classes.create_class(teacher, "Chemistry").branch_id == places.north.id
    assert classes.create_class(cast.ada, "Physics", "", teacher.id).branch_id == places.north.id
    assert classes.create_class(cast.ada, "Music", branch_id=places.south.id).branch_id == places.south.id
    assert classes.create_class(cast.ada, "Art").branch_id is None


def test_a_teacher_must_see_the_whole_class(places: Any, cast: SimpleNamespace) -> None:
    with pytest.raises(InvalidInput, match="not valid"):
        classes.create_class(cast.ada, "Music", "", places.north.teacher.id, places.south.id)
    for school_class in (places.south.school_class, cast.biology):
        with pytest.raises(InvalidInput):
            classes.change_class(cast.ada, school_class, "x", "", places.north.teacher.id)
        db.session.rollback()
    classes.change_class(cast.ada, places.south.school_class, "x", "", cast.ines.id)


def test_staff_of_a_branch_run_no_class_or_session_with_users_outside_it(
    places: Any, cast: SimpleNamespace, sitting: Any
) -> None:
    admin = places.north.admin
    scope.limit_to(cast.school.id, places.north.id)
    assert {row["branchId"] for row in classes.classes_of(admin)} == {places.north.id}
    with pytest.raises(NotFound):
        classes.class_for(admin, cast.biology.id)
    with pytest.raises(NotFound):
        session_for(admin, sitting.id)


# --- sessions -----------------------------------------------------------------------------------


def plan(actor: Any, school_class: Any, test: Any, *proctors: Any) -> Any:
    ids = [proctor.id for proctor in proctors]
    return planning.create_session(actor, school_class.id, test.id, "", NOW, proctor_ids=ids)


def test_a_session_needs_a_test_that_its_class_sees(places: Any, cast: SimpleNamespace, exam: Any) -> None:
    of_north = TestFactory(author=cast.ines, branch_id=places.north.id, published=True)
    for school_class in (places.south.school_class, cast.biology):
        with pytest.raises(Conflict, match="another branch"):
            plan(cast.ada, school_class, of_north)
        db.session.rollback()
    assert plan(cast.ada, places.north.school_class, of_north).branch_id == places.north.id
    assert plan(cast.ada, places.north.school_class, exam).branch_id == places.north.id


def test_a_proctor_must_see_everybody_in_the_session(places: Any, cast: SimpleNamespace, exam: Any) -> None:
    for school_class in (places.south.school_class, cast.biology):
        with pytest.raises(InvalidInput) as refusal:
            plan(cast.ada, school_class, exam, places.north.proctor)
        assert "bound to another branch" in refusal.value.details["proctorIds"][0]
    plan(cast.ada, places.north.school_class, exam, places.north.proctor, cast.priya)


# --- questions and tests ------------------------------------------------------------------------


def test_a_test_asks_only_what_everybody_of_its_branch_may_see(places: Any, cast: SimpleNamespace) -> None:
    own, common, foreign = (
        QuestionFactory(organization_id=cast.school.id, branch_id=branch_id)
        for branch_id in (places.north.id, None, places.south.id)
    )
    course = CourseFactory(organization_id=cast.school.id, branch_id=places.north.id)
    test = catalog.create_test(cast.ines, {**DRAFT, "course_id": course.id}, [own.id, common.id])
    assert test.branch_id == places.north.id
    with pytest.raises(InvalidInput, match="not valid"):
        catalog.update_test(test, {}, [foreign.id])
    db.session.rollback()
    with pytest.raises(InvalidInput):
        catalog.create_test(cast.ines, DRAFT, [own.id])


def test_a_test_stays_in_its_branch(places: Any, cast: SimpleNamespace) -> None:
    test = catalog.create_test(cast.ines, DRAFT, [])
    course = CourseFactory(organization_id=cast.school.id, branch_id=places.north.id)
    with pytest.raises(InvalidInput):
        catalog.update_test(test, {"course_id": course.id}, None)


def test_course_and_passage_of_a_question_go_together(places: Any, cast: SimpleNamespace) -> None:
    course = CourseFactory(organization_id=cast.school.id, branch_id=places.north.id)
    passage = PassageFactory(organization_id=cast.school.id, branch_id=places.south.id)
    asked = {"type": "true_false", "text": "?", "points": 1, "definition": {"correct": True}}
    question = catalog.add_question(cast.ines, {**asked, "course_id": course.id})
    assert question.branch_id == places.north.id
    with pytest.raises(InvalidInput) as refusal:
        catalog.add_question(cast.ines, {**asked, "course_id": course.id, "passage_id": passage.id})
    assert set(refusal.value.details) == {"passageId"}


def test_a_test_of_the_whole_organization_is_not_changed_from_a_branch(places: Any, exam: Any) -> None:
    scope.limit_to(exam.organization_id, places.north.id)
    with pytest.raises(Forbidden, match="whole organization"):
        catalog.update_test(exam, {}, [])
    db.session.rollback()
    with pytest.raises(Forbidden):
        catalog.set_active(places.north.admin, exam, False, NOW)


def test_the_log_of_a_test_is_read_in_its_branch_only(places: Any, cast: SimpleNamespace) -> None:
    test = TestFactory(author=cast.ines, branch_id=places.north.id)
    catalog.set_active(cast.ada, test, False, NOW)
    assert db.session.scalars(select(Activity.branch_id)).one() == places.north.id


# --- people -------------------------------------------------------------------------------------


def test_users_are_created_in_the_own_branch(places: Any, cast: SimpleNamespace) -> None:
    def add(actor: Any, number: int, branch_id: int | None = None) -> int | None:
        who = (f"p{number}@x.example", "long enough", "P", "P", Role.STUDENT)
        return people.add(actor, *who, branch_id).branch_id

    north, south = places.north.id, places.south.id
    assert add(cast.ada, 1) is None
    assert add(cast.ada, 2, south) == south
    admin = acting(places.north.admin)
    assert add(admin, 3) == north
    with pytest.raises(NotFound):
        add(admin, 4, south)


def test_staff_of_a_branch_change_nobodys_branch(places: Any, cast: SimpleNamespace) -> None:
    scope.limit_to(cast.school.id, places.north.id)
    for person in (places.north.student, places.north.admin):
        with pytest.raises(Forbidden):
            people.change(places.north.admin, person, {"branch_id": None})
    with pytest.raises(Forbidden):
        people.change(places.north.admin, cast.ada, {"password": "mine from now on"})
    db.session.rollback()


def test_nobody_changes_their_own_branch(places: Any, cast: SimpleNamespace) -> None:
    with pytest.raises(Conflict, match="Ask another administrator"):
        people.change(cast.ada, cast.ada, {"branch_id": places.north.id})


def in_a_class(places: Any, person: Any) -> None:
    SchoolClassFactory(teacher=places.south.teacher, students=[person])


def teaching(places: Any, person: Any) -> None:
    SchoolClassFactory(teacher=person)


def proctoring(places: Any, person: Any) -> None:
    ExamSessionFactory(school_class=places.south.school_class, proctors=[person])


def examined(places: Any, person: Any) -> None:
    test = TestFactory(author=places.south.teacher, branch_id=places.south.id, published=True)
    AttemptFactory(student=person, test=test, submitted=True)


@pytest.mark.parametrize("tie", [in_a_class, teaching, proctoring, examined])
def test_a_relation_to_another_branch_blocks_a_move_and_is_named(
    places: Any, cast: SimpleNamespace, tie: Any
) -> None:
    person = UserFactory(
        organization=cast.school, role="student" if tie in (in_a_class, examined) else "instructor"
    )
    tie(places, person)
    words = {
        in_a_class: "is in a class",
        teaching: "teaches",
        proctoring: "is a proctor",
        examined: "has taken",
    }
    with pytest.raises(Conflict, match=words[tie]):
        people.change(cast.ada, person, {"branch_id": places.north.id})
    assert person.branch_id is None


def test_a_user_can_always_leave_their_branch(places: Any, cast: SimpleNamespace) -> None:
    south = places.south
    in_a_class(places, south.student)
    examined(places, south.student)
    for person in (south.student, south.teacher, south.proctor):
        people.change(cast.ada, person, {"branch_id": None})
        assert person.branch_id is None


def test_attempts_follow_a_student_into_their_first_branch(
    places: Any, cast: SimpleNamespace, attempt: Any
) -> None:
    activities.record("seen", NOW, cast.school.id, attempt_id=attempt.id, student_id=cast.carl.id)
    people.change(cast.ada, cast.carl, {"branch_id": places.north.id})
    scope.limit_to(cast.school.id, places.north.id)
    assert db.session.scalars(select(Attempt.branch_id)).all() == [places.north.id]
    assert set(db.session.scalars(select(Activity.branch_id))) == {places.north.id}
    assert own_attempt(cast.carl, attempt.id) is attempt


def test_permanent_extra_time_of_a_student_without_a_branch_is_not_given_from_a_branch(
    places: Any, cast: SimpleNamespace
) -> None:
    scope.limit_to(cast.school.id, places.north.id)
    accommodations.accommodate(places.north.admin, [places.north.student], 2, 0, "", NOW)
    with pytest.raises(Forbidden):
        accommodations.accommodate(places.north.admin, [cast.cora], 2, 0, "", NOW)


# --- branches -----------------------------------------------------------------------------------


def test_a_branch_with_rows_is_not_deleted(places: Any, cast: SimpleNamespace) -> None:
    with pytest.raises(Conflict, match="belong to this branch"):
        branches.delete(branches.branch_for(places.north.id))
    branches.delete(branches.create(cast.ada, "East"))
    with pytest.raises(Conflict, match="already a branch"):
        branches.create(cast.ada, " North ")
    assert [branch.name for branch in branches.listing()] == ["North", "South"]


def test_an_admin_of_a_branch_sees_it_and_creates_none(places: Any) -> None:
    north, south = places.north.id, places.south.id
    admin = acting(places.north.admin)
    assert [branch.id for branch in branches.listing()] == [north]
    with pytest.raises(NotFound):
        branches.branch_for(south)
    with pytest.raises(Forbidden):
        branches.create(admin, "East")
