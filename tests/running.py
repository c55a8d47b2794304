"""The product in separate processes, for tests that request `product`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.helpers.mailbox import Mailbox, listening
from tests.helpers.product import Processes, Product


@pytest.fixture(scope="session")
def mailbox() -> Iterator[Mailbox]:
    """Receives the mails of `product`."""
    with listening() as box:
        yield box


@pytest.fixture(scope="session")
def product(mailbox: Mailbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    """One instance per worker, shared by all tests that change nothing but sessions of their own."""
    with Processes(tmp_path_factory.mktemp("product"), mailbox.url, STRANDED_SECONDS="2") as running:
        yield running


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Attach the last output of the processes that the test used to a failure."""
    report: Any = yield
    if report.failed:
        for used in item.funcargs.values():  # type: ignore[attr-defined]
            if isinstance(used, Product):
                report.sections.append(("last output of its processes", used.last_words()))
    return report
