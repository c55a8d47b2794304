"""Branches are isolated by the database session itself: reads, writes, and the branch of new rows."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import aliased

from exam_app.errors import Forbidden
from exam_app.extensions import db
from exam_app.models import Activity, Attempt, Base, Branch, ExamSession, Question, SchoolClass, Test, User
from exam_app.models.base import OrganizationOwned
from exam_app.services.activity import activities
from exam_app.services.organizations import scope
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
from tests.helpers.queries import counted
from tests.helpers.times import NOW

NOBODYS = {"organizations", "revoked_tokens", "service_life", "outages"}
"""Tables of the service itself."""
SETTINGS = {"notification_templates"}
"""Tables of an organization as a whole, like the columns of its own row: its id is part of their key, so that
every query names it."""


@pytest.fixture
def branches(cast: SimpleNamespace) -> SimpleNamespace:
    """North and South of Lakeside, each with a class that has taken an exam; Ada sees both."""
    made = SimpleNamespace(school=cast.school, ada=cast.ada)
    for name in ("north", "south"):
        branch = BranchFactory(organization_id=cast.school.id, name=name.title())
        teacher = UserFactory(instructor=True, organization=cast.school, branch_id=branch.id)
        student = UserFactory(organization=cast.school, branch_id=branch.id)
        school_class = SchoolClassFactory(teacher=teacher, students=[student], branch_id=branch.id)
        test = TestFactory(author=teacher, branch_id=branch.id, published=True)
        session = ExamSessionFactory(in_progress=True, school_class=school_class, test=test)
        attempt = AttemptFactory(student=student, session=session)
        place = SimpleNamespace(
            id=branch.id,
            teacher=teacher,
            student=student,
            school_class=school_class,
            test=test,
            session=session,
            attempt=attempt,
        )
        setattr(made, name, place)
    return made


@pytest.fixture
def in_north(branches: SimpleNamespace) -> SimpleNamespace:
    """From here on the actor is a user of North; only ids are given, nothing is loaded any more."""
    ids = SimpleNamespace(organization=branches.school.id, north=branches.north.id, south=branches.south.id)
    ids.theirs = {
        type(row): row.id
        for row in vars(branches.south).values()
        if isinstance(row, OrganizationOwned)  # the student of the two users
    } | {Branch: branches.south.id}
    ids.shared = PassageFactory(organization_id=ids.organization).id
    ids.ada = branches.ada.id
    ids.own_class = branches.north.school_class.id
    ids.common_class = SchoolClassFactory(teacher=branches.ada).id
    db.session.expunge_all()
    scope.limit_to(ids.organization, ids.north)
    return ids


# --- reads --------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [User, Test, SchoolClass, ExamSession, Attempt, Branch])
def test_lists_counts_and_aliases_have_own_and_common_rows(in_north: Any, model: Any) -> None:
    rows = db.session.scalars(select(model)).all()
    assert rows and {row.branch_id for row in rows} <= {in_north.north, None}
    assert db.session.scalar(select(func.count(model.id))) == len(rows)
    assert set(db.session.scalars(select(aliased(model).branch_id))) <= {in_north.north, None}


@pytest.mark.parametrize("model", [User, Test, SchoolClass, ExamSession, Attempt, Branch])
def test_a_row_of_another_branch_is_not_found_by_its_id(in_north: Any, model: Any) -> None:
    theirs = in_north.theirs[model]
    assert db.session.get(model, theirs) is None
    scope.limit_to(in_north.organization, None)
    assert db.session.get(model, theirs) is not None


def test_rows_of_the_whole_organization_are_readable(in_north: Any) -> None:
    assert db.session.get(User, in_north.ada) is not None
    assert db.session.get(SchoolClass, in_north.common_class) is not None


def test_the_statements_are_compiled_once_for_all_branches(in_north: Any) -> None:
    """The branch is a bound parameter: cached in the SQL, it would show its rows to other branches."""
    for own in (in_north.north, in_north.south, in_north.north):
        db.session.expunge_all()
        scope.limit_to(in_north.organization, own)
        assert set(db.session.scalars(select(Test.branch_id))) == {own}
    scope.limit_to(in_north.organization, None)
    assert set(db.session.scalars(select(Test.branch_id))) == {in_north.north, in_north.south}


# --- writes -------------------------------------------------------------------------------------


def test_update_and_delete_reach_no_other_branch(in_north: Any) -> None:
    db.session.execute(update(Test).values(title="Mine").execution_options(synchronize_session=False))
    db.session.execute(delete(Activity).execution_options(synchronize_session=False))
    scope.limit_to(in_north.organization, None)
    titles = dict(db.session.execute(select(Test.branch_id, Test.title)).all())
    assert titles[in_north.north] == "Mine" != titles[in_north.south]


def test_rows_of_the_whole_organization_cannot_be_changed_from_a_branch(in_north: Any) -> None:
    ada = db.session.get_one(User, in_north.ada)
    ada.password_hash = "mine now"
    with pytest.raises(Forbidden):
        db.session.commit()
    db.session.rollback()
    db.session.delete(db.session.get_one(SchoolClass, in_north.common_class))
    with pytest.raises(Forbidden):
        db.session.flush()


def test_an_own_row_cannot_be_moved_to_another_branch(in_north: Any) -> None:
    for elsewhere in (in_north.south, None):
        db.session.get_one(SchoolClass, in_north.own_class).branch_id = elsewhere
        with pytest.raises(Forbidden):
            db.session.flush()
        db.session.rollback()


def test_no_row_is_created_in_another_branch_and_no_branch(in_north: Any) -> None:
    db.session.add(
        SchoolClass(
            organization_id=in_north.organization, branch_id=in_north.south, name="x", teacher_id=in_north.ada
        )
    )
    with pytest.raises(Forbidden):
        db.session.flush()
    db.session.rollback()
    db.session.add(Branch(organization_id=in_north.organization, name="East"))
    with pytest.raises(Forbidden):
        db.session.flush()
    db.session.rollback()
    with pytest.raises(Forbidden):  # its parent is not visible, and yet it is not treated as having no branch
        activities.record("x", NOW, in_north.organization, attempt_id=in_north.theirs[Attempt])


# --- the branch of a new row --------------------------------------------------------------------


def test_a_row_inherits_the_branch_of_its_parent(branches: SimpleNamespace) -> None:
    """The factories set a branch for people, classes and tests only; other rows inherit theirs."""
    for place in (branches.north, branches.south):
        assert place.session.branch_id == place.attempt.branch_id == place.id
        assert place.test.current_paper.branch_id == place.id
        course = CourseFactory(organization_id=branches.school.id, branch_id=place.id)
        assert QuestionFactory(organization_id=branches.school.id, course_id=course.id).branch_id == place.id
        passage = PassageFactory(organization_id=branches.school.id, branch_id=place.id)
        question = QuestionFactory(organization_id=branches.school.id, passage_id=passage.id)
        assert question.branch_id == place.id


@pytest.mark.parametrize("loaded", [True, False])
def test_rows_inserted_in_bulk_inherit_the_branch(branches: SimpleNamespace, loaded: bool) -> None:
    both = [branches.north.attempt, branches.south.attempt]
    expected = [branches.north.id, branches.south.id]
    for attempt in both:
        db.session.refresh(attempt)
    if not loaded:
        db.session.expunge_all()
    with counted() as statements:
        ids = activities.record_all(both, "x", NOW, None)
    assert len(statements) == (1 if loaded else 2)
    found = dict(db.session.execute(select(Activity.id, Activity.branch_id)).all())
    assert [found[id_] for id_ in ids] == expected


def test_a_parent_may_be_as_new_as_its_child(branches: SimpleNamespace) -> None:
    shared = TestFactory(author=branches.ada, published=True)
    session = ExamSessionFactory.build(school_class=branches.north.school_class, test=shared)
    attempt = AttemptFactory.build(student=branches.ada, session=session)
    db.session.add_all([attempt, session])
    db.session.commit()
    assert session.branch_id == attempt.branch_id == branches.north.id


def test_a_row_without_a_parent_takes_the_branch_of_its_author(in_north: Any) -> None:
    question = Question(
        organization_id=in_north.organization, type="true_false", name="n", text="t", points=1, definition={}
    )
    db.session.add(question)
    db.session.flush()
    assert question.branch_id == in_north.north


def test_a_self_paced_attempt_is_of_the_students_branch_or_else_of_the_tests(
    branches: SimpleNamespace,
) -> None:
    shared = TestFactory(author=branches.ada, practice=True, published=True)
    of_north = TestFactory(author=branches.ada, practice=True, published=True, branch_id=branches.north.id)
    roamer = UserFactory(organization=branches.school)
    assert AttemptFactory(student=branches.south.student, test=shared).branch_id == branches.south.id
    assert AttemptFactory(student=roamer, test=of_north).branch_id == branches.north.id
    assert AttemptFactory(student=roamer, test=shared).branch_id is None


def test_an_insert_that_bypasses_the_scope_is_an_error(cast: SimpleNamespace) -> None:
    row = {"organization_id": cast.school.id, "type": "x", "at": NOW, "details": {}}
    for statement in (insert(Activity).values(row), postgresql.insert(Activity).values([row])):
        with pytest.raises(TypeError):
            db.session.execute(statement)


# --- every table is covered ---------------------------------------------------------------------


def test_every_table_has_an_owner() -> None:
    """Each table belongs to an organization and its branches, to such a row, or to the service itself."""
    owned = {m.local_table.name for m in Base.registry.mappers if issubclass(m.class_, OrganizationOwned)}
    for table in Base.metadata.sorted_tables:
        leads_to = {key.column.table.name for key in table.foreign_keys}
        if table.name in owned:
            assert {"organization_id"} <= set(table.c.keys()), table
            assert "branch_id" in table.c or table.name == "branches", table
        elif table.name in SETTINGS:
            assert "organization_id" in table.primary_key.columns, table
        else:
            assert "organization_id" not in table.c, f"{table} is to be OrganizationOwned"
            assert leads_to or table.name in NOBODYS, f"{table} belongs to nobody"


def test_every_child_table_inherits_the_branch() -> None:
    """A row takes the branch of its owner; a reference to its author does not determine the branch."""
    for mapper in Base.registry.mappers:
        if not issubclass(mapper.class_, OrganizationOwned):
            continue
        keys = {
            key.parent.name
            for key in mapper.local_table.foreign_keys
            if key.column.table.name not in ("organizations", "branches", "users", mapper.local_table.name)
        }
        named = set(mapper.class_.branch_from)
        assert named <= set(mapper.columns.keys())
        if keys - {"current_paper_id"}:
            assert named & keys, f"{mapper.class_.__name__} needs branch_from: one of {keys}"
