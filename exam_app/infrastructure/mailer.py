"""Plain-text mail over SMTP with the standard library, configured by `SMTP_URL`.

The connection is encrypted and the server's certificate verified (`SSL_CERT_FILE` names other authorities),
or no mail is sent: whoever is in between could take away the server's offer of STARTTLS. Mails to a server on
this machine, and with `smtp+plain://`, go as they are.
"""

from __future__ import annotations

import smtplib
import ssl
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from flask import current_app

from exam_app import clock
from exam_app.rules.hosts import is_loopback

_NOT_ENCRYPTED = (
    "The mail server offers no encryption (STARTTLS). Use smtps:// in SMTP_URL, or smtp+plain:// if nobody"
    " can listen in between."
)
TIMEOUT = 15
"""Timeout in seconds of each SMTP step."""


class ServerUnreachable(Exception):
    """The mail server is unreachable, or the connection was lost: other mails would fail as well."""


class Outgoing:
    """One SMTP connection, opened for the first mail and reopened after a failure."""

    def __init__(self, url: str, sender: str) -> None:
        self._url = urlsplit(url)
        self._sender = sender
        self._domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
        self._server: smtplib.SMTP | None = None

    def send(self, mail_id: uuid.UUID, address: str, title: str, text: str) -> str | None:
        """Send one mail. Returns None if the server accepted it, otherwise the reason in one line.

        The Message-ID is derived from `mail_id`, so that a mail sent twice can be recognised as one.

        :raises ServerUnreachable: with the reason in one line.
        """
        server = self._connected()
        try:
            server.send_message(self._message(mail_id, address, title, text))
        except (
            smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError, ValueError,
            smtplib.SMTPNotSupportedError,  # an address beyond ASCII: the other mails can be sent
        ) as error:  # fmt: skip
            self.close()
            return _in_one_line(error)
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise ServerUnreachable(_in_one_line(error)) from error
        return None

    def check(self) -> None:
        """Connect without sending a mail.

        :raises ServerUnreachable: with the reason in one line.
        """
        self._connected()

    def close(self) -> None:
        if self._server is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._server.quit()
            self._server = None

    def _message(self, mail_id: uuid.UUID, address: str, title: str, text: str) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._sender, address, _header_text(title)
        message["Date"] = clock.now()
        message["Message-ID"] = f"<{mail_id}@{self._domain}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office replies
        message.set_content(text)
        return message

    def _connected(self) -> smtplib.SMTP:
        try:
            self._server = self._server or self._connect()
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise ServerUnreachable(_in_one_line(error)) from error
        return self._server

    def _connect(self) -> smtplib.SMTP:
        host, port = self._url.hostname or "localhost", self._url.port or 0
        if self._url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port, timeout=TIMEOUT, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(host, port, timeout=TIMEOUT)
        server.ehlo()
        if self._url.scheme == "smtp" and not is_loopback(host):
            if not server.has_extn("starttls"):
                raise smtplib.SMTPException(_NOT_ENCRYPTED)
            server.starttls(context=ssl.create_default_context())
        if self._url.username:
            server.login(unquote(self._url.username), unquote(self._url.password or ""))
        return server


def _header_text(text: str) -> str:
    """`text` without line breaks and other control characters, which must not get into a header."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _in_one_line(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]


@contextmanager
def outgoing() -> Iterator[Outgoing]:
    """An SMTP connection for some mails, closed at the end of the block."""
    connection = Outgoing(current_app.config["SMTP_URL"], current_app.config["MAIL_FROM"])
    try:
        yield connection
    finally:
        connection.close()
