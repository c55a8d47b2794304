"""The printable certificate of a student who passed, with the receipt that anyone can check."""

from __future__ import annotations

import uuid

from flask.typing import ResponseReturnValue

from exam_app.extensions import db
from exam_app.models import Organization
from exam_app.pages import pages
from exam_app.pages.rendering import render_page
from exam_app.services.organizations import visibility
from exam_app.services.results import views as result_views
from exam_app.web.identity import current_user, page_login_required


@pages.get("/attempts/<uuid:attempt_id>/certificate")
@page_login_required("student", "instructor", "admin")
def certificate(attempt_id: uuid.UUID) -> ResponseReturnValue:
    user = current_user()
    attempt = visibility.attempt_for(user, attempt_id)
    return render_page(
        "certificate.html",
        result=result_views.certified_result(user, attempt),
        student=attempt.student,
        organization=db.session.get_one(Organization, attempt.organization_id),
        session=attempt.session,
    )
