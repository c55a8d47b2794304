"""The product in processes of its own, for whoever asks for `product`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.helpers.mailbox import Mailbox, listening
from tests.helpers.product import Processes, Product


@pytest.fixture(scope="session")
def mailbox() -> Iterator[Mailbox]:
    """Gets the mails of `product`."""
    with listening() as box:
        yield box


@pytest.fixture(scope="session")
def product(mailbox: Mailbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    """One for all tests of a worker that leave it as they found it, but for sessions of their own in it."""
    with Processes(tmp_path_factory.mktemp("product"), mailbox.url, STRANDED_SECONDS="2") as running:
        yield running


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """A failure comes with the last words of the processes that the test used."""
    report: Any = yield
    if report.failed:
        for used in item.funcargs.values():  # type: ignore[attr-defined]
            if isinstance(used, Product):
                report.sections.append(("what its processes said last", used.last_words()))
    return report
