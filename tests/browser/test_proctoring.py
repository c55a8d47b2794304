"""Actions of a proctor on the dashboard, and what students see of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.people import at_question, enter_waiting_room, now_of, row_of, sign_in
from tests.helpers.chromium import RealTabs
from tests.helpers.product import Processes
from tests.helpers.rest import Sitting

CARL, CORA = "Carl Adams", "Cora Berg"


@pytest.fixture
def exam(sitting: Callable[..., Sitting]) -> Sitting:
    planned = sitting("long")
    planned.move("start-waiting")
    return planned


def begin(exam: Sitting, priya: Page, *students: Page) -> None:
    for student in students:
        enter_waiting_room(student, exam.title)
    exam.move("start")
    for student in students:
        at_question(student, 1)
    priya.goto(exam.monitor_url)


def dialog_of(page: Page, name: str) -> Locator:
    return page.get_by_role("dialog", name=name, exact=True)


def test_a_message_shows_who_received_and_read_it(visit: Visit, exam: Sitting) -> None:
    carl, priya = visit("carl"), visit("priya")
    begin(exam, priya, carl)
    priya.get_by_role("button", name="Message all").click()
    writing = dialog_of(priya, "Send a message")
    expect(writing).to_contain_text(f"2 students: {CARL} and {CORA}")
    writing.get_by_role("button", name="Send to 2 students").click()
    expect(writing.get_by_text("Enter a message.")).to_be_visible()
    writing.get_by_label("Message").fill("The picture of question 2 is on the projector.")
    writing.get_by_role("button", name="Send to 2 students").click()
    sent = dialog_of(priya, "Sent to 2 students")
    expect(sent).to_contain_text("received by 1 of 2")
    sent.get_by_role("button", name="Close").click()
    expect(carl.get_by_test_id("message")).to_contain_text("is on the projector")

    priya.get_by_role("tab", name="Messages").click()
    messages = priya.get_by_role("list", name="Messages")
    expect(messages).to_contain_text("received by 1 of 2 · read by 0")
    messages.get_by_text("Who has not received it").click()
    expect(messages.get_by_text(CORA)).to_be_visible()
    carl.get_by_role("button", name="I have read it").click()
    expect(messages).to_contain_text("received by 1 of 2 · read by 1")


def test_selected_students_are_paused_and_resumed(visit: Visit, exam: Sitting) -> None:
    carl, cora, priya = visit("carl"), visit("cora"), visit("priya")
    begin(exam, priya, carl, cora)
    priya.get_by_role("checkbox", name=f"Select {CARL}").check()
    priya.get_by_role("button", name="Pause", exact=True).click()
    asking = dialog_of(priya, "Pause the exam")
    expect(asking).to_contain_text(f"1 student: {CARL}")
    asking.get_by_role("radio", name="Everyone (2)").check()
    asking.get_by_role("button", name="Pause 2 students").click()
    expect(asking.get_by_text("Enter a reason")).to_be_visible()
    asking.get_by_role("radio", name="This student").check()
    asking.get_by_label("Reason").fill("Nose bleed")
    asking.get_by_role("button", name="Pause 1 student").click()
    done = dialog_of(priya, "1 student is paused")
    done.get_by_role("button", name="Close").click()
    expect(now_of(priya, CARL)).to_contain_text("paused")
    expect(now_of(priya, CORA)).to_have_text("answering")
    expect(carl.get_by_test_id("paused")).to_be_visible()

    priya.get_by_role("button", name="Clear selection").click()
    priya.get_by_role("button", name="Pause all").click()
    expect(dialog_of(priya, "Pause the exam")).to_contain_text(f"Not {CARL}: is paused already.")
    priya.keyboard.press("Escape")
    priya.get_by_role("button", name="Resume 1 student").click()
    going_on = dialog_of(priya, "Resume the exam")
    going_on.get_by_label("Reason").fill("Better again")
    going_on.get_by_role("button", name="Resume 1 student").click()
    expect(dialog_of(priya, "1 student is working again")).to_contain_text("Their time now ends at")
    priya.keyboard.press("Escape")
    expect(now_of(priya, CARL)).to_have_text("answering")
    at_question(carl, 1)


def test_a_raised_hand_waits_at_the_top_until_it_is_answered(visit: Visit, exam: Sitting) -> None:
    carl, cora, priya = visit("carl"), visit("cora"), visit("priya")
    begin(exam, priya, carl, cora)
    for student, words in ((carl, "May I open a window?"), (cora, "The picture is missing")):
        student.get_by_role("button", name="Help").click()
        student.get_by_label("What is it about?").fill(words)
        student.get_by_role("button", name="Raise hand").click()
        expect(student.get_by_role("dialog").get_by_role("button", name="Lower hand")).to_be_visible()
        student.keyboard.press("Escape")
    queue = priya.get_by_role("region", name="2 open help requests")
    waiting = queue.get_by_role("listitem")
    expect(waiting.first).to_contain_text("May I open a window?")
    expect(now_of(priya, CORA)).to_contain_text("asks for help")

    waiting.first.get_by_role("button", name="Resolve").click()
    resolving = dialog_of(priya, "Resolve the help request")
    resolving.get_by_label("Answer or note").fill("It is open now")
    resolving.get_by_role("button", name="Resolve").click()
    queue = priya.get_by_role("region", name="1 open help request")
    expect(queue).not_to_contain_text(CARL)
    queue.get_by_role("button", name=f"Answer {CORA} with a message").click()
    answering = dialog_of(priya, "Send a message")
    answering.get_by_label("Message").fill("Look at the projector.")
    answering.get_by_role("button", name="Send to 1 student").click()
    expect(dialog_of(priya, "Sent to 1 student")).to_contain_text("received by 1 of 1")
    priya.keyboard.press("Escape")
    expect(queue).to_have_count(0)
    expect(now_of(priya, CORA)).to_have_text("answering")
    expect(cora.get_by_test_id("message")).to_contain_text("Look at the projector.")


def test_an_alert_stays_open_until_it_is_resolved(
    visit: Visit, real_tabs: RealTabs, product: Processes, exam: Sitting
) -> None:
    carl, priya = real_tabs.context.pages[0], visit("priya")
    sign_in(carl, "carl", f"{product.url}/login")
    begin(exam, priya, carl)
    other = carl.context.new_page()
    for _ in range(3):
        other.bring_to_front()
        expect(now_of(priya, CARL)).to_contain_text("left the page")
        carl.bring_to_front()
        expect(now_of(priya, CARL)).to_have_text("answering")
    expect(row_of(priya, CARL).get_by_text("1 open alert")).to_be_attached()
    priya.get_by_role("radio", name="needs attention 1").check(force=True)
    expect(row_of(priya, CARL)).to_be_visible()

    priya.get_by_role("button", name=f"Details of {CARL}").click()
    drawer = dialog_of(priya, CARL)
    expect(drawer.get_by_role("log")).to_contain_text("left the page")
    noticed = drawer.get_by_role("list", name="Alerts")
    expect(noticed).to_contain_text("3 times")
    noticed.get_by_role("button", name="Dismiss").click()
    looking = dialog_of(priya, "Dismiss the alert")
    looking.get_by_label("Reason for dismissing").fill("opened the wrong tab")
    looking.get_by_role("button", name="Dismiss").click()
    expect(looking).to_have_count(0)
    expect(noticed).to_contain_text("Dismissed by Priya Nair: opened the wrong tab")
    priya.keyboard.press("Escape")
    expect(priya.get_by_role("button", name=f"Details of {CARL}")).to_be_focused()
    expect(row_of(priya, CARL).get_by_text("1 open alert")).to_have_count(0)
