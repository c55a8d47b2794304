"""The page that checks a receipt, open to anyone who has one."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from exam_app.pages import pages
from exam_app.services.grading import receipts
from exam_app.web.extensions import limiter


@pages.get("/receipts")
@limiter.limit(
    "300 per minute"
)  # for load only: a school shares its client IP, and 60 bits cannot be guessed
def check_receipt() -> ResponseReturnValue:
    typed = request.args.get("code", "").strip()[:100]
    found = receipts.check(typed) if typed else None
    return render_template("receipt.html", typed=typed, receipt=found), 404 if typed and not found else 200
