"""Rendering a page with its viewer, their unread count, and the CSRF token of its forms."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from exam_app.models import User
from exam_app.services.notifications.notify import unread_count
from exam_app.web.identity import current_user

CSRF_COOKIE = "csrf_access_token"


def render_page(template: str, **values: Any) -> str:
    """Render for the signed-in user; only behind `page_login_required`."""
    viewer = current_user()
    return render_template(
        template,
        viewer=viewer,
        unread=unread_count(viewer),
        csrf_token=request.cookies.get(CSRF_COOKIE, ""),
        **values,
    )


def user_data(user: User) -> dict[str, str]:
    """The data about its user that a page passes to its script."""
    return {"userId": str(user.id), "firstName": user.first_name, "lastName": user.last_name}
