"""The same over the shipped server, which refuses what a test client passes on."""

from __future__ import annotations

import urllib.request
from urllib.parse import quote

import pytest

from tests.helpers.product import Processes
from tests.helpers.rest import Sitting
from tests.helpers.waiting import PATIENCE


@pytest.mark.parametrize("title", ["Контрольная", "数学\r\nX-Evil: 1", "Łódź"])
def test_a_file_comes_for_every_title(product: Processes, title: str) -> None:
    exam = Sitting(product, "long", title)
    request = urllib.request.Request(f"{product.url}/api/sessions/{exam.id}/results.csv")
    request.add_header("Authorization", f"Bearer {exam.teacher.token}")
    request.add_header("X-Request-Id", "from-the-proxy")
    with urllib.request.urlopen(request, timeout=PATIENCE) as reply:
        assert reply.status == 200 and reply.read()
        assert quote(title.partition("\r")[0]) in reply.headers["Content-Disposition"]
        assert reply.headers["X-Request-Id"] == "from-the-proxy"
        assert reply.headers["X-Evil"] is None
