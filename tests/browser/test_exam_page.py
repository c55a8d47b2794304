"""The student's page: keyboard shortcuts, practice with feedback, and a server that is unavailable."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.people import (
    all_saved,
    answer_field,
    at_question,
    begin,
    choose,
    go_to,
    option_of,
    save_state,
    sign_in,
    submit_exam,
    write,
)
from tests.helpers.chromium import Watcher
from tests.helpers.product import Processes
from tests.helpers.rest import Sitting


def test_a_whole_exam_by_keyboard(visit: Visit, sitting: Callable[[str], Sitting]) -> None:
    page = visit("carl")
    begin(sitting("long"), page)
    spoken = page.get_by_test_id("announcer")

    page.keyboard.press("1")
    expect(option_of(page, "Chloroplast")).to_be_checked()
    page.keyboard.press("f")
    expect(page.get_by_role("button", name="Flagged", exact=True)).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("n")
    at_question(page, 2)
    expect(page.get_by_role("heading", name="Question 2 of 7")).to_be_focused()
    page.keyboard.press("1")
    page.keyboard.press("2")
    expect(option_of(page, "Ribosome")).to_be_checked()
    page.keyboard.press("2")
    expect(option_of(page, "Ribosome")).not_to_be_checked()
    page.keyboard.press("t")
    expect(spoken).to_contain_text("Time left: 40 minutes.")
    page.keyboard.press("p")
    at_question(page, 1)

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Help")).to_be_hidden()

    for number in (2, 3, 4):
        page.keyboard.press("ArrowRight")
        at_question(page, number)
    answer_field(page).focus()
    page.keyboard.type("nft1 p?")  # letters of the answer, not shortcuts
    expect(answer_field(page)).to_have_value("nft1 p?")
    at_question(page, 4)
    all_saved(page)

    for number in (5, 6, 7):
        page.get_by_role("heading", name="Question").focus()
        page.keyboard.press("n")
        at_question(page, number)
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="Hand in", exact=True)).to_be_focused()
    expect(page.get_by_role("heading", name="Flagged (1)")).to_be_visible()
    page.get_by_test_id("submit").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Go on working")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_test_id("submit")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("receipt")).to_be_visible()


def test_a_passage_is_highlighted_by_keyboard_and_keeps_its_marks(
    visit: Visit, sitting: Callable[[str], Sitting]
) -> None:
    page = visit("carl")
    begin(sitting("long"), page)
    go_to(page, 6)
    text = page.get_by_role("region", name="Mice on sand and lava, the text")
    text.focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("h")
    sentence = "On the sand, nine of ten mice have pale fur; on the lava, nine of ten have dark fur."
    expect(text.locator("mark")).to_have_text(sentence)
    page.reload()
    expect(text.locator("mark")).to_have_text(sentence)
    text.locator("mark").focus()
    page.keyboard.press("Enter")
    expect(text.locator("mark")).to_have_count(0)


def test_practice_gives_feedback_immediately(visit: Visit) -> None:
    page = visit("cora")
    page.get_by_role("button", name="Start, 30 minutes Practice: cells").click()
    at_question(page, 1)
    choose(page, "Ribosome")
    expect(page.get_by_test_id("feedback")).to_have_text("✗ Not correct. 0 of 1 point.")
    choose(page, "Chloroplast")
    expect(page.get_by_test_id("feedback")).to_have_text("✓ Correct. 1 of 1 point.")
    go_to(page, 2)
    choose(page, "Nucleus")
    expect(page.get_by_test_id("feedback")).to_have_text("◐ Partly correct. 0.5 of 1 point.")

    page.goto("/exams")
    page.get_by_role("link", name="Continue Practice: cells").click()
    at_question(page, 2)
    expect(option_of(page, "Nucleus")).to_be_checked()
    go_to(page, 5)
    write(page, "three")
    page.get_by_role("button", name="Review and hand in").last.click()
    expect(page.get_by_role("heading", name="Not read as a number (1)")).to_be_visible()
    page.get_by_role("link", name="Question 5").click()
    answer_field(page).fill("3.5")
    expect(page.get_by_test_id("feedback")).to_contain_text("Correct.")
    page.get_by_role("button", name="Review and hand in").last.click()
    expect(page.get_by_test_id("submit")).to_have_text("Hand in 3 of 5 answers")
    submit_exam(page)
    page.get_by_role("link", name="See your result").click()
    expect(page.get_by_text("2.5 of 5 points, 50 %")).to_be_visible()
    expect(page.get_by_text("Not answered")).to_have_count(2)
    page.get_by_role("link", name="My exams").first.click()
    expect(page.get_by_role("list", name="Your attempts at Practice: cells")).to_contain_text("Graded")


def test_answers_survive_a_server_outage(
    visit: Visit, product: Processes, watcher: Watcher, sitting: Callable[[str], Sitting]
) -> None:
    """Answers given while the server is down stay on the device and are saved after its restart."""
    watcher.expect_network_trouble()
    page = visit("carl")
    exam = sitting("long")
    begin(exam, page)
    choose(page, "Chloroplast")
    all_saved(page)
    with product.without_web():
        expect(save_state(page)).to_have_text("Offline: all answers so far are saved")
        go_to(page, 3)
        choose(page, "False")
        go_to(page, 4)
        write(page, "nucleus")
        expect(save_state(page)).to_have_text("Offline: 2 answers are stored on this device and will be sent")
        expect(page.get_by_test_id("time-left")).to_be_visible()
    expect(save_state(page)).to_have_text("All answers saved")
    page.reload()
    at_question(page, 4)
    expect(answer_field(page)).to_have_value("nucleus")
    assert exam.row("Carl")["questionsAnswered"] == 3


def test_unsaved_answers_survive_closing_the_page(
    visit: Visit, watcher: Watcher, sitting: Callable[[str], Sitting]
) -> None:
    watcher.expect_network_trouble()
    page = visit("carl")
    exam = sitting("long")
    begin(exam, page)
    page.context.set_offline(True)
    choose(page, "Chloroplast")
    expect(save_state(page)).to_have_text("Offline: 1 answer is stored on this device and will be sent")
    context = page.context
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(exam.exam_url)
    all_saved(again)
    expect(option_of(again, "Chloroplast")).to_be_checked()
    assert exam.row("Carl")["questionsAnswered"] == 1


def test_signing_out_elsewhere_hides_the_exam_until_the_student_is_back(
    visit: Visit, watcher: Watcher, sitting: Callable[[str], Sitting]
) -> None:
    watcher.expect_network_trouble()
    watcher.expect("status of 401")
    page = visit("carl")
    exam = sitting("long")
    begin(exam, page)
    choose(page, "Chloroplast")
    all_saved(page)
    other = page.context.new_page()
    other.goto("/exams")
    other.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="This exam is hidden on this device")).to_be_visible()
    expect(page.get_by_text("Chloroplast")).to_have_count(0)
    sign_in(other, "carl")
    at_question(page, 1)
    expect(option_of(page, "Chloroplast")).to_be_checked()
    choose(page, "Nucleus")
    all_saved(page)
    assert exam.row("Carl")["questionsAnswered"] == 1
