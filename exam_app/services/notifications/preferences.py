"""Each user's mail preferences and language. The app shows every notification: it is the record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from exam_app.errors import InvalidInput
from exam_app.extensions import db
from exam_app.models import NotificationPreference, User
from exam_app.rules.notifications.kinds import KINDS, Kind, kinds_of
from exam_app.rules.notifications.texts import Language
from exam_app.services.notifications import templates


def describe(user: User) -> dict[str, Any]:
    """The preferences for the kinds of notifications of the user's role, and the language with its source."""
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
    """Store these preferences, and leave the others unchanged; pending mails are sent nevertheless. Commits.

    :param language: the language of future notifications; None is the organization's.
    :raises InvalidInput: a kind that users of this role do not get.
    """
    unknown = set(by_mail) - set(kinds_of(user.role))
    if unknown:
        raise InvalidInput(
            details={
                "preferences": [f"You get no notifications of the kind {min(unknown)}. Choose another kind."]
            }
        )
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
