"""An organization's notification templates, and its language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from exam_app.errors import Forbidden
from exam_app.extensions import db
from exam_app.models import NotificationTemplate, Organization, User
from exam_app.rules.notifications import templates
from exam_app.rules.notifications.kinds import KINDS, Kind
from exam_app.rules.notifications.texts import Language, Text
from exam_app.services.activity import audit

Texts = dict[tuple[int, Language], Text]
"""The template of each organization in each language."""


def texts(kind: Kind, organization_ids: Iterable[int]) -> Texts:
    """The effective templates of one kind. One query."""
    ids = list(organization_ids)
    found = {
        (organization_id, language): templates.built_in(kind, language)
        for organization_id in ids
        for language in Language
    }
    own = select(NotificationTemplate).where(
        NotificationTemplate.organization_id.in_(ids), NotificationTemplate.kind == kind
    )
    return found | {
        (row.organization_id, row.language): Text(row.title, row.body) for row in db.session.scalars(own)
    }


def describe_all(organization_id: int) -> list[dict[str, Any]]:
    """Every kind in every language, as currently effective."""
    own = {
        (row.kind, row.language): Text(row.title, row.body)
        for row in db.session.scalars(
            select(NotificationTemplate).where(NotificationTemplate.organization_id == organization_id)
        )
    }
    return [_describe(kind, language, own.get((kind, language))) for kind in KINDS for language in Language]


def describe(organization_id: int, kind: Kind, language: Language) -> dict[str, Any]:
    own = db.session.get(NotificationTemplate, (organization_id, kind.value, language))
    return _describe(kind, language, Text(own.title, own.body) if own else None)


def _describe(kind: Kind, language: Language, own: Text | None) -> dict[str, Any]:
    text = own or templates.built_in(kind, language)
    shown = templates.sample(kind, text, language)
    return {
        "kind": kind.value,
        "name": KINDS[kind].name,
        "language": language.value,
        "title": text.title,
        "body": text.body,
        "isBuiltIn": own is None,
        "placeholders": list(KINDS[kind].placeholders),
        "sample": {"title": shown.title, "body": shown.body},
    }


def set_template(
    actor: User, kind: Kind, language: Language, title: str, body: str, now: datetime
) -> dict[str, Any]:
    """Set the organization's template. Commits. An equal text changes nothing.

    :raises InvalidInput: see `templates.checked`.
    :raises Forbidden: the actor is bound to a branch.
    """
    _check_whole(actor)
    text = templates.checked(kind, title, body)
    if text == templates.built_in(kind, language):
        return reset_template(actor, kind, language, now)
    before = _locked_text(actor, kind, language)
    if text != before:
        key = {"organization_id": actor.organization_id, "kind": kind.value, "language": language}
        values = {"title": text.title, "body": text.body}
        db.session.execute(
            insert(NotificationTemplate)
            .values(**key, **values)
            .on_conflict_do_update(index_elements=list(key), set_=values)
        )
        _record(actor, kind, language, before, text, now)
    db.session.commit()
    return _describe(kind, language, text)


def reset_template(actor: User, kind: Kind, language: Language, now: datetime) -> dict[str, Any]:
    """Use the built-in template again. Commits.

    :raises Forbidden: the actor is bound to a branch.
    """
    _check_whole(actor)
    before = _locked_text(actor, kind, language)
    if before is not None:
        db.session.execute(
            delete(NotificationTemplate).where(
                NotificationTemplate.organization_id == actor.organization_id,
                NotificationTemplate.kind == kind.value,
                NotificationTemplate.language == language,
            )
        )
        _record(actor, kind, language, before, None, now)
    db.session.commit()
    return _describe(kind, language, None)


def preview(kind: Kind, language: Language, title: str, body: str) -> Text:
    """A preview of a template with sample values. Nothing is stored.

    :raises InvalidInput: see `templates.checked`.
    """
    return templates.sample(kind, templates.checked(kind, title, body), language)


def language_of(organization_id: int) -> Language:
    """The language of users who have chosen none."""
    return db.session.get_one(Organization, organization_id).language


def set_language(actor: User, language: Language, now: datetime) -> None:
    """Commits. An equal value changes nothing.

    :raises Forbidden: the actor is bound to a branch.
    """
    _check_whole(actor)
    organization = _lock_organization(actor)
    before = organization.language
    if language != before:
        organization.language = language
        audit.record_change("language_changed", now, actor, {"language": before}, {"language": language})
    db.session.commit()


def _check_whole(actor: User) -> None:
    if actor.branch_id is not None:
        raise Forbidden(
            "Only an administrator of the whole organization can change notifications. Ask one of them."
        )


def _lock_organization(actor: User) -> Organization:
    """One change at a time in an organization, so that the log has the right state before each."""
    return db.session.get_one(
        Organization, actor.organization_id, with_for_update={"key_share": True}, populate_existing=True
    )


def _locked_text(actor: User, kind: Kind, language: Language) -> Text | None:
    _lock_organization(actor)
    own = db.session.get(
        NotificationTemplate, (actor.organization_id, kind.value, language), populate_existing=True
    )
    return Text(own.title, own.body) if own else None


def _record(
    actor: User, kind: Kind, language: Language, before: Text | None, after: Text | None, now: datetime
) -> None:
    was, is_now = ({"title": text.title, "body": text.body} if text else None for text in (before, after))
    audit.record_change(
        "notification_text_changed", now, actor, was, is_now, message=kind.value, language=language.value
    )
