"""Communication between students and proctors during an exam: messages, help requests, pauses."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, Visit
from tests.browser.people import all_saved, answer_field, at_question, begin, enter_waiting_room, go_to, until
from tests.browser.proctor import Proctor
from tests.helpers.chromium import Watcher
from tests.helpers.product import Processes
from tests.helpers.rest import Sitting


@pytest.fixture
def priya(product: Processes) -> Proctor:
    return Proctor(product.url)


def message(page: Page, text: str) -> Locator:
    return page.get_by_test_id("message").filter(has_text=text)


def send_message(priya: Proctor, exam: Sitting, text: str) -> int:
    sent = priya.ask("message_send", sessionId=exam.id, attemptIds="all", text=text)
    return int(sent["messageId"])


def receipts(exam: Sitting, message_id: int) -> tuple[int, int]:
    messages = exam.teacher.get(f"/api/sessions/{exam.id}/monitor")["messages"]
    (found,) = [one for one in messages if one["messageId"] == message_id]
    return found["received"], found["confirmed"]


def counted(page: Page, exam: Sitting, message_id: int, expected: tuple[int, int]) -> None:
    """Wait for the count: the receipt is on its way while the page already shows the result."""
    until(
        page,
        lambda: receipts(exam, message_id) == expected,
        f"receipts {expected}",
        seen=lambda: receipts(exam, message_id),
    )


def test_a_message_keeps_the_focus_and_stays_until_it_is_confirmed(
    visit: Visit, sitting: Callable[[str], Sitting], priya: Proctor
) -> None:
    page = visit("carl", PHONE)
    exam = sitting("long")
    begin(exam, page)
    for number in (2, 3, 4):
        page.get_by_role("button", name="Next").click()
        at_question(page, number)
    answer_field(page).focus()
    page.keyboard.type("nuc")
    place = answer_field(page).bounding_box()
    first = send_message(priya, exam, "Question 4: one word is enough.")
    expect(message(page, "one word is enough")).to_be_visible()
    expect(page.get_by_test_id("announcer")).to_contain_text("Message from Priya Nair: Question 4")
    page.keyboard.type("leus")
    expect(answer_field(page)).to_have_value("nucleus")
    expect(answer_field(page)).to_be_focused()
    assert answer_field(page).bounding_box() == place
    counted(page, exam, first, (1, 0))

    page.reload()
    message(page, "one word is enough").get_by_role("button", name="I have read it").click()
    expect(message(page, "one word is enough")).to_have_count(0)
    counted(page, exam, first, (1, 1))
    page.reload()
    at_question(page, 4)
    expect(page.get_by_test_id("message")).to_have_count(0)
    page.get_by_role("button", name="Help", exact=True).click()
    sheet = page.get_by_role("dialog", name="Help")
    expect(sheet.get_by_role("heading", name="Messages (1)")).to_be_visible()
    expect(sheet).to_contain_text("Question 4: one word is enough.")


def test_a_message_reaches_the_waiting_room(
    visit: Visit, sitting: Callable[[str], Sitting], priya: Proctor
) -> None:
    page = visit("carl")
    exam = sitting("long")
    exam.move("start-waiting")
    enter_waiting_room(page, exam.title)
    message_id = send_message(priya, exam, "We start five minutes late.")
    expect(message(page, "five minutes late")).to_be_visible()
    page.reload()
    expect(message(page, "five minutes late")).to_be_visible()
    exam.move("start")
    at_question(page, 1)
    message(page, "five minutes late").get_by_role("button", name="I have read it").click()
    counted(page, exam, message_id, (1, 1))


def test_a_hand_is_raised_lowered_and_answered(
    visit: Visit, sitting: Callable[[str], Sitting], priya: Proctor
) -> None:
    carl, cora = visit("carl", PHONE), visit("cora")
    exam = sitting("long")
    begin(exam, carl, cora)
    for page, words in ((carl, "Your hand is up, 1st in the queue."), (cora, "2nd in the queue.")):
        page.get_by_role("heading", name="Question").focus()
        page.keyboard.press("?")
        sheet = page.get_by_role("dialog", name="Help")
        sheet.get_by_label("What is it about?").press_sequentially("I need paper")
        page.keyboard.press("Enter")
        expect(sheet).to_contain_text(words)
        sheet.get_by_role("button", name="Close").click()
        expect(page.get_by_test_id("hand")).to_contain_text(words)

    carl.reload()
    carl.get_by_test_id("hand").get_by_role("button", name="Lower hand").click()
    expect(carl.get_by_test_id("hand")).to_have_count(0)
    expect(carl.get_by_test_id("notice")).to_have_count(0)

    (waiting,) = exam.teacher.get(f"/api/sessions/{exam.id}/monitor")["requests"]
    assert (waiting["studentName"], waiting["text"]) == ("Cora Berg", "I need paper")
    priya.ask("request_resolve", sessionId=exam.id, requestId=waiting["requestId"], note="It is on its way.")
    expect(cora.get_by_test_id("hand")).to_have_count(0)
    expect(cora.get_by_test_id("notice")).to_contain_text("Your proctor: It is on its way.")


def test_a_question_is_reported(visit: Visit, sitting: Callable[[str], Sitting]) -> None:
    page = visit("carl")
    exam = sitting("long")
    begin(exam, page)
    go_to(page, 3)
    page.get_by_role("button", name="Help", exact=True).click()
    page.get_by_text("Report a problem with question 3").click()
    page.get_by_role("button", name="Report question 3").click()
    outcome = page.locator("details").get_by_test_id("help-outcome")
    expect(outcome).to_have_text("Describe in a few words what is wrong.")
    page.get_by_label("What is wrong?").fill("The picture is missing.")
    page.get_by_role("button", name="Report question 3").click()
    expect(outcome).to_contain_text("Your report was sent to the proctors.")
    (report,) = exam.teacher.get(f"/api/sessions/{exam.id}/monitor")["requests"]
    assert (report["kind"], report["questionIndex"]) == ("question_report", 3)


def test_asking_for_help_offline_requires_a_connection(
    visit: Visit, watcher: Watcher, sitting: Callable[[str], Sitting]
) -> None:
    watcher.expect_network_trouble()
    page = visit("carl")
    begin(sitting("long"), page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Help", exact=True).click()
    page.get_by_role("button", name="Raise hand").click()
    expect(page.get_by_role("dialog")).to_contain_text("Not sent: this needs a connection")
    page.context.set_offline(False)


def test_a_pause_hides_the_paper_stops_the_clock_and_ends_by_itself(
    visit: Visit, sitting: Callable[[str], Sitting], priya: Proctor
) -> None:
    page = visit("carl")
    exam = sitting("long")
    begin(exam, page)
    go_to(page, 4)
    page.keyboard.press("Tab")
    answer_field(page).fill("nucl")
    attempt = {"sessionId": exam.id, "attemptIds": "all"}
    priya.ask("attempts_pause", **attempt, reason="Fire alarm")
    paused = page.get_by_test_id("paused")
    expect(paused.get_by_role("heading", name="Your exam is paused")).to_be_focused()
    expect(paused).to_contain_text("Fire alarm")
    expect(page.get_by_test_id("question")).to_have_count(0)
    expect(page.get_by_role("navigation", name="Questions")).to_have_count(0)
    page.keyboard.press("n")
    left = page.get_by_test_id("time-left").inner_text()

    page.reload()
    expect(paused).to_contain_text("Fire alarm")
    assert page.get_by_test_id("time-left").inner_text() == left
    priya.ask("attempts_resume", **attempt, reason="It was a drill")
    at_question(page, 4)
    expect(answer_field(page)).to_have_value("nucl")
    expect(page.get_by_test_id("notice")).to_contain_text("The exam has resumed.")
    answer_field(page).fill("nucleus")
    all_saved(page)
    expect(page.get_by_test_id("time-left")).to_have_text(re.compile("^(40|39) min$"))


def test_extra_time_is_announced_and_proctors_see_that_it_arrived(
    visit: Visit, sitting: Callable[[str], Sitting], priya: Proctor
) -> None:
    page = visit("carl")
    exam = sitting("long")
    begin(exam, page)
    priya.ask(
        "attempts_extend", sessionId=exam.id, attemptIds="all", minutes=10, reason="The projector failed"
    )
    notice = page.get_by_test_id("notice")
    expect(notice).to_contain_text("You have 10 more minutes: The projector failed")
    until(page, lambda: exam.row("Carl")["deadlineReceived"] is True, "the new deadline has arrived")
    notice.get_by_role("button", name="Dismiss").click()
    expect(notice).to_have_count(0)
