"""The page that checks a receipt, open to anyone who has one."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from exam_app.pages import pages
from exam_app.services.grading import receipts
from exam_app.web.extensions import limiter


@pages.get("/receipts")
def check_receipt() -> ResponseReturnValue:
    typed = request.args.get("code", "").strip()[:100]
    found = receipts.check(typed) if typed else None
    if typed and not found:
        # A school shares its client IP: the wrong codes of some must not stop who has a right one.
        with limiter.limit("30 per minute"):
            return render_template("receipt.html", typed=typed, receipt=None), 404
    return render_template("receipt.html", typed=typed, receipt=found)
