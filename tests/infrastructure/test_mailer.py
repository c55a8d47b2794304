"""Mails to real servers: words of people in their headers, and encryption."""

from __future__ import annotations

import ssl
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from exam_app.infrastructure.mailer import Outgoing, ServerUnreachable
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


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 0.0.0.0, with its key, that no authority has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("0.0.0.0"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + made.public_bytes(Encoding.PEM))
    return path


@contextmanager
def encrypted(certificate: Path, at_once: bool) -> Iterator[Mailbox]:
    """A mailbox whose server is not called "localhost": encrypted `at_once`, or with STARTTLS."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    box, port = Mailbox(), free_port()
    options = {"ssl_context": context} if at_once else {"tls_context": context, "require_starttls": True}
    server = Controller(box, hostname="127.0.0.1", port=port, **options)
    server.start()
    box.url = f"{'smtps' if at_once else 'smtp'}://0.0.0.0:{port}"
    try:
        yield box
    finally:
        server.stop()


@pytest.mark.parametrize("at_once", [True, False], ids=["smtps", "STARTTLS"])
def test_the_certificate_of_the_server_is_verified(
    certificate: Path, at_once: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with encrypted(certificate, at_once) as box:
        with pytest.raises(ServerUnreachable, match="CERTIFICATE_VERIFY_FAILED"):
            Outgoing(box.url, SENDER).send(uuid.uuid4(), "carl@school.example", "Title", "Text")
        assert box.mails == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        outgoing = Outgoing(box.url, SENDER)
        assert outgoing.send(uuid.uuid4(), "carl@school.example", "Title", "Text") is None
        outgoing.close()
        assert len(box.mails) == 1


def test_a_server_without_encryption_gets_no_mail_unless_that_is_asked_for() -> None:
    with listening() as box:
        url = box.url.replace("127.0.0.1", "0.0.0.0")
        with pytest.raises(ServerUnreachable, match="offers no encryption"):
            Outgoing(url, SENDER).send(uuid.uuid4(), "carl@school.example", "Title", "Text")
        outgoing = Outgoing(url.replace("smtp:", "smtp+plain:"), SENDER)
        assert outgoing.send(uuid.uuid4(), "carl@school.example", "Title", "Text") is None
        outgoing.close()
        assert len(box.mails) == 1


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
