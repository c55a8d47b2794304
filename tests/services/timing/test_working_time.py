"""The allowed and the used time of an attempt, with pauses, extensions and early ends."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.extensions import db
from exam_app.services.attempts import control, reset, starting
from exam_app.services.attempts import views as attempt_views
from exam_app.services.grading import bulk_grading
from exam_app.services.results import attempt_history, attempt_lists
from exam_app.services.results import views as result_views
from exam_app.services.results.attempt_lists import Filter
from exam_app.services.sessions import proctor_actions
from exam_app.services.statistics import attempt_analytics
from exam_app.services.taking import joining
from exam_app.services.taking import state as attempt_state
from exam_app.services.timing import deadlines
from tests.factories import AccommodationFactory, AttemptFactory, TestFactory
from tests.helpers.results import graded
from tests.helpers.times import NOW, later, minutes


def shown(attempt: Any, at: Any) -> tuple[float, int]:
    state = attempt_state.attempt_state(attempt, at)
    return state["timeLimit"], state["timeSpent"]


def pause(actor: Any, attempt: Any, begin: Any, end: Any = None) -> None:
    control.pause(actor, [attempt], "A break", begin)
    if end is not None:
        control.resume(actor, [attempt], "It goes on", end)
    db.session.refresh(attempt)


def test_pauses_are_not_working_time(attempt: Any, cast: SimpleNamespace) -> None:
    pause(cast.priya, attempt, minutes(5), minutes(9))
    assert shown(attempt, minutes(10)) == (30, 360)
    pause(cast.priya, attempt, minutes(20), later(20 * 60 + 0.4))  # one second, in whole seconds
    pause(cast.priya, attempt, minutes(21))
    assert shown(attempt, minutes(21)) == shown(attempt, minutes(90)) == (30, 21 * 60 - 240 - 1)
    control.force_submit(cast.priya, [attempt], "Ill", minutes(22))
    db.session.refresh(attempt)
    assert shown(attempt, minutes(90)) == (30, 21 * 60 - 240 - 1)


def test_a_cancelled_attempt_ended_when_it_was_cancelled(attempt: Any, cast: SimpleNamespace) -> None:
    control.cancel(cast.priya, [attempt], "Ill", minutes(7))
    db.session.refresh(attempt)
    assert shown(attempt, minutes(90)) == (30, 420)


def test_extensions_are_part_of_the_limit(running: Any, cast: SimpleNamespace) -> None:
    AccommodationFactory(student=cast.carl, extra_minutes=3)
    _, attempt = joining.join_session(cast.carl, running.id, NOW)
    deadlines.extend_time(running, cast.priya, None, 7, "Fire alarm", minutes(1))
    assert shown(attempt, minutes(2)) == (30 + 15 + 3 + 7, 120)
    assert deadlines.extend_attempt(attempt, cast.priya, 5, "why", minutes(3))["newTimeLimit"] == 60


def test_time_that_was_cut_off_is_not_part_of_the_limit(running: Any, cast: SimpleNamespace) -> None:
    """Time that is cut off is not allowed time: a late join, a start shortly before the test closes."""
    _, late = joining.join_session(cast.carl, running.id, minutes(4))
    assert shown(late, minutes(6)) == (26, 120)
    test = TestFactory(author=cast.ines, practice=True, published=True, available_until=minutes(20))
    cut = starting.start_attempt(cast.carl, test.id, minutes(8))
    assert shown(cut, minutes(9)) == (12, 60)


def test_a_pause_that_began_before_the_attempt(running: Any, cast: SimpleNamespace) -> None:
    """Carl joins after the pause of the session, Cora during it."""
    proctor_actions.pause(running, cast.priya, None, "Fire alarm", minutes(10))
    _, cora = joining.join_session(cast.cora, running.id, minutes(12))
    assert shown(cora, minutes(14)) == (18, 0)  # until the session is resumed
    proctor_actions.resume(running, cast.priya, None, "All clear", minutes(15))
    _, carl = joining.join_session(cast.carl, running.id, minutes(16))
    db.session.refresh(cora)
    assert cora.deadline_at == carl.deadline_at == minutes(35)
    assert (shown(cora, minutes(20)), shown(carl, minutes(20))) == ((20, 300), (19, 240))


def test_a_reset_discards_the_pauses_of_the_old_attempt(attempt: Any, cast: SimpleNamespace) -> None:
    pause(cast.priya, attempt, minutes(5), minutes(9))
    successor = reset.reset(cast.ines, attempt, "A broken laptop", True, minutes(20))
    assert successor.deadline_at == minutes(34)
    assert shown(successor, minutes(25)) == (14, 300)


@pytest.fixture
def paused(cast: SimpleNamespace, exam: Any, running: Any) -> Any:
    """Carl worked for six minutes of ten, Cora for eight."""
    carl = AttemptFactory(student=cast.carl, session=running)
    pause(cast.priya, carl, minutes(2), minutes(6))
    control.force_submit(cast.priya, [carl], "why", minutes(10))
    graded(student=cast.cora, session=running, after=8)
    bulk_grading.grade_closed(minutes(11))
    db.session.refresh(carl)
    return carl


def test_lists_and_averages_agree(paused: Any, cast: SimpleNamespace, exam: Any, running: Any) -> None:
    rows, _ = attempt_lists.listing(cast.ines, Filter(test_id=exam.id), 1, 10, minutes(60))
    assert {row["user"]["firstName"]: row["timeSpent"] for row in rows} == {"Carl": 360, "Cora": 480}
    assert attempt_lists.test_statistics(cast.ines, exam.id)["averageTime"] == "7m 0s"
    assert result_views.session_stats(running, minutes(60))["averageTime"] == "7m 0s"
    *_, summary = attempt_history.history(cast.ines, cast.carl, Filter(), 1, 10, minutes(60))
    assert summary["totalTimeSpent"] == "6m 0s"
    analysis = attempt_analytics.analyse(paused, minutes(60))
    assert analysis["attemptInfo"]["timeSpent"] == 360
    assert analysis["comparisonMetrics"]["timePercentile"] == 75  # faster than Cora, as fast as himself
    assert result_views.result_view(cast.ines, paused)["results"]["timeTaken"] == "6m 0s"
    assert attempt_views.describe_progress_reply(paused, minutes(60))["progress"]["timeElapsed"] == 360
