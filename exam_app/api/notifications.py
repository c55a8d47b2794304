"""/api/notifications: the notifications of the signed-in user."""

from __future__ import annotations

import uuid
from typing import Any

from exam_app.api.replies import ok
from exam_app.api.resource import Resource
from exam_app.schemas.base import Nothing
from exam_app.schemas.notifications import Notifications
from exam_app.services.notifications import notify
from exam_app.web.identity import current_user, needs

blueprint = Resource("notifications", __name__, url_prefix="/api/notifications", description="Notifications")


@blueprint.get("")
@needs()
@blueprint.replies(Notifications)
def listing() -> dict[str, Any]:
    """The newest fifty notifications, and the number of unread ones."""
    user = current_user()
    return ok({"notifications": notify.notifications_of(user), "unread": notify.unread_count(user)})


@blueprint.post("/<uuid:notification_id>/read")
@needs()
@blueprint.replies(Nothing)
def read(notification_id: uuid.UUID) -> dict[str, Any]:
    """Mark a notification as read."""
    notify.mark_read(current_user(), notification_id)
    return ok(message="Marked as read")
