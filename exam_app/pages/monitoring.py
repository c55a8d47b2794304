"""The monitoring page for administrators, which refreshes itself."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from exam_app.clock import now
from exam_app.pages import charts, pages
from exam_app.pages.rendering import render_page
from exam_app.services.operations import system_metrics
from exam_app.web.identity import current_user, page_login_required

QUEUES = {"deadlines": "Closing attempts", "grading": "Grading and sessions", "mail": "Mail"}
JOBS = {
    "close_due": "Close expired attempts",
    "grade_closed": "Grade closed attempts",
    "maintain_sessions": "Time warnings and session maintenance",
    "send_mail": "Send mail",
}


@pages.get("/monitoring")
@page_login_required("admin")
def monitoring() -> ResponseReturnValue:
    figures = system_metrics.figures(current_user(), now())
    return render_page(
        "monitoring.html", now=figures, charts=_charts(figures["history"]), queues=QUEUES, jobs=JOBS
    )


def _charts(history: list[dict[str, Any]]) -> dict[str, Any]:
    """The charts of the last hour, each with the value at its top."""
    saved = [minute["saved"] for minute in history]
    slowest = [minute["p99"] for minute in history]
    students = [minute["students"] for minute in history]
    staff = [minute["staff"] for minute in history]
    ms, connected = charts.top_of(slowest), charts.top_of([*students, *staff])
    return {
        "saves": {"top": max(saved, default=0), "bars": list(charts.bars(saved, charts.top_of(saved)))},
        "latency": {
            "top": max((ms for ms in slowest if ms is not None), default=None),
            "lines": {
                "slow": charts.lines(slowest, ms),
                "typical": charts.lines([minute["p50"] for minute in history], ms),
            },
        },
        "connections": {
            "top": max([*students, *staff], default=0),
            "lines": {"students": charts.lines(students, connected), "staff": charts.lines(staff, connected)},
        },
    }
