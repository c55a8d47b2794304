"""A form that is refused, as its sign-in has ended or changed: why, and how nothing has to be typed again."""

from __future__ import annotations

from flask import current_app, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from exam_app.web.sign_in_state import Cause, cause, is_from_here

_NOT_SENT_AGAIN = ("csrf_token", "password")


def refuse() -> Response:
    """The answer to the refused form of this request.

    What was entered is shown and can be sent again, after signing in in another tab. A form with nothing but
    a button leads to the login page, which says the same; signing out twice is no error.
    """
    why, user = cause()
    if user is None and request.endpoint == "pages.log_out":
        return redirect(url_for("pages.login", signed_out=1), 303)
    is_ours = is_from_here()
    sent = [(k, v) for k, v in request.form.items(multi=True) if k not in _NOT_SENT_AGAIN] if is_ours else []
    has_files = is_ours and any(file.filename for file in request.files.values())
    if not any(value.strip() for _, value in sent) and not has_files:
        return redirect(url_for("pages.login", next=_page(), refused=why.name.lower()), 303)
    page = render_template(
        "refused_form.html",
        cause=why,
        viewer=user,
        csrf_token=request.cookies.get(current_app.config["JWT_ACCESS_CSRF_COOKIE_NAME"], ""),
        action=request.full_path.rstrip("?"),
        page=_page(),
        sent=sent,
        has_files=has_files,
    )
    response = make_response(page, 403 if user else 401)
    response.headers["Cache-Control"] = "no-store"
    return response


def reason(name: str) -> Cause | None:
    """The cause that `refuse` has put into the address of the login page."""
    return Cause.__members__.get(name.upper())


def _page() -> str:
    """The page that has the form: the one it is sent to, or the start page where that is an action only."""
    try:
        current_app.url_map.bind(request.host).match(request.path, method="GET")
    except HTTPException:
        return url_for("pages.home")
    return request.full_path.rstrip("?")
