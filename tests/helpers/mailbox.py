"""A real SMTP server on loopback that stores the mails it accepts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, NamedTuple

from aiosmtpd.controller import Controller

from tests.helpers.ports import free_port


class Mail(NamedTuple):
    recipients: list[str]
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        return f"Subject: {self.subject}\n{self.message.get_content()}"


class Mailbox:
    """The mails received, in order. It rejects recipients in `refused`, and replies to other mails with
    `answer`, after `on_mail()`.
    """

    def __init__(self) -> None:
        self.url = ""
        self.mails: list[Mail] = []
        self.refused: set[str] = set()
        self.answer = "250 OK"
        self.on_mail: Callable[[], object] = lambda: None

    def subjects_to(self, email: str, about: str) -> list[str]:
        return [mail.subject for mail in self.mails if email in mail.recipients and about in mail.subject]

    def ids_to(self, email: str, about: str) -> set[str]:
        """Message-IDs of the mails to a recipient: a mail that arrived twice is counted once."""
        return {
            str(mail.message["Message-ID"])
            for mail in self.mails
            if email in mail.recipients and about in mail.subject
        }

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, email: str, _options: Any) -> str:
        if email in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(email)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        message: Any = message_from_bytes(envelope.content, policy=default)
        self.mails.append(Mail(envelope.rcpt_tos, message))
        self.on_mail()
        return self.answer


@contextmanager
def listening() -> Iterator[Mailbox]:
    """A mailbox whose server answers at `url`."""
    box, port = Mailbox(), free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    box.url = f"smtp://127.0.0.1:{port}"
    try:
        yield box
    finally:
        server.stop()
