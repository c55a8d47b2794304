"""Mails with words of people in their headers, received by a real server."""

from __future__ import annotations

import uuid

import pytest
from aiosmtpd.controller import Controller

from exam_app.infrastructure.mailer import Outgoing
from tests.helpers.mailbox import Mailbox, listening
from tests.helpers.ports import free_port

SENDER = "Prüfungen der Schule <exams@school.example>"


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("Контрольная 数学", "Контрольная 数学"),
        ("a\r\nBcc: eve@evil.example", "a Bcc: eve@evil.example"),
        ("a\x00b\x1bc\u2028d\x85e", "a b c d e"),
        ("=?utf-8?q?x?= 👩‍🔬 " + "数" * 255, None),
        ("x" * 1000, "x" * 1000),
        ("", ""),
    ],
)
def test_every_title_is_a_subject(title: str, subject: str | None) -> None:
    with listening() as box:
        mail_id = uuid.uuid4()
        outgoing = Outgoing(box.url, SENDER)
        assert outgoing.send(mail_id, "carl@school.example", title, "Text") is None
        outgoing.close()
        (mail,) = box.mails
        assert mail.recipients == ["carl@school.example"]
        assert mail.message["Bcc"] is None
        assert mail.message["Message-ID"] == f"<{mail_id}@school.example>"
        if subject is not None:
            assert mail.subject == subject


def test_an_address_that_the_server_does_not_know_how_to_write_stops_no_other_mail() -> None:
    box, port = Mailbox(), free_port()
    server = Controller(box, hostname="127.0.0.1", port=port, enable_SMTPUTF8=False)
    server.start()
    try:
        outgoing = Outgoing(f"smtp://127.0.0.1:{port}", SENDER)
        refused = outgoing.send(uuid.uuid4(), "rené@school.example", "Title", "Text")
        assert refused is not None and "SMTPUTF8" in refused
        assert outgoing.send(uuid.uuid4(), "carl@school.example", "Title", "Text") is None
        outgoing.close()
    finally:
        server.stop()
    assert [mail.recipients for mail in box.mails] == [["carl@school.example"]]
