"""Matching, ordering and gaps: by keyboard alone and by touch, and still there after a reload."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, Visit
from tests.browser.people import all_saved, at_question, begin, can_be_read_out, fits
from tests.helpers.rest import Sitting

RIGHT_ORDER = ["Seed", "Bud", "Flower", "Fruit"]


def test_by_keys_alone(visit: Visit, sitting: Callable[[str], Sitting]) -> None:
    exam = sitting("kinds")
    carl = visit("carl")
    begin(exam, carl)
    keys = carl.keyboard

    _stem(carl, "Root").focus()
    keys.type("takes in")
    _has_chosen(_stem(carl, "Root"), "takes in water")
    keys.press("Tab")
    expect(_stem(carl, "Leaf")).to_be_focused()
    keys.type("catches")
    _has_chosen(_stem(carl, "Leaf"), "catches light")
    _next_by_key(carl, 2)

    for place, item in enumerate(RIGHT_ORDER):
        carl.get_by_role("button", name=item).and_(carl.locator(":enabled")).first.focus()
        for above in range(_order(carl).index(item), place, -1):
            keys.press("ArrowUp")
            expect(_items(carl).nth(above - 1)).to_contain_text(item)
    if carl.get_by_text("Not answered yet").is_visible():
        carl.get_by_role("button", name="keep this order").press("Enter")
    expect(carl.get_by_text("Not answered yet")).to_have_count(0)
    _next_by_key(carl, 3)

    _gap(carl, 1).focus()
    keys.type("stomata")
    keys.press("Tab")
    expect(_gap(carl, 2)).to_be_focused()
    keys.type("carbon")
    _has_chosen(_gap(carl, 2), "carbon dioxide")
    keys.press("Tab")
    expect(_gap(carl, 3)).to_be_focused()
    keys.type("0.04")
    all_saved(carl)
    _reload_keeps(carl)


def test_by_touch_on_a_phone(visit: Visit, sitting: Callable[[str], Sitting]) -> None:
    exam = sitting("kinds")
    cora = visit("cora", PHONE)
    begin(exam, cora)

    for stem, choice in (("Root", "takes in water"), ("Leaf", "catches light")):
        _stem(cora, stem).select_option(choice)
        _has_chosen(_stem(cora, stem), choice)
    fits(cora)
    can_be_read_out(cora)
    _next_by_finger(cora, 2)

    for place, item in enumerate(RIGHT_ORDER):
        for above in range(_order(cora).index(item), place, -1):
            cora.get_by_role("button", name=f"Move up: {item}").tap()
            expect(_items(cora).nth(above - 1)).to_contain_text(item)
    if cora.get_by_text("Not answered yet").is_visible():
        cora.get_by_role("button", name="keep this order").tap()
    fits(cora)
    can_be_read_out(cora)
    _next_by_finger(cora, 3)

    _gap(cora, 1).tap()
    cora.keyboard.type("stomata")
    _gap(cora, 2).select_option("carbon dioxide")
    _gap(cora, 3).tap()
    cora.keyboard.type("0.04")
    fits(cora)
    can_be_read_out(cora)
    all_saved(cora)
    _reload_keeps(cora)


def _reload_keeps(page: Page) -> None:
    """After a reload the page is at the same question, with the same answer."""
    page.reload()
    at_question(page, 3)
    expect(_gap(page, 1)).to_have_value("stomata")
    _has_chosen(_gap(page, 2), "carbon dioxide")
    expect(_gap(page, 3)).to_have_value("0.04")
    page.get_by_role("button", name="Previous").click()
    at_question(page, 2)
    for place, item in enumerate(RIGHT_ORDER):
        expect(_items(page).nth(place)).to_contain_text(item)
    page.get_by_role("button", name="Previous").click()
    at_question(page, 1)
    _has_chosen(_stem(page, "Root"), "takes in water")
    _has_chosen(_stem(page, "Leaf"), "catches light")


def _stem(page: Page, text: str) -> Locator:
    return page.get_by_label(text, exact=True)


def _gap(page: Page, number: int) -> Locator:
    return page.get_by_label(f"Gap {number} of 3")


def _items(page: Page) -> Locator:
    return page.locator(".order__item")


def _order(page: Page) -> list[str]:
    return page.locator(".order__item .option__text").all_inner_texts()


def _has_chosen(select: Locator, text: str) -> None:
    expect(select.locator("option:checked")).to_have_text(text)


def _next_by_key(page: Page, number: int) -> None:
    page.get_by_role("button", name="Next").press("Enter")
    at_question(page, number)


def _next_by_finger(page: Page, number: int) -> None:
    page.get_by_role("button", name="Next").tap()
    at_question(page, number)
