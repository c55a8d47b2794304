"""Plain-text mail over SMTP with the standard library. The server's address is one setting, `SMTP_URL`."""

from __future__ import annotations

import smtplib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from flask import current_app

_TIMEOUT = 15


class Outgoing:
    """One SMTP connection, opened at the first mail and again after a failure."""

    def __init__(self, url: str, sender: str, public_url: str) -> None:
        self._url = urlsplit(url)
        self._sender = sender
        self._public_url = public_url
        self._server: smtplib.SMTP | None = None

    def send(self, mail_id: uuid.UUID, address: str, title: str, body: str, link: str | None) -> str | None:
        """Send one mail. None if the server accepted it, otherwise what went wrong in one line.

        The Message-ID comes from `mail_id`, so that a mail that was sent twice can be told as one.
        """
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._sender, address, title
        message["Message-ID"] = f"<{mail_id}@{self._sender.rpartition('@')[2] or 'localhost'}>"
        message.set_content(
            f"{body}\n\n{self._public_url}{link}\n" if link and self._public_url else f"{body}\n"
        )
        try:
            if self._server is None:
                self._server = self._connect()
            self._server.send_message(message)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            self.close()
            return f"{type(error).__name__}: {error}"[:500]
        return None

    def check(self) -> None:
        """Come in and go again, without a mail; raises what smtplib raises."""
        self._server = self._connect()
        self._server.noop()

    def close(self) -> None:
        if self._server is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._server.quit()
            self._server = None

    def _connect(self) -> smtplib.SMTP:
        kind = smtplib.SMTP_SSL if self._url.scheme == "smtps" else smtplib.SMTP
        server = kind(self._url.hostname or "localhost", self._url.port or 0, timeout=_TIMEOUT)
        server.ehlo()
        if self._url.scheme != "smtps" and server.has_extn("starttls"):
            server.starttls()
        if self._url.username:
            server.login(unquote(self._url.username), unquote(self._url.password or ""))
        return server


@contextmanager
def outgoing() -> Iterator[Outgoing]:
    """The way out for some mails; the connection closes at the end."""
    config = current_app.config
    way = Outgoing(config["SMTP_URL"], config["MAIL_FROM"], config["PUBLIC_URL"] or "")
    try:
        yield way
    finally:
        way.close()
