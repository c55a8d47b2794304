"""/api/notifications: what a person was told."""

from __future__ import annotations

import uuid
from typing import Any

from exam_app.api.replies import ok
from exam_app.api.resource import Resource
from exam_app.identity import current_user, needs
from exam_app.schemas.base import Nothing
from exam_app.schemas.notifications import Notifications
from exam_app.services import notifications

blueprint = Resource("notifications", __name__, url_prefix="/api/notifications", description="Notifications")


@blueprint.get("")
@needs()
@blueprint.replies(Notifications)
def listing() -> dict[str, Any]:
    """The newest fifty, and how many are unread."""
    user = current_user()
    return ok(
        {"notifications": notifications.notifications_of(user), "unread": notifications.unread_count(user)}
    )


@blueprint.post("/<uuid:notification_id>/read")
@needs()
@blueprint.replies(Nothing)
def read(notification_id: uuid.UUID) -> dict[str, Any]:
    """Mark as read."""
    notifications.mark_read(current_user(), notification_id)
    return ok(message="Marked as read")
