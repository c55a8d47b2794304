"""The cookie that tells the scripts of a browser who is signed in there, also without a connection.

What pages keep on a device belongs to a person: scripts forget it when this cookie names somebody else. It
admits nobody anywhere: the server never reads it, except to spare the header.
"""

from __future__ import annotations

from flask import current_app, g, request
from werkzeug.wrappers import Response

from exam_app.models import User
from exam_app.pages import pages

COOKIE = "exam_user"


def name_owner(response: Response, user: User) -> None:
    """As long-lived as the cookies of the login itself: until the browser is closed."""
    response.set_cookie(
        COOKIE, str(user.id), samesite="Lax", secure=current_app.config["JWT_COOKIE_SECURE"], httponly=False
    )


def forget_owner(response: Response) -> None:
    response.delete_cookie(COOKIE)


@pages.after_request
def _name_viewer(response: Response) -> Response:
    """Also for who signed in over REST, or before this cookie existed."""
    viewer = g.get("viewer")
    is_leaving = any(header.startswith(f"{COOKIE}=") for header in response.headers.getlist("Set-Cookie"))
    if viewer is not None and not is_leaving and request.cookies.get(COOKIE) != str(viewer.id):
        name_owner(response, viewer)
    if viewer is not None and response.mimetype == "text/html":
        # "Back" must not show it to whoever sits here next, even without a connection.
        response.headers.setdefault("Cache-Control", "no-store")
    return response
