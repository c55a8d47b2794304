"""Chromium for the tests: finding it, watching its pages for errors, and tabs that really hide each other."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request

from tests.helpers.waiting import PATIENCE, until

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
# Chromium's own message when a connection fails. Never expected in a test that cuts no connection.
NETWORK_WORDS = ("net::ERR_", "WebSocket connection to", "responded with a status of 5")


def find() -> str | None:
    """The path of the browser: CHROMIUM if set, Debian's path, then the usual names on the PATH."""
    if wanted := os.environ.get("CHROMIUM"):
        return shutil.which(wanted)
    if os.access("/usr/bin/chromium", os.X_OK):
        return "/usr/bin/chromium"
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Watcher:
    """Collects the faults of pages: errors and warnings in the console, script errors, CSP violations."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.expected: tuple[str, ...] = ()

    def expect_network_trouble(self) -> None:
        self.expected += NETWORK_WORDS

    def expect(self, *words: str) -> None:
        self.expected += words

    def watch(self, context: BrowserContext) -> BrowserContext:
        for page in context.pages:
            self._watch_page(page)
        context.on("page", self._watch_page)
        context.on("request", self._look_at_request)
        return context

    def unexpected(self) -> list[str]:
        return [line for line in self.complaints if not any(words in line for words in self.expected)]

    def _watch_page(self, page: Page) -> None:
        page.on("console", self._look_at_message)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))

    def _look_at_message(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            where = message.location.get("url", "")
            self.complaints.append(f"{message.type}: {message.text} ({where})")

    def _look_at_request(self, request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")):
            self.complaints.append(f"asked another server: {request.url}")


class RealTabs:
    """A separate Chromium, driven without Playwright's focus emulation.

    Playwright keeps each of its pages visible all the time. Over the debugging port and without its defaults,
    a tab that comes to the front hides the previous one, as on a student's screen.
    """

    def __init__(self, playwright: Playwright, program: str, profile: Path) -> None:
        self.process = subprocess.Popen(
            [
                program,
                *ARGUMENTS,
                "--headless=new",
                "--no-first-run",
                "--remote-debugging-port=0",
                "--window-size=1280,900",
                f"--user-data-dir={profile}",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            port = self._port(profile / "DevToolsActivePort")
            self.browser: Browser = playwright.chromium.connect_over_cdp(
                f"http://127.0.0.1:{port}", no_defaults=True, timeout=1000 * PATIENCE
            )
        except BaseException:
            self.process.kill()
            raise
        self.context = self.browser.contexts[0]
        self.context.set_default_timeout(1000 * PATIENCE)

    def close(self) -> None:
        self.browser.close()
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        finally:
            self.process.kill()

    def _port(self, file: Path) -> int:
        def written() -> list[str]:
            assert self.process.poll() is None, "Chromium did not start"
            return file.read_text().split() if file.exists() else []

        return int(until(written, "Chromium says on which port it listens")[0])
