"""The progress of a student over attempts, for the student and for their teachers."""

from __future__ import annotations

import uuid
from typing import Any

from flask.typing import ResponseReturnValue

from exam_app.clock import now
from exam_app.models import User
from exam_app.pages import charts, pages
from exam_app.pages.rendering import render_page
from exam_app.services.results.attempt_history import student_visible_to
from exam_app.services.statistics import learning
from exam_app.web.identity import current_user, page_login_required


@pages.get("/progress")
@page_login_required("student")
def my_progress() -> ResponseReturnValue:
    return _page(current_user())


@pages.get("/students/<uuid:student_id>/progress")
@page_login_required()
def student_progress(student_id: uuid.UUID) -> ResponseReturnValue:
    return _page(student_visible_to(current_user(), student_id))


def _page(student: User) -> str:
    found: dict[str, Any] = learning.progress(current_user(), student, now())
    return render_page(
        "progress.html",
        student=student,
        found=found,
        most=learning.MOST,
        dots=charts.dots([(row["testId"], row["percentage"]) for row in found["attempts"]]),
    )
