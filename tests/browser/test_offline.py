"""Reloading the page offline: it opens from this device, and everything is saved after reconnecting."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.people import all_saved, answer_field, at_question, begin, choose, go_to, option_of, write
from tests.helpers.chromium import Watcher
from tests.helpers.product import Processes
from tests.helpers.rest import Sitting

KEPT = "async (path) => Boolean(await (await caches.open('exam-pages')).match(path))"

PICTURES = """async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith("exam-pictures:"));
  const found = names.map(async (name) => (await (await caches.open(name)).keys()).length);
  return (await Promise.all(found)).join();
}"""


def test_a_reload_without_the_server_loses_nothing(
    visit: Visit, sitting: Callable[[str], Sitting], product: Processes, watcher: Watcher
) -> None:
    watcher.expect_network_trouble()
    exam = sitting("long")
    page = visit("carl")
    begin(exam, page)
    choose(page, "Chloroplast")
    all_saved(page)
    page.wait_for_function(KEPT, arg=page.evaluate("location.pathname"))
    with product.without_web():
        page.reload()
        at_question(page, 1)
        expect(option_of(page, "Chloroplast")).to_be_checked()
        choose(page, "Nucleus")
        go_to(page, 4)
        write(page, "the nucleus")
        expect(page.get_by_text("2 answers are stored on this device")).to_be_visible()
        page.reload()
        at_question(page, 4)
        expect(answer_field(page)).to_have_value("the nucleus")
        expect(page.get_by_text("2 answers are stored on this device")).to_be_visible()
    all_saved(page)
    assert exam.row("Carl")["questionsAnswered"] == 2
    page.reload()
    go_to(page, 1)
    expect(option_of(page, "Nucleus")).to_be_checked()


def test_nothing_stays_on_the_device_after_the_end(visit: Visit, sitting: Callable[[str], Sitting]) -> None:
    exam = sitting("long")
    page = visit("carl")
    begin(exam, page)
    page.wait_for_function(KEPT, arg=page.evaluate("location.pathname"))
    exam.move("complete")
    expect(page.get_by_test_id("receipt")).to_be_visible()
    page.wait_for_function(KEPT.replace("Boolean(", "!(", 1), arg=page.evaluate("location.pathname"))
    papers = """() => new Promise((resolve) => {
        const opening = indexedDB.open("exam-papers");
        opening.onsuccess = () => {
            const all = opening.result.transaction("papers").objectStore("papers").getAll();
            all.onsuccess = () => resolve(all.result.length);
        };
    })"""
    assert page.evaluate(papers) == 0


def test_a_picture_is_available_offline_and_removed_at_the_end(
    visit: Visit, sitting: Callable[[str], Sitting], product: Processes, watcher: Watcher
) -> None:
    watcher.expect_network_trouble()
    exam = sitting("pictured")
    page = visit("carl")
    begin(exam, page)
    page.wait_for_function(KEPT, arg=page.evaluate("location.pathname"))
    page.wait_for_function(f"async () => (await ({PICTURES})()) === '1'")
    with product.without_web():
        page.reload()
        go_to(page, 2)
        picture = page.get_by_role("img", name="A square")
        expect(picture).to_be_visible()
        assert picture.evaluate("image => image.complete && image.naturalWidth") == 160
        expect(page.get_by_text("Image 1", exact=True)).to_be_visible()
        choose(page, "Green")
    all_saved(page)
    exam.move("complete")
    page.wait_for_function(f"async () => (await ({PICTURES})()) === ''")
