"""A student's attempt is reset by staff: the page continues with the new attempt by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.people import all_saved, answer_field, at_question, begin, choose, go_to, option_of, write
from tests.helpers.chromium import Watcher
from tests.helpers.rest import Sitting


def attempt_of(exam: Sitting) -> str:
    return str(exam.row("Carl")["attemptId"])


def reset(exam: Sitting, preserve: bool) -> None:
    path = f"/api/attempts/{attempt_of(exam)}/reset"
    exam.teacher.post(path, reason="The laptop broke", preserveAnswers=preserve)


def expect_reset_notice(page: Page, words: str) -> None:
    expect(page.get_by_test_id("notice")).to_contain_text("Your exam was reset: The laptop broke.")
    expect(page.get_by_test_id("notice")).to_contain_text(words)


@pytest.mark.parametrize(
    ("preserve", "words"), [(True, "Your answers were kept."), (False, "Your answers were not kept.")]
)
def test_the_page_opens_the_new_attempt(
    visit: Visit, sitting: Callable[[str], Sitting], preserve: bool, words: str
) -> None:
    page = visit("carl")
    exam = sitting("long")
    begin(exam, page)
    choose(page, "Chloroplast")
    all_saved(page)
    reset(exam, preserve)
    expect_reset_notice(page, words)
    at_question(page, 1)
    assert page.url.split("#")[0].endswith(f"/attempts/{attempt_of(exam)}/exam")
    assert option_of(page, "Chloroplast").is_checked() is preserve
    choose(page, "Ribosome")
    all_saved(page)
    page.reload()
    expect(option_of(page, "Ribosome")).to_be_checked()
    expect(page.get_by_test_id("notice")).to_have_count(0)


def test_answers_written_offline_are_moved_to_the_new_attempt(
    visit: Visit, sitting: Callable[[str], Sitting], watcher: Watcher
) -> None:
    page = visit("carl")
    exam = sitting("long")
    begin(exam, page)
    watcher.expect_network_trouble()
    watcher.expect("409")  # the old attempt accepts no more changes
    page.context.set_offline(True)
    go_to(page, 4)
    write(page, "nucleus")
    reset(exam, preserve=True)
    page.context.set_offline(False)
    expect_reset_notice(page, "Your answers were kept.")
    go_to(page, 4)
    expect(answer_field(page)).to_have_value("nucleus")
    all_saved(page)
    page.reload()
    expect(answer_field(page)).to_have_value("nucleus")
