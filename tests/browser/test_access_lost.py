"""Students who are taken out of an exam, and put back."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.people import all_saved, at_question, choose, enter_waiting_room
from tests.helpers.chromium import Watcher
from tests.helpers.product import Processes
from tests.helpers.rest import Api, Sitting


def test_a_student_taken_off_the_list_gets_no_paper_and_goes_on_when_back(
    visit: Visit, sitting: Callable[[str], Sitting], product: Processes, watcher: Watcher
) -> None:
    watcher.expect("status of 404", "WebSocket")
    exam = sitting("long")
    session = exam.teacher.get(f"/api/sessions/{exam.id}")
    members = f"/api/classes/{session['classId']}/students"
    carl, cora = visit("carl"), visit("cora")
    exam.move("start-waiting")
    for page in (carl, cora):
        enter_waiting_room(page, exam.title)
    carl_id = exam.row("Carl")["studentId"]
    exam.teacher.delete(f"{members}/{carl_id}")
    try:
        expect(carl.get_by_role("main")).to_contain_text("You are not on the list of 10b any more.")
        exam.move("start")
        at_question(cora, 1)
        expect(carl.get_by_test_id("question")).to_have_count(0)
        expect(carl.get_by_test_id("waiting-room")).to_have_count(0)
    finally:
        exam.teacher.post(members, studentId=carl_id)
    at_question(carl, 1)
    choose(carl, "Chloroplast")
    all_saved(carl)
    assert exam.row("Carl")["questionsAnswered"] == 1


def test_a_closed_account_is_told_in_the_waiting_room(
    visit: Visit, sitting: Callable[[str], Sitting], product: Processes, watcher: Watcher
) -> None:
    watcher.expect("status of 401", "status of 404", "WebSocket")
    exam = sitting("long")
    carl = visit("carl")
    exam.move("start-waiting")
    enter_waiting_room(carl, exam.title)
    account = f"/api/users/{exam.row('Carl')['studentId']}"
    admin = Api(product.url, "ada@school.example")
    admin.put(account, isActive=False)
    try:
        expect(carl.get_by_role("main")).to_contain_text("Your account was closed.")
        expect(carl.get_by_test_id("waiting-room")).to_have_count(0)
    finally:
        admin.put(account, isActive=True)
    expect(carl.get_by_test_id("waiting-room")).to_be_visible()
