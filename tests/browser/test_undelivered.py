"""Answers that are not delivered before the end: imported by staff from a file, or late by the network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.cable import Cable
from tests.browser.conftest import PHONE, Visit
from tests.browser.people import (
    all_saved,
    at_question,
    begin,
    choose,
    fits,
    save_state,
    submit_exam,
    until,
    write,
)
from tests.helpers.chromium import Watcher
from tests.helpers.rest import Sitting

KEPT = "async (path) => Boolean(await (await caches.open('exam-pages')).match(path))"
REFUSED = "status of 409"


def answer_one_with_and_two_without_network(page: Page, cable: Cable) -> None:
    choose(page, "Ribosome")
    all_saved(page)
    page.wait_for_function(KEPT, arg=page.evaluate("location.pathname"))
    cable.pull()
    choose(page, "Chloroplast")
    for number in (2, 3, 4):
        page.get_by_role("button", name="Next").click()
        at_question(page, number)
    write(page, "the nucleus")
    expect(save_state(page)).to_have_text("Offline: 2 answers are stored on this device and will be sent")


def save_file(page: Page, button: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_the_network_never_comes_back(
    visit: Visit, sitting: Callable[[str], Sitting], cable: Cable, watcher: Watcher, tmp_path: Path
) -> None:
    """A phone is offline past the deadline and a reload: a teacher imports its file, the grade changes."""
    watcher.expect_network_trouble()
    watcher.expect(REFUSED)
    exam = sitting("short")
    carl, ines = visit("carl", PHONE, base_url=cable.url), visit("ines")
    begin(exam, carl)
    answer_one_with_and_two_without_network(carl, cable)
    expect(carl.get_by_test_id("stranded")).to_contain_text("Continue with your exam")
    fits(carl)
    early = save_file(carl, "Save as a file", tmp_path)
    assert early.name.startswith("answers-carl-adams-")

    locked = carl.get_by_test_id("locked")
    expect(locked).to_contain_text("2 answers are stored on this device")
    carl.reload()
    expect(locked).to_contain_text("2 answers are stored on this device")
    expect(carl.get_by_test_id("stranded")).to_have_count(0)
    fits(carl)
    file = save_file(carl, "Save the answers as a file", tmp_path)
    expect(locked).to_contain_text("in the downloads folder of this device")
    assert "the nucleus" not in file.read_text()

    ines.goto(exam.monitor_url)
    expect(ines.get_by_text("All are graded.")).to_be_visible()
    ines.goto(exam.results_url)
    expect(ines.get_by_text("Did a student bring a file")).to_be_visible()
    has_score(ines, "0 of 5")
    ines.get_by_role("link", name="Open the file").click()
    ines.get_by_label("Answer file").set_input_files(file)
    ines.get_by_role("button", name="Open the file").click()
    expect(ines.get_by_role("heading", name="Answers of Carl Adams from a file")).to_be_visible()
    row = ines.get_by_role("row").filter(has_text="found only in plant cells")
    expect(row).to_contain_text("Ribosome")
    expect(row).to_contain_text("Chloroplast")
    expect(row).to_contain_text("before the end, as the exam page measured")
    fits(ines)
    ines.get_by_role("button", name="Add 2 late answers to review").click()
    expect(ines.get_by_text("2 late answers added to review.")).to_be_visible()
    ines.get_by_label("Reason").fill("The network of the room was down")
    ines.get_by_role("button", name="Accept selected answers").click()
    expect(ines.get_by_text("2 late answers accepted.")).to_be_visible()
    ines.get_by_label("Answer file").set_input_files(early)
    ines.get_by_role("button", name="Open the file").click()
    expect(ines.get_by_text("There is nothing to do.")).to_be_visible()
    ines.goto(exam.results_url)
    has_score(ines, "2 of 5")

    cable.plug_in()
    late = carl.get_by_text("2 answers arrived after the end. Your teacher reviews them")
    expect(late).to_be_visible()
    expect(carl.get_by_test_id("undelivered")).to_have_count(0)


def has_score(page: Page, words: str) -> None:
    """Carl has this score now or soon: a worker grades, and the page of results does not refresh itself."""
    score = page.get_by_role("row").filter(has_text="Carl Adams").get_by_role("cell", name=words, exact=True)

    def is_there() -> bool:
        page.reload()
        return score.count() > 0

    until(page, is_there, f"the score {words}")
    expect(score.first).to_be_visible()


def test_the_network_comes_back_after_the_end(
    visit: Visit, sitting: Callable[[str], Sitting], cable: Cable, watcher: Watcher
) -> None:
    """The teacher ends the exam while a student is offline: the answers arrive late, by themselves."""
    watcher.expect_network_trouble()
    watcher.expect(REFUSED)
    exam = sitting("long")
    carl = visit("carl", base_url=cable.url)
    begin(exam, carl)
    answer_one_with_and_two_without_network(carl, cable)
    exam.move("complete")
    cable.plug_in()
    expect(carl.get_by_text("2 answers arrived after the end. Your teacher reviews them")).to_be_visible()
    expect(carl.get_by_test_id("receipt")).to_be_visible()
    late = exam.teacher.get(f"/api/late-answers?sessionId={exam.id}")["answers"]
    assert sorted(row["answer"] for row in late) == ["Chloroplast", "the nucleus"]
    gone = KEPT.replace("Boolean(", "!(", 1)
    carl.wait_for_function(gone, arg=carl.evaluate("location.pathname"))


def test_submitted_on_another_device_while_answers_are_unsent_here(
    visit: Visit, sitting: Callable[[str], Sitting], cable: Cable, watcher: Watcher, tmp_path: Path
) -> None:
    watcher.expect_network_trouble()
    watcher.expect(REFUSED)
    exam = sitting("long")
    here = visit("carl", base_url=cable.url)
    begin(exam, here)
    there = visit("carl")
    there.goto(exam.exam_url)
    at_question(there, 1)
    answer_one_with_and_two_without_network(here, cable)
    there.get_by_role("button", name="Hand in").first.click()
    submit_exam(there)
    expect(there.get_by_test_id("closed")).to_be_visible()
    cable.plug_in()
    undelivered = here.get_by_test_id("undelivered")
    expect(undelivered).to_contain_text("2 answers did not reach the server")
    expect(undelivered).to_contain_text("accepts no more answers")
    here.reload()
    expect(undelivered).to_contain_text("accepts no more answers")
    fits(here)
    assert save_file(here, "Save the answers as a file", tmp_path).stat().st_size > 200
