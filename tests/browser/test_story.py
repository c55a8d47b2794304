"""An exam from end to end: a waiting room, an end by the deadline, grades, and notifications for all."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.people import (
    all_saved,
    answer_field,
    at_question,
    choose,
    enter_waiting_room,
    go_to,
    now_of,
    option_of,
    row_of,
    save_state,
    sign_in,
    submit_exam,
    until,
    write,
)
from tests.helpers.chromium import RealTabs, Watcher
from tests.helpers.mailbox import Mailbox
from tests.helpers.product import Processes
from tests.helpers.rest import Api, Sitting

CARL, CORA = "Carl Adams", "Cora Berg"


def test_a_live_exam(
    product: Processes,
    visit: Visit,
    real_tabs: RealTabs,
    watcher: Watcher,
    mailbox: Mailbox,
    sitting: Callable[[str], Sitting],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Carl works until the deadline, Cora submits; Priya supervises, Ines releases without marking anything.

    The exam takes one minute. Carl's part comes first, since Cora gets an extension meanwhile.
    """
    watcher.expect_network_trouble()
    exam = sitting("short")
    priya, cora = visit("priya"), visit("cora")
    carl = real_tabs.context.pages[0]
    sign_in(carl, "carl", f"{product.url}/login")

    _wait_and_start(exam, priya, carl, cora)
    _answer_everything(carl)
    expect(row_of(priya, CARL)).to_contain_text("4/5")

    seconds = _switch_tabs(carl, priya)
    with capsys.disabled():
        print(f"\n  the tab switch was on the dashboard after {seconds * 1000:.0f} ms")
    _reload_and_open_twice(carl)
    _lose_the_network(cora)
    _get_more_time(priya, cora)
    _submit(priya, cora)
    deadline = _run_out_of_time(exam, priya, carl)

    ines = visit("ines")
    _look_at_grades(exam, ines)
    _release(exam, ines, carl, cora)
    _check_notifications(product, visit, mailbox, carl, deadline)


def _wait_and_start(exam: Sitting, priya: Page, carl: Page, cora: Page) -> None:
    priya.get_by_role("link", name=re.compile(rf"^Live view {exam.title}")).click()
    priya.get_by_role("button", name="Open waiting room").click()
    expect(priya.get_by_role("heading", name="Joined: 0 of 2")).to_be_visible()
    for student in (carl, cora):
        enter_waiting_room(student, exam.title)
        expect(
            student.get_by_text("The exam opens on this page automatically when your teacher starts it.")
        ).to_be_visible()
    expect(priya.get_by_role("heading", name="Joined: 2 of 2")).to_be_visible()
    priya.get_by_role("button", name="Start the exam for 2 students").click()
    for student in (carl, cora):
        at_question(student, 1)
    expect(now_of(priya, CORA)).to_have_text("answering")


def _answer_everything(carl: Page) -> None:
    """Answer four types of question; the fifth is left for the second tab."""
    choose(carl, "Chloroplast")
    carl.get_by_role("button", name="Next").click()
    choose(carl, "Nucleus", "Ribosome")
    carl.get_by_role("button", name="Next").click()
    choose(carl, "False")
    carl.get_by_role("button", name="Next").click()
    write(carl, "Nucleus")
    all_saved(carl)


def _switch_tabs(carl: Page, priya: Page) -> float:
    began = time.monotonic()
    other = carl.context.new_page()
    other.bring_to_front()
    expect(now_of(priya, CARL)).to_contain_text("left the page")
    seconds = time.monotonic() - began
    other.close()
    carl.bring_to_front()
    expect(now_of(priya, CARL)).to_have_text("answering")
    expect(row_of(priya, CARL).get_by_role("cell").nth(3)).to_have_text("1")
    expect(priya.get_by_role("log")).to_contain_text(re.compile("Carl.*left the page"))
    return seconds


def _reload_and_open_twice(carl: Page) -> None:
    carl.reload()
    at_question(carl, 4)
    expect(answer_field(carl)).to_have_value("Nucleus")
    go_to(carl, 1)
    expect(option_of(carl, "Chloroplast")).to_be_checked()

    second = carl.context.new_page()
    second.goto(carl.url)
    at_question(second, 1)
    expect(option_of(second, "Chloroplast")).to_be_checked()
    go_to(second, 5)
    write(second, "3,4")
    all_saved(second)
    second.close()
    carl.bring_to_front()
    expect(save_state(carl)).to_have_text("Updated: saved on another device")
    go_to(carl, 5)
    expect(answer_field(carl)).to_have_value("3.4")


def _lose_the_network(cora: Page) -> None:
    choose(cora, "Chloroplast")
    all_saved(cora)
    cora.context.set_offline(True)
    go_to(cora, 4)
    write(cora, "the nucleus")
    expect(save_state(cora)).to_have_text("Offline: 1 answer is stored on this device and will be sent")
    cora.context.set_offline(False)
    all_saved(cora)


