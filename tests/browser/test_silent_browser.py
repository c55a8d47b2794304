"""Services of the browser that never answer: the exam goes on without them, and says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.people import all_saved, at_question, choose, option_of
from tests.helpers.chromium import Watcher
from tests.helpers.rest import Sitting

SILENT = """
  const silent = (type) => Object.assign(Object.create(type.prototype), { addEventListener() {} });
"""
NO_DATABASE = f"{SILENT}; IDBFactory.prototype.open = () => silent(IDBOpenDBRequest);"
NO_TRANSACTION = f"""{SILENT}
  for (const name of ["put", "get", "getAll"]) IDBObjectStore.prototype[name] = () => silent(IDBRequest);
  IDBIndex.prototype.getAll = () => silent(IDBRequest);
"""
NO_WORKER = """
  const never = new Promise(() => {});
  ServiceWorkerContainer.prototype.register = () => never;
  Object.defineProperty(ServiceWorkerContainer.prototype, "ready", { get: () => never });
"""
NO_CACHES = "CacheStorage.prototype.keys = CacheStorage.prototype.open = () => new Promise(() => {})"
NO_CRYPTO = """
  for (const name of ["importKey", "encrypt", "decrypt", "digest"]) {
    SubtleCrypto.prototype[name] = () => new Promise(() => {});
  }
"""
LATE_DATABASE = """
  const open = IDBFactory.prototype.open;
  window.answerAtLast = [];
  IDBFactory.prototype.open = function (...parts) {
    if (parts[0] !== "exam-answers" || window.isAnswering) return open.apply(this, parts);
    const later = Object.create(IDBOpenDBRequest.prototype);
    const names = ["result", "error", "transaction", "readyState"];
    const listeners = [];
    let real = null;
    for (const name of names) Object.defineProperty(later, name, { get: () => real?.[name] });
    later.addEventListener = (...listener) => listeners.push(listener);
    later.removeEventListener = () => {};
    window.answerAtLast.push(() => {
      real = open.apply(this, parts);
      for (const listener of listeners) real.addEventListener(...listener);
    });
    return later;
  };
"""
WARNING = "This browser cannot store answers on this device."


def enter(page: Page, exam: Sitting) -> None:
    exam.move("start-waiting")
    page.reload()
    page.get_by_role("link", name=f"Enter the waiting room {exam.title}", exact=True).click()
    expect(page.get_by_test_id("waiting-room")).to_be_visible()


@pytest.mark.parametrize(
    "silent",
    [NO_DATABASE, NO_TRANSACTION, NO_WORKER, NO_CACHES, NO_CRYPTO],
    ids=["database", "transactions", "worker", "caches", "cryptography"],
)
def test_the_exam_opens_without_what_never_answers(
    visit: Visit, sitting: Callable[[str], Sitting], watcher: Watcher, silent: str
) -> None:
    watcher.expect("does not store answers", "cannot be stored for", "cannot be cached", "not be deleted")
    exam = sitting("long")
    page = visit("carl")
    page.context.add_init_script(silent)
    enter(page, exam)
    if silent in (NO_DATABASE, NO_TRANSACTION):
        expect(page.get_by_text("This browser cannot store answers, perhaps because")).to_be_visible()
    exam.move("start")
    at_question(page, 1)
    choose(page, "Chloroplast")
    all_saved(page)
    assert exam.row("Carl")["questionsAnswered"] == 1
    if silent in (NO_DATABASE, NO_TRANSACTION):
        expect(page.get_by_test_id("notice").get_by_text(WARNING)).to_be_visible()


def test_a_practice_test_opens_without_storage(visit: Visit, watcher: Watcher) -> None:
    watcher.expect("does not store answers", "cannot be stored for")
    page = visit("cora")
    page.context.add_init_script(NO_DATABASE)
    page.get_by_role("button", name="Start, 30 minutes Practice: cells").click()
    at_question(page, 1)


def test_a_storage_that_answers_late_is_used(
    visit: Visit, sitting: Callable[[str], Sitting], watcher: Watcher
) -> None:
    watcher.expect_network_trouble()
    exam = sitting("long")
    page = visit("carl")
    page.context.add_init_script(LATE_DATABASE)
    enter(page, exam)
    exam.move("start")
    at_question(page, 1)
    expect(page.get_by_test_id("notice").get_by_text(WARNING)).to_be_visible()
    page.evaluate("window.isAnswering = true; for (const answer of window.answerAtLast) answer()")
    expect(page.get_by_test_id("notice").get_by_text(WARNING)).to_have_count(0)
    page.context.set_offline(True)
    choose(page, "Nucleus")
    page.wait_for_function(
        """() => new Promise((resolve) => {
          const opening = indexedDB.open("exam-answers");
          opening.onsuccess = () => {
            const all = opening.result.transaction("changes").objectStore("changes").getAll();
            all.onsuccess = () => resolve(all.result.length === 1);
          };
        })"""
    )
    page.context.set_offline(False)
    all_saved(page)
    expect(option_of(page, "Nucleus")).to_be_checked()
