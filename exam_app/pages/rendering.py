"""How every page is rendered: with who looks at it, what waits for them, and the token their forms need."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from exam_app.models import User
from exam_app.services.notifications.notify import unread_count
from exam_app.web.identity import current_user

CSRF_COOKIE = "csrf_access_token"


def render_page(template: str, **values: Any) -> str:
    """Render for the person signed in; only behind `page_login_required`."""
    viewer = current_user()
    return render_template(
        template,
        viewer=viewer,
        unread=unread_count(viewer),
        csrf_token=request.cookies.get(CSRF_COOKIE, ""),
        **values,
    )


def person(user: User) -> dict[str, str]:
    """What a page's script may know of its user."""
    return {"userId": str(user.id), "firstName": user.first_name, "lastName": user.last_name}
