"""What each person wants by mail, and in which language. The app shows everything: it is the record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from exam_app.errors import InvalidInput
from exam_app.extensions import db
from exam_app.models import NotificationPreference, User
from exam_app.rules.notices.kinds import KINDS, Kind, kinds_of
from exam_app.rules.notices.words import Language
from exam_app.services.notifications import templates


def describe(user: User) -> dict[str, Any]:
    """The choices for what people of this role are told, and the language with where it comes from."""
    chosen = dict(
        db.session.execute(
            select(NotificationPreference.kind, NotificationPreference.by_mail).where(
                NotificationPreference.user_id == user.id
            )
        ).all()
    )
    return {
        "preferences": [
            {
                "kind": kind.value,
                "name": KINDS[kind].name,
                "byMail": chosen.get(kind, KINDS[kind].by_mail),
                "default": KINDS[kind].by_mail,
            }
            for kind in kinds_of(user.role)
        ],
        "language": user.language,
        "organizationLanguage": templates.language_of(user.organization_id),
    }


def choose(user: User, by_mail: Mapping[Kind, bool], **language: Language | None) -> None:
    """Keep these choices, and leave the others as they are; mails that wait go out nevertheless. Commits.

    :param language: of what the person is told from now on; None is the organization's.
    :raises InvalidInput: a kind that people of this role are not told.
    """
    unknown = set(by_mail) - set(kinds_of(user.role))
    if unknown:
        raise InvalidInput(details={"preferences": [f"You are not told of {min(unknown)}."]})
    rows = [{"user_id": user.id, "kind": kind, "by_mail": wanted} for kind, wanted in sorted(by_mail.items())]
    if rows:
        chosen = insert(NotificationPreference)
        db.session.execute(
            chosen.on_conflict_do_update(
                index_elements=["user_id", "kind"], set_={"by_mail": chosen.excluded.by_mail}
            ),
            rows,
        )
    if "language" in language:
        user.language = language["language"]
    db.session.commit()
