"""Pages for marking: what waits, the queue of a session or a test, and one answer after another."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from exam_app.clock import now
from exam_app.errors import InvalidInput
from exam_app.identity import current_user, page_login_required
from exam_app.models import Attempt
from exam_app.pages import pages
from exam_app.pages.forms import WHOLE_FORM, Form, load
from exam_app.pages.rendering import render_page
from exam_app.pages.sessions import PLANNERS
from exam_app.pages.words import number
from exam_app.rules.question_types import decimals
from exam_app.schemas.marking import MarkIn
from exam_app.services import catalog, exam_sessions, marking, marking_queue, marking_views
from exam_app.services.access import manages
from exam_app.services.attempts import attempt_for
from exam_app.services.marking_queue import Attempts, Entry, Order, Place

NAMES_HIDDEN = "hidden"


@pages.get("/marking")
@page_login_required(*PLANNERS)
def marking_due() -> ResponseReturnValue:
    return render_page("marking.html", queues=marking_queue.queues(current_user()))


@pages.get("/sessions/<uuid:session_id>/marking")
@page_login_required(*PLANNERS)
def mark_session(session_id: uuid.UUID) -> ResponseReturnValue:
    user = current_user()
    session = exam_sessions.session_for(user, session_id)
    return _queue_page(
        marking_queue.of_session(session),
        session=exam_sessions.describe_session(session),
        can_release=manages(user, session),
        feedback=session.paper.content["settings"]["feedback"],
    )


@pages.get("/tests/<int:test_id>/marking")
@page_login_required(*PLANNERS)
def mark_test(test_id: int) -> ResponseReturnValue:
    """What was taken outside sessions."""
    test = catalog.test_for(test_id)
    return _queue_page(
        marking_queue.outside_sessions(test),
        session=None,
        test_id=test_id,
        title=test.title,
        feedback=test.feedback.value,
    )


@pages.get("/sessions/<uuid:session_id>/marking/next")
@page_login_required(*PLANNERS)
def mark_next_of_session(session_id: uuid.UUID) -> ResponseReturnValue:
    session = exam_sessions.session_for(current_user(), session_id)
    overview = url_for("pages.mark_session", session_id=session_id)
    return _to_first_due(marking_queue.of_session(session), overview)


@pages.get("/tests/<int:test_id>/marking/next")
@page_login_required(*PLANNERS)
def mark_next_of_test(test_id: int) -> ResponseReturnValue:
    test = catalog.test_for(test_id)
    overview = url_for("pages.mark_test", test_id=test_id)
    return _to_first_due(marking_queue.outside_sessions(test), overview)


@pages.route("/marking/<uuid:attempt_id>/<uuid:answer_id>", methods=["GET", "POST"])
@page_login_required(*PLANNERS)
def mark_answer(attempt_id: uuid.UUID, answer_id: uuid.UUID) -> ResponseReturnValue:
    attempt = attempt_for(current_user(), attempt_id)
    queue = marking_queue.entries(current_user(), marking_queue.queue_with(attempt), _order())
    place = marking_queue.place(queue, answer_id)
    answer = marking_views.shown(attempt, answer_id)
    form = Form(**_standing(answer))
    if form.is_sent:
        with form.keeping_problems():
            mark = _mark_from(form)
            marking.grade_answer(current_user(), attempt, answer_id, **mark, now=now())
            flash(f"Saved for {_name(place.entry)}: {_points(mark['points'])}.")
            return redirect(_after(attempt, place), 303)
    if form.problems:
        answer = marking_views.shown(attempt, answer_id)  # with what came in between
    only_mistyped = form.problems and WHOLE_FORM not in form.problems
    return form.page(
        "marking_answer.html",
        answer=answer,
        seen=form["seen"] if only_mistyped else answer["seen"],  # who is told of a change has seen it
        place=place,
        name=_name(place.entry),
        title=attempt.session.title if attempt.session else attempt.test.title,
        overview=_overview(attempt),
        address=_address,
        other_order=Order.QUESTION if _order() is Order.STUDENT else Order.STUDENT,
        names=_names(),
    )


def _queue_page(queued: Attempts, **values: Any) -> ResponseReturnValue:
    queue = marking_queue.entries(current_user(), queued, Order.QUESTION)
    return render_page(
        "marking_queue.html",
        questions=marking_queue.questions_in(queue),
        due=sum(entry.is_due for entry in queue),
        attempts=len({entry.attempt_id for entry in queue if entry.is_due}),
        marked=[entry for entry in queue if not entry.is_due],
        names=_names(),
        address=_address,
        **values,
    )


def _to_first_due(attempts: Attempts, overview: str) -> ResponseReturnValue:
    queue = marking_queue.entries(current_user(), attempts, _order())
    first = marking_queue.first_due(queue, request.args.get("question", type=int))
    return redirect(_address(first) if first else overview, 303)


def _mark_from(form: Form) -> dict[str, Any]:
    """:raises InvalidInput: what is no number of points; the service says which are too many."""
    try:
        points = decimals.clean(form["points"])
    except ValueError:
        raise InvalidInput(details={"points": [f"“{form['points']}” is no number of points."]}) from None
    if not points:
        raise InvalidInput(details={"points": ["Say how many points the answer gets."]})
    comment = form["comment"].replace("\r\n", "\n")
    return load(MarkIn, {"points": float(points), "comment": comment, "seen": form["seen"]})


def _points(points: Decimal) -> str:
    return f"{number(points, 2)} {'point' if points == 1 else 'points'}"


def _standing(answer: dict[str, Any]) -> dict[str, str]:
    """The mark there is, so that one who changes it begins with it."""
    mark = answer["standing"]
    return {"points": str(mark["points"]), "comment": mark["comment"]} if mark else {}


def _after(attempt: Attempt, place: Place) -> str:
    return _address(place.next_due) if place.next_due else _overview(attempt)


def _address(entry: Entry, **other: Any) -> str:
    """That of an answer, in the order and with the names as now, unless `other` says how else."""
    chosen: dict[str, Any] = {"by": _order().value, "names": _names(), **other}
    return url_for("pages.mark_answer", attempt_id=entry.attempt_id, answer_id=entry.answer_id, **chosen)


def _overview(attempt: Attempt) -> str:
    if attempt.session_id:
        return url_for("pages.mark_session", session_id=attempt.session_id, names=_names())
    return url_for("pages.mark_test", test_id=attempt.test_id, names=_names())


def _order() -> Order:
    return Order.STUDENT if request.args.get("by") == Order.STUDENT else Order.QUESTION


def _names() -> str | None:
    """Kept in the addresses, so that no page on the way shows a name."""
    return NAMES_HIDDEN if request.args.get("names") == NAMES_HIDDEN else None


def _name(entry: Entry) -> str:
    return f"Student {entry.student}" if _names() else entry.name
