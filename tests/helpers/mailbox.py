"""A real SMTP server on loopback that keeps what it accepts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler

from tests.browser.product import free_port


class Mailbox(MessageHandler):
    """What the SMTP server accepted, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[Message] = []
        self.url = ""

    def handle_message(self, message: Message) -> None:
        self.mails.append(message)

    def subjects_to(self, address: str, about: str) -> list[str]:
        subjects = [str(mail["Subject"]) for mail in self.mails if mail["To"] == address]
        return [subject for subject in subjects if about in subject]


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
