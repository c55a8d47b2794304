"""Pages for people: Jinja views that work without JavaScript. Guard, one service call, render."""

from __future__ import annotations

from flask import Blueprint

from exam_app.errors import AppError
from exam_app.pages import words
from exam_app.pages.rendering import render_error

pages = Blueprint("pages", __name__)
pages.register_error_handler(AppError, render_error)
words.register(pages)

# The views hang themselves onto `pages`, so they are imported after it exists.
from exam_app.pages import auth, staff, student  # noqa: E402

__all__ = ["auth", "pages", "render_error", "staff", "student"]
