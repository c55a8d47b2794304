"""Marking: the open queues, the queue of a session or a test, and the page that marks one answer."""

from __future__ import annotations

import re
import uuid
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from exam_app.clock import now
from exam_app.errors import InvalidInput
from exam_app.models import Attempt, Release
from exam_app.pages import pages, typed_numbers
from exam_app.pages.filters import number
from exam_app.pages.forms import WHOLE_FORM, Form, load
from exam_app.pages.rendering import render_page
from exam_app.pages.sessions import PLANNERS
from exam_app.rules.direction import isolated
from exam_app.rules.marking import Task
from exam_app.rules.question_types.essay import MAX_LEVELS
from exam_app.schemas.marking import MarkIn, SettlementIn
from exam_app.services.authoring import catalog
from exam_app.services.marking import differences, giving_marks
from exam_app.services.marking import queue as marking_queue
from exam_app.services.marking import views as marking_views
from exam_app.services.marking.queue import Attempts, Entry, Order, Place
from exam_app.services.organizations import visibility
from exam_app.services.organizations.visibility import attempt_for, manages
from exam_app.services.sessions import views as session_views
from exam_app.web.identity import current_user, page_login_required

NAMES_HIDDEN = "hidden"
_NO_LEVEL = MAX_LEVELS


@pages.get("/marking")
@page_login_required(*PLANNERS)
def marking_due() -> ResponseReturnValue:
    return render_page("marking.html", queues=marking_queue.queues(current_user()))


@pages.get("/sessions/<uuid:session_id>/marking")
@page_login_required(*PLANNERS)
def mark_session(session_id: uuid.UUID) -> ResponseReturnValue:
    user = current_user()
    session = visibility.session_for(user, session_id)
    return _queue_page(
        marking_queue.of_session(session),
        session=session_views.describe_session(session),
        can_release=manages(user, session),
        markers=session.paper.content["settings"].get("markers", 1),
        feedback=session.paper.content["settings"]["feedback"],
    )


@pages.get("/tests/<int:test_id>/marking")
@page_login_required(*PLANNERS)
def mark_test(test_id: int) -> ResponseReturnValue:
    """Self-paced attempts."""
    test = catalog.test_for(test_id)
    return _queue_page(
        marking_queue.outside_sessions(test),
        session=None,
        test_id=test_id,
        title=test.title,
        markers=test.markers,
        feedback=test.feedback.value,
        released_after=test.available_until if test.release == Release.AFTER_CLOSE else None,
    )


@pages.get("/sessions/<uuid:session_id>/marking/differences")
@page_login_required(*PLANNERS)
def session_differences(session_id: uuid.UUID) -> ResponseReturnValue:
    session = visibility.session_for(current_user(), session_id)
    overview = url_for("pages.mark_session", session_id=session_id, names=_names())
    return _differences_page(session.title, overview, session_id=session_id)


@pages.get("/tests/<int:test_id>/marking/differences")
@page_login_required(*PLANNERS)
def test_differences(test_id: int) -> ResponseReturnValue:
    """Of all attempts at the test, self-paced ones included."""
    test = catalog.test_for(test_id)
    overview = url_for("pages.mark_test", test_id=test_id, names=_names())
    return _differences_page(test.title, overview, test_id=test_id)


@pages.get("/sessions/<uuid:session_id>/marking/next")
@page_login_required(*PLANNERS)
def mark_next_of_session(session_id: uuid.UUID) -> ResponseReturnValue:
    session = visibility.session_for(current_user(), session_id)
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
    user = current_user()
    attempt = attempt_for(user, attempt_id)
    queue = marking_queue.entries(user, marking_queue.queue_with(attempt), _order())
    place = marking_queue.place(queue, answer_id)
    answer = marking_views.shown(user, attempt, answer_id)
    form = Form(**_initial_values(answer))
    if form.is_sent:
        with form.collecting_problems():
            given = _save(form, attempt, answer_id, answer["rubric"])
            flash(f"Saved for {isolated(_name(place.entry))}: {_points(given['points'])}.")
            return redirect(_after(attempt, place, given["task"]), 303)
    if form.problems:
        answer = marking_views.shown(user, attempt, answer_id)  # with the marks given in the meantime
    only_mistyped = form.problems and WHOLE_FORM not in form.problems
    return form.page(
        "marking_answer.html",
        answer=answer,
        seen=form["seen"] if only_mistyped else answer["seen"],  # after a conflict, the new mark is shown
        place=place,
        name=_name(place.entry),
        title=attempt.session.title if attempt.session else attempt.test.title,
        overview=_overview(attempt),
        answer_url=_answer_url,
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
        waiting=sum(entry.task is Task.WAIT for entry in queue),
        marked=[entry for entry in queue if not entry.is_due],
        names=_names(),
        answer_url=_answer_url,
        **values,
    )


