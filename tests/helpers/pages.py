"""A browser without JavaScript: signs in, follows redirects, keeps cookies, sends forms with CSRF tokens."""

from __future__ import annotations

import re
from contextvars import Context
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from exam_app.extensions import db
from tests.factories import PASSWORD


class PageClient:
    """One user's browser. Responses are Flask's; `words` is the visible text, `path` the path of the page."""

    def __init__(self, app: Flask, user: Any) -> None:
        self._app = app
        self.forget_cookies()
        self.get("/login")
        self._token = self.cookie("login_csrf")
        self.post("/login", email=user.email, password=PASSWORD)
        self._token = self.cookie("csrf_access_token")

    def get(self, path: str) -> Any:
        return self._open("GET", path)

    def post(self, path: str, token: str | None = None, **fields: Any) -> Any:
        sent = {"csrf_token": self._token if token is None else token, **fields}
        return self._open("POST", path, data=sent)

    def _open(self, method: str, path: str, **options: Any) -> Any:
        db.session.commit()  # objects that the test holds are loaded again afterwards
        reply = Context().run(self._client.open, path, method=method, follow_redirects=True, **options)
        main = reply.get_data(as_text=True).partition("<main")[2]
        for form in re.findall(r'<form [^>]*method="post".*?</form>', main, re.DOTALL):
            assert re.search(r'name="csrf_token" value="[^"]', form), f"no token in {form[:200]}"
        text = re.sub(r"</?bdi[^>]*>", "", main)  # part of a sentence
        reply.words = unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text)))
        reply.path = reply.request.path
        return reply

    def forget_cookies(self) -> None:
        self._client = FlaskClient(self._app, self._app.response_class, use_cookies=True)

    def set_cookie(self, name: str, value: str) -> None:
        self._client.set_cookie(name, value)

    def cookie(self, name: str) -> str:
        cookie = self._client.get_cookie(name)
        return cookie.value if cookie else ""
