"""The administrators' page refreshes itself, and reports when it cannot."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Visit
from tests.browser.people import fits
from tests.helpers.chromium import Watcher
from tests.helpers.product import Processes


def test_the_page_follows_the_figures(visit: Visit, product: Processes, watcher: Watcher) -> None:
    watcher.expect_network_trouble()
    ada = visit("ada", PHONE)
    ada.goto(f"{product.url}/monitoring")
    fits(ada)
    as_of = ada.locator("#as-of")
    before = as_of.inner_text()
    ada.get_by_text("Connections, as a table").click()
    expect(as_of).not_to_have_text(before)
    expect(ada.locator("#connections-table")).to_be_visible()
    expect(ada.get_by_role("row", name=re.compile("^Clock"))).to_contain_text("Running")

    lost = ada.get_by_text("The server does not respond: these figures are out of date.")
    expect(lost).to_be_hidden()
    ada.context.set_offline(True)
    expect(lost).to_be_visible()
    ada.context.set_offline(False)
    expect(lost).to_be_hidden()
