"""Two students at one device, one after the other: what the first has left there is nobody else's."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.cable import Cable
from tests.browser.conftest import Visit
from tests.browser.people import all_saved, at_question, begin, choose, option_of, save_state, sign_in
from tests.helpers.chromium import Watcher
from tests.helpers.product import Processes
from tests.helpers.rest import Sitting

CACHED = "async (path) => Boolean(await (await caches.open('exam-pages')).match(path))"

KEPT = """async () => {
  const rows = (name, store) => new Promise((resolve) => {
    const opening = indexedDB.open(name);
    opening.onerror = () => resolve([]);
    opening.onsuccess = () => {
      const db = opening.result;
      if (!db.objectStoreNames.contains(store)) return resolve([]);
      const all = db.transaction(store).objectStore(store).getAll();
      all.onsuccess = () => { db.close(); resolve(all.result); };
    };
  });
  const pages = [];
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) pages.push(new URL(request.url).pathname);
  }
  return {
    changes: await rows("exam-answers", "changes"), papers: await rows("exam-papers", "papers"),
    pages: pages.filter((path) => !path.startsWith("/static/")),
    local: Object.fromEntries(Object.entries(localStorage)),
    session: Object.fromEntries(Object.entries(sessionStorage)),
  };
}"""


def kept(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(KEPT)
    return found


def sign_out(page: Page) -> None:
    page.goto("/exams")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def begin_and_answer(page: Page, exam: Sitting) -> str:
    """The path of the exam page, once it can be opened without the network."""
    begin(exam, page)
    path = str(page.evaluate("location.pathname"))
    page.wait_for_function(CACHED, arg=path)
    choose(page, "Chloroplast")
    all_saved(page)
    return path


def test_after_signing_out_nothing_can_be_read(
    visit: Visit, sitting: Callable[[str], Sitting], cable: Cable, watcher: Watcher
) -> None:
    watcher.expect_network_trouble()
    exam = sitting("long")
    page = visit("carl", base_url=cable.url)
    path = begin_and_answer(page, exam)
    page.goto("/exams")  # the exam page is closed when its session ends
    exam.move("complete")
    sign_out(page)
    sign_in(page, "cora")
    page.wait_for_function("localStorage['exam-owner']")
    cable.pull()
    try:
        page.goto(path)
    except Exception as error:  # a page of the browser says that there is no network
        assert "net::ERR" in str(error), error
    expect(page.get_by_text("Chloroplast")).to_have_count(0)
    cable.plug_in()
    page.goto("/exams")
    left = kept(page)
    assert (left["changes"], left["papers"], left["pages"]) == ([], [], [])


def test_undelivered_answers_stay_for_their_owner_alone(
    visit: Visit, sitting: Callable[[str], Sitting], product: Processes, cable: Cable, watcher: Watcher
) -> None:
    watcher.expect_network_trouble()
    watcher.expect("401", "404")
    exam = sitting("long")
    page = visit("carl", base_url=cable.url)
    path = begin_and_answer(page, exam)
    second = page.context.new_page()
    second.goto(f"{product.url}/exams")  # cookies know no port, so this tab does not need the cable
    cable.pull()
    choose(page, "Nucleus")
    expect(save_state(page)).to_contain_text("1 answer is stored on this device")
    second.get_by_role("button", name="Sign out").click()
    expect(second.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.get_by_test_id("other")).to_be_visible()
    expect(page.get_by_text("Chloroplast")).to_have_count(0)
    cable.plug_in()
    sign_in(second, "cora", at=f"{cable.url}/login")
    second.wait_for_function("localStorage['exam-owner']")
    left = kept(second)
    assert left["changes"] or f"exam-parting:{_attempt(exam)}" in left["local"]
    assert "selectedOptionIds" not in json.dumps(left), "an answer can be read"
    assert (left["papers"], left["pages"]) == ([], [])
    assert second.get_by_text("Answers of an exam are still on this device").is_hidden()

    sign_out(second)
    sign_in(second, "carl")
    expect(second.get_by_text("Answers of an exam are still on this device")).to_be_visible()
    second.get_by_role("link", name="Open that exam to send them").click()
    at_question(second, 1)
    expect(option_of(second, "Nucleus")).to_be_checked()
    all_saved(second)
    second.goto(path)
    at_question(second, 1)
    expect(option_of(second, "Nucleus")).to_be_checked()


def test_an_exam_that_ended_while_no_page_was_open_is_forgotten(
    visit: Visit, sitting: Callable[[str], Sitting]
) -> None:
    exam = sitting("long")
    page = visit("carl")
    path = begin_and_answer(page, exam)
    page.goto("/notifications")
    assert kept(page)["papers"], "the paper is kept for a reload"
    exam.move("complete")
    page.goto("/exams")
    page.wait_for_function(f"async () => !(await ({CACHED})('{path}'))")
    page.wait_for_function(f"async () => !(await ({KEPT})()).papers.length")


def _attempt(exam: Sitting) -> str:
    return str(exam.row("Carl")["attemptId"])