def _differences_page(title: str, overview: str, **chosen: Any) -> ResponseReturnValue:
    report = differences.report(current_user(), **chosen)
    return render_page(
        "marking_differences.html", report=report, title=title, overview=overview, names=_names()
    )


def _to_first_due(attempts: Attempts, overview: str) -> ResponseReturnValue:
    queue = marking_queue.entries(current_user(), attempts, _order())
    first = marking_queue.first_due(queue, request.args.get("question", type=int))
    return redirect(_answer_url(first) if first else overview, 303)


def _save(form: Form, attempt: Attempt, answer_id: uuid.UUID, rubric: list[dict[str, Any]]) -> dict[str, Any]:
    """Save a mark, or the adjudication of two marks, depending on the `action` of the form."""
    sent = {
        "comment": form["comment"].replace("\r\n", "\n"),
        "seen": form["seen"],
        **_points_from(form, rubric),
    }
    actor = current_user()
    if form["action"] == "settle":
        adjudicated = load(SettlementIn, {**sent, "reason": form["reason"]})
        return giving_marks.adjudicate(
            actor, attempt, answer_id, **{"points": None, **adjudicated}, now=now()
        )
    mark = load(MarkIn, sent)
    return giving_marks.grade_answer(actor, attempt, answer_id, **{"points": None, **mark}, now=now())


def _points_from(form: Form, rubric: list[dict[str, Any]]) -> dict[str, Any]:
    """Points, levels of the rubric, or both.

    :raises InvalidInput: neither was given, or the points are not a number. The service checks their range.
    """
    levels = [form[f"level-{place}"] for place in range(len(rubric))]
    try:
        points = typed_numbers.points(form["points"])
    except ValueError as problem:
        raise InvalidInput(details={"points": [str(problem)]}) from None
    if not points and not any(levels):
        raise InvalidInput(details={"points": ["Enter the points for this answer."]})
    sent: dict[str, Any] = {"points": float(points)} if points else {}
    if any(levels):
        # The service rejects a missing or malformed level as one that the rubric does not have.
        sent["levels"] = [int(level) if re.fullmatch("[0-9]", level) else _NO_LEVEL for level in levels]
    return sent


def _points(points: float) -> str:
    return f"{number(points, 2)} {'point' if points == 1 else 'points'}"


def _initial_values(answer: dict[str, Any]) -> dict[str, str]:
    """The current mark, to be changed; before an adjudication, the comments of both markers."""
    mark = answer["standing"]
    if answer["both"] and not answer["settled"]:
        return {"comment": "\n\n".join(dict.fromkeys(m["comment"] for m in answer["both"] if m["comment"]))}
    if not mark:
        return {}
    found = {place: _level(answer, place, row) for place, row in enumerate(mark["rubric"] or ())}
    levels = {f"level-{place}": str(level) for place, level in found.items() if level is not None}
    return {"points": str(mark["points"]), "comment": mark["comment"], **levels}


def _level(answer: dict[str, Any], place: int, picked: dict[str, Any]) -> int | None:
    """The index of the picked level in the current rubric, or None if the rubric has changed since."""
    rubric = answer["rubric"]
    levels = rubric[place]["levels"] if place < len(rubric) else []
    texts = [level["text"] for level in levels]
    return texts.index(picked["levels"][0]) if picked["levels"][0] in texts else None


def _after(attempt: Attempt, place: Place, task: Task | None) -> str:
    """The URL after a save: this answer again if it needs adjudication, else the next one due."""
    if task is Task.ADJUDICATE:
        return _answer_url(place.entry)
    return _answer_url(place.next_due) if place.next_due else _overview(attempt)


def _answer_url(entry: Entry, **other: Any) -> str:
    """The URL of an answer, in the current order and with names hidden or shown; `other` overrides it."""
    chosen: dict[str, Any] = {"by": _order().value, "names": _names(), **other}
    return url_for("pages.mark_answer", attempt_id=entry.attempt_id, answer_id=entry.answer_id, **chosen)


def _overview(attempt: Attempt) -> str:
    if attempt.session_id:
        return url_for("pages.mark_session", session_id=attempt.session_id, names=_names())
    return url_for("pages.mark_test", test_id=attempt.test_id, names=_names())


def _order() -> Order:
    return Order.STUDENT if request.args.get("by") == Order.STUDENT else Order.QUESTION


def _names() -> str | None:
    """Carried in the URLs, so that no page in between shows a name."""
    return NAMES_HIDDEN if request.args.get("names") == NAMES_HIDDEN else None


def _name(entry: Entry) -> str:
    return f"Student {entry.student}" if _names() else entry.name
