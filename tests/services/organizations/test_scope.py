"""Organizations are isolated by the database session itself, so that new code cannot forget it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from exam_app.errors import NotFound
from exam_app.extensions import db
from exam_app.models import ExamSession, Question, SchoolClass, Test, User
from exam_app.models.base import OrganizationOwned
from exam_app.services.authoring import catalog
from exam_app.services.organizations import classes, scope
from tests.factories import ExamSessionFactory, QuestionFactory, SchoolClassFactory, TestFactory


@pytest.fixture
def theirs(cast: SimpleNamespace, sitting: Any) -> Any:
    """A complete exam of Otto's organization; from here on, reads are limited to Ada's."""
    school_class = SchoolClassFactory(teacher=cast.otto)
    session = ExamSessionFactory(
        school_class=school_class, test=TestFactory(author=cast.otto, published=True)
    )
    QuestionFactory(organization_id=cast.elsewhere.id)
    ids = SimpleNamespace(
        session=session.id, test=session.test_id, school_class=school_class.id, otto=cast.otto.id
    )
    ids.own = cast.school.id
    db.session.expunge_all()
    scope.limit_to(ids.own, None)
    return ids


@pytest.mark.parametrize("model", [User, Question, Test, SchoolClass, ExamSession])
def test_lists_counts_and_aliases_have_own_rows_only(theirs: Any, model: Any) -> None:
    assert issubclass(model, OrganizationOwned)
    rows = db.session.scalars(select(model)).all()
    assert rows and {row.organization_id for row in rows} == {theirs.own}
    assert db.session.scalar(select(func.count(model.id))) == len(rows)
    other = aliased(model)
    assert set(db.session.scalars(select(other.organization_id))) == {theirs.own}


def test_a_foreign_row_is_not_found_by_its_id(theirs: Any) -> None:
    assert db.session.get(Test, theirs.test) is None
    assert db.session.get(ExamSession, theirs.session) is None
    assert db.session.get(User, theirs.otto) is None
    with pytest.raises(NotFound):
        catalog.test_for(theirs.test)


def test_joins_reach_the_own_rows_only(theirs: Any) -> None:
    rows = db.session.execute(select(ExamSession, SchoolClass).join(SchoolClass)).all()
    assert {school_class.organization_id for _, school_class in rows} == {theirs.own}


def test_an_admin_cannot_open_a_foreign_class(theirs: Any) -> None:
    ada = db.session.scalars(select(User).where(User.first_name == "Ada")).one()
    with pytest.raises(NotFound):
        classes.class_for(ada, theirs.school_class)


def test_jobs_see_all_organizations(cast: SimpleNamespace) -> None:
    QuestionFactory(organization_id=cast.school.id)
    QuestionFactory(organization_id=cast.elsewhere.id)
    assert len(set(db.session.scalars(select(Question.organization_id)))) == 2


def test_the_limit_ends_with_the_session(theirs: Any) -> None:
    db.session.remove()
    assert db.session.get(User, theirs.otto) is not None
