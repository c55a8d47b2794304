"""A product, a mail server and browsers for the tests in this folder; nothing is mocked."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests.browser import people
from tests.browser.cable import Cable
from tests.helpers import chromium
from tests.helpers.product import Processes
from tests.helpers.rest import Sitting
from tests.helpers.waiting import PATIENCE

HERE = Path(__file__).parent
PhoneOrDesk = dict[str, Any]
PHONE: PhoneOrDesk = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}
DESK: PhoneOrDesk = {"viewport": {"width": 1280, "height": 800}}

expect.set_options(timeout=1000 * PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


# Package, not session: Playwright's event loop runs in this thread until its fixture ends, and other tests
# may need one of their own.
@pytest.fixture(scope="package")
def program() -> str:
    """The path of Chromium. If it is missing, the tests fail in CI and are skipped with a warning locally."""
    path = chromium.find()
    if path is None:
        words = (
            "NO BROWSER: Chromium was not found, so no page was tested. Set CHROMIUM, or run `make programs`."
        )
        if os.environ.get("CI") == "true":
            pytest.fail(words, pytrace=False)
        pytest.skip(words)
    return path


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def browser(playwright: Playwright, program: str) -> Iterator[Browser]:
    running = playwright.chromium.launch(executable_path=program, args=chromium.ARGUMENTS)
    yield running
    running.close()


@pytest.fixture
def watcher() -> Iterator[chromium.Watcher]:
    """Every error on a page fails the test, unless the test declared it as expected."""
    listening = chromium.Watcher()
    yield listening
    assert listening.unexpected() == []


Visit = Callable[..., Page]


@pytest.fixture
def visit(
    browser: Browser, product: Processes, watcher: chromium.Watcher, request: pytest.FixtureRequest
) -> Iterator[Visit]:
    """`visit("carl")`: a page in a separate browser context, signed in; `visit(None)` is not signed in."""
    contexts = []

    def open_page(who: str | None = None, device: PhoneOrDesk = DESK, **options: Any) -> Page:
        context = watcher.watch(browser.new_context(**{"base_url": product.url, **device, **options}))
        context.set_default_timeout(1000 * PATIENCE)
        contexts.append(context)
        page = context.new_page()
        if who is not None:
            people.arrive(page, who)
        return page

    yield open_page
    if getattr(request.node, "failed", False):
        _take_pictures(request.node, [page for context in contexts for page in context.pages])
    for context in contexts:
        context.close()


@pytest.fixture
def cable(product: Processes) -> Iterator[Cable]:
    """For `visit("carl", base_url=cable.url)`."""
    plugged = Cable(product.url)
    yield plugged
    plugged.remove()


@pytest.fixture
def real_tabs(
    playwright: Playwright, program: str, watcher: chromium.Watcher, tmp_path: Path
) -> Iterator[chromium.RealTabs]:
    running = chromium.RealTabs(playwright, program, tmp_path / "profile")
    watcher.watch(running.context)
    yield running
    running.close()


@pytest.fixture
def sitting(product: Processes, request: pytest.FixtureRequest) -> Callable[..., Sitting]:
    """`sitting("long")`: a scheduled session of the class 10b with a unique title."""
    name = request.node.name.removeprefix("test_").replace("_", " ")
    return lambda test, school_class="10b": Sitting(product, test, f"{name}: {test}"[:100], school_class)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Attach screenshots of the open pages to a failure."""
    report = yield
    if report.failed and HERE in item.path.parents:
        item.failed = True  # type: ignore[attr-defined]
    return report


def _take_pictures(item: pytest.Item, pages: list[Page]) -> None:
    folder = item.funcargs.get("tmp_path")
    for number, page in enumerate(pages):
        if folder is not None and not page.is_closed():
            page.screenshot(path=folder / f"{number}.png")
            print(f"picture of {page.url}: {folder / f'{number}.png'}")