def _get_more_time(priya: Page, cora: Page) -> None:
    priya.get_by_role("checkbox", name=f"Select {CORA}").check()
    priya.get_by_role("button", name="More time").click()
    priya.get_by_label("Minutes").fill("1")
    priya.get_by_label("Reason").fill("projector failed")
    priya.get_by_role("button", name="Give 1 more minute to 1 student").click()
    expect(priya.get_by_role("heading", name="1 student has 1 more minute")).to_be_visible()
    expect(cora.get_by_test_id("notice")).to_contain_text("You have 1 more minute: projector failed")
    priya.get_by_role("button", name="Close").click()
    expect(row_of(priya, CORA)).to_contain_text("+1")


def _submit(priya: Page, cora: Page) -> None:
    cora.get_by_role("button", name="Review and hand in").first.click()
    expect(cora.get_by_role("heading", name="Not answered (3)")).to_be_visible()
    expect(cora.get_by_test_id("submit")).to_have_text("Hand in 2 of 5 answers")
    submit_exam(cora)
    expect(cora.get_by_role("heading", name=re.compile("^Your answers were handed in at"))).to_be_visible()
    receipt = cora.get_by_test_id("receipt").inner_text()
    assert re.fullmatch(r"[A-Z0-9]{4}(-[A-Z0-9]{4}){2}", receipt)
    expect(now_of(priya, CORA)).to_contain_text("handed in")
    expect(row_of(priya, CORA)).to_contain_text(receipt)


def _run_out_of_time(exam: Sitting, priya: Page, carl: Page) -> str:
    """The page locks itself at the deadline, which is the recorded end. Returns it."""
    expect(carl.get_by_test_id("locked")).to_contain_text("Time is up")
    expect(answer_field(carl)).to_be_disabled()
    expect(carl.get_by_test_id("closed")).to_be_visible()
    row = exam.row("Carl")
    deadline = str(row["expiresAt"])
    assert row["submittedAt"] == deadline
    local = carl.evaluate("iso => new Date(iso).toTimeString().slice(0, 8)", deadline)
    expect(carl.get_by_role("heading", level=1)).to_have_text(
        f"Time is up: your answers were handed in at {local}"
    )
    expect(carl.get_by_test_id("receipt")).to_be_visible()
    expect(priya.get_by_text("All are graded.")).to_be_visible()
    started = datetime.fromisoformat(exam.teacher.get(f"/api/sessions/{exam.id}")["startedAt"])
    assert (datetime.fromisoformat(deadline) - started).total_seconds() == 60
    return deadline


def _look_at_grades(exam: Sitting, ines: Page) -> None:
    ines.goto(exam.results_url)
    expect(row_of(ines, CARL)).to_contain_text("4 of 5")
    expect(row_of(ines, CARL)).to_contain_text("80 %")
    expect(row_of(ines, CARL)).to_contain_text("automatically")
    expect(row_of(ines, CORA)).to_contain_text("2 of 5")


def _release(exam: Sitting, ines: Page, carl: Page, cora: Page) -> None:
    for student in (carl, cora):
        expect(student.get_by_role("link", name="See your result")).to_have_count(0)
    ines.goto(exam.monitor_url)
    ines.get_by_role("button", name="Release results to 2 students").click()
    expect(ines.get_by_text("Released to the students")).to_be_visible()
    for student in (carl, cora):
        expect(student.get_by_role("link", name="See your result")).to_be_visible()


def _check_notifications(
    product: Processes, visit: Visit, mailbox: Mailbox, carl: Page, deadline: str
) -> None:
    carl.get_by_role("link", name="See your result").click()
    expect(carl.get_by_text("4 of 5 points, 80 %")).to_be_visible()
    expect(carl.get_by_text("Correct answer").first).to_be_visible()
    carl.get_by_role("link", name=re.compile(r"^Notifications \d+ unread")).click()
    expect(carl.get_by_role("heading", name="Your result: Cells, short exam")).to_be_visible()
    expect(carl.get_by_text(f"Time was up at {deadline[11:19]} UTC")).to_be_visible()
    wanted = [
        "Handed in: Cells, short exam",
        "Your result: Cells, short exam",
    ]  # not used by any other test
    for email in ("carl@school.example", "cora@school.example"):
        until(
            carl,
            lambda to=email: mailbox.subjects_to(to, "Cells, short exam") == wanted,
            f"{email} has both mails",
            seen=lambda to=email: mailbox.subjects_to(to, "Cells, short exam"),
        )
    mail = next(mail for mail in mailbox.mails if mail.subject == wanted[1])
    link = re.search(r"http://\S+", mail.text)
    assert link and link[0].startswith(f"{product.url}/attempts/")
    assert Api(product.url, "carl@school.example").get("/api/notifications")["notifications"]
