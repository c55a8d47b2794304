"""Removing an organization: all of its data is deleted, and nothing else."""

from __future__ import annotations

from types import SimpleNamespace

from sqlalchemy import select

from exam_app.extensions import db
from exam_app.models import Base, Notification, Organization
from exam_app.services.organizations import removal
from tests.helpers.caller import everything
from tests.helpers.things import furnish

INSTALLATION_WIDE = {"organizations", "outages", "revoked_tokens", "service_life"}


def test_all_rows_of_the_organization_are_removed_and_no_others(cast: SimpleNamespace) -> None:
    furnish(cast.school)
    before = everything()
    organization = Organization(name="Rehearsal", slug="rehearsal")
    db.session.add(organization)
    db.session.commit()
    furnish(organization)
    after = everything()
    grown = {name for name, rows in after.items() if len(rows) > len(before[name])}
    assert grown >= {"answer_changes", "answers", "attempts", "exam_sessions", "notifications", "papers"}
    removal.remove_organization(organization.id)
    assert everything() | {"outages": []} == before | {"outages": []}


def test_every_table_belongs_to_an_organization_or_the_installation() -> None:
    """Every table must declare its owner: by an organization, or by a foreign key that is not nullable."""
    without = {table.name for table in Base.metadata.sorted_tables if removal.belongs(table, 1) is None}
    assert without == INSTALLATION_WIDE


def test_removing_it_twice_does_nothing(cast: SimpleNamespace) -> None:
    removal.remove_organization(cast.elsewhere.id)
    before = everything()
    removal.remove_organization(cast.elsewhere.id)
    assert everything() == before
    assert db.session.scalars(select(Notification)).all() == []
