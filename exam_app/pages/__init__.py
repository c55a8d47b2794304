"""Server-rendered pages that work without JavaScript. A view checks the role, calls one service, renders."""

from __future__ import annotations

from flask import Blueprint

from exam_app.pages import filters

pages = Blueprint("pages", __name__)
filters.register(pages)

# The views register themselves on `pages`, so they are imported after it exists.
from exam_app.pages import (  # noqa: E402
    accommodations,
    auth,
    certificates,
    classes,
    device_owner,
    files,
    icon,
    late_answers,
    leaderboards,
    marking,
    monitoring,
    notification_texts,
    notifications,
    progress,
    questions,
    receipts,
    regrades,
    sessions,
    settings,
    staff,
    statistics,
    student,
    tests,
    worker,
)

__all__ = [
    "accommodations",
    "auth",
    "certificates",
    "classes",
    "device_owner",
    "files",
    "icon",
    "late_answers",
    "leaderboards",
    "marking",
    "monitoring",
    "notification_texts",
    "notifications",
    "pages",
    "progress",
    "questions",
    "receipts",
    "regrades",
    "sessions",
    "settings",
    "staff",
    "statistics",
    "student",
    "tests",
    "worker",
]
