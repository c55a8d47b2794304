"""A login session that expires during an exam is refreshed, without a password and without data loss."""

from __future__ import annotations

import time
from collections.abc import Callable

import jwt
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.people import all_saved, at_question, begin, choose, go_to, option_of
from tests.helpers.chromium import Watcher
from tests.helpers.product import SECRET_KEY
from tests.helpers.rest import Sitting

COOKIE = "access_token_cookie"
SECONDS = 10


def login_ends(page: Page, seconds: int) -> None:
    """The access token of this browser's next connection expires in so many seconds, or has expired."""
    (cookie,) = [one for one in page.context.cookies() if one["name"] == COOKIE]
    claims = jwt.decode(cookie["value"], SECRET_KEY, algorithms=["HS256"])
    claims["exp"] = int(time.time()) + seconds
    cookie["value"] = jwt.encode(claims, SECRET_KEY, algorithm="HS256")
    page.context.add_cookies([{**cookie}])  # type: ignore[typeddict-item]


def test_a_connection_continues_with_a_refreshed_token(
    visit: Visit, watcher: Watcher, sitting: Callable[[str], Sitting]
) -> None:
    page = visit("carl")
    exam = sitting("long")
    begin(exam, page)
    login_ends(page, SECONDS)
    page.reload()
    page.wait_for_timeout(1000 * SECONDS + 1500)
    connections: list[str] = []
    page.on("websocket", lambda socket: connections.append(socket.url))
    choose(page, "Chloroplast")
    all_saved(page)
    go_to(page, 3)
    choose(page, "False")
    all_saved(page)
    assert connections == []
    assert exam.row("Carl")["questionsAnswered"] == 2
    page.reload()
    at_question(page, 3)
    expect(option_of(page, "False")).to_be_checked()


def test_a_client_reconnects_with_a_refreshed_token(
    visit: Visit, watcher: Watcher, sitting: Callable[[str], Sitting]
) -> None:
    watcher.expect_network_trouble()
    watcher.expect("status of 401")
    page = visit("carl")
    exam = sitting("long")
    begin(exam, page)
    page.context.set_offline(True)
    choose(page, "Chloroplast")
    login_ends(page, -1)
    page.context.set_offline(False)
    expect(page.get_by_test_id("save-state")).to_have_text("All answers saved")
    assert exam.row("Carl")["questionsAnswered"] == 1
