"""/api/users: the users of an organization, for its administrators."""

from __future__ import annotations

import uuid
from typing import Any

from exam_app.api.replies import ok, pagination
from exam_app.api.resource import Resource
from exam_app.rules.permissions import Permission
from exam_app.schemas import people as shapes
from exam_app.schemas.notifications import Preferences, PreferencesIn
from exam_app.services.notifications import preferences
from exam_app.services.organizations import people
from exam_app.web.identity import current_user, needs

blueprint = Resource("users", __name__, url_prefix="/api/users", description="People")


@blueprint.post("")
@needs(Permission.MANAGE_USERS)
@blueprint.arguments(shapes.PersonIn)
@blueprint.replies(shapes.ManagedPerson, status=201)
def create(data: dict[str, Any]) -> dict[str, Any]:
    """Add a user."""
    return ok(people.describe_user(people.add(current_user(), **data)), "User added")


@blueprint.get("")
@needs(Permission.MANAGE_USERS)
@blueprint.arguments(shapes.PeopleFilter, location="query")
@blueprint.replies(shapes.People)
def listing(query: dict[str, Any]) -> dict[str, Any]:
    """All users by name, page by page."""
    page, limit = query["page"], query["limit"]
    found, total = people.listing(query.get("role"), page, limit)
    users = [people.describe_user(user) for user in found]
    return ok({"users": users, "pagination": pagination(page, limit, total)})


@blueprint.get("/<uuid:user_id>")
@needs(Permission.MANAGE_USERS)
@blueprint.replies(shapes.ManagedPerson)
def show(user_id: uuid.UUID) -> dict[str, Any]:
    """One user."""
    return ok(people.describe_user(people.user_for(user_id)))


@blueprint.put("/<uuid:user_id>")
@needs(Permission.MANAGE_USERS)
@blueprint.arguments(shapes.PersonChange)
@blueprint.replies(shapes.ManagedPerson)
def change(data: dict[str, Any], user_id: uuid.UUID) -> dict[str, Any]:
    """Change a user; omitted fields stay as they are."""
    user = people.change(current_user(), people.user_for(user_id), data)
    return ok(people.describe_user(user), "User updated")


@blueprint.delete("/<uuid:user_id>")
@needs(Permission.MANAGE_USERS)
@blueprint.replies(shapes.ManagedPerson)
def close(user_id: uuid.UUID) -> dict[str, Any]:
    """Close an account. Its attempts and log entries are kept."""
    user = people.change(current_user(), people.user_for(user_id), {"is_active": False})
    return ok(people.describe_user(user), "Account closed")


@blueprint.get("/me/notification-preferences")
@needs()
@blueprint.replies(Preferences)
def notification_wishes() -> dict[str, Any]:
    """The caller's notification preferences: which kinds are mailed, and in which language."""
    return ok(preferences.describe(current_user()))


@blueprint.put("/me/notification-preferences")
@needs()
@blueprint.arguments(PreferencesIn)
@blueprint.replies(Preferences)
def set_notification_wishes(data: dict[str, Any]) -> dict[str, Any]:
    """Set which notifications are mailed. All of them are shown in the app."""
    user = current_user()
    chosen = {wish["kind"]: wish["by_mail"] for wish in data.pop("preferences")}
    preferences.choose(user, chosen, **data)
    return ok(preferences.describe(user), "Preferences saved")
