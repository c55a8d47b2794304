"""Files in a bucket behave as in a folder, on a real server that speaks S3."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from exam_app.errors import ServiceUnavailable
from exam_app.infrastructure import storage
from tests.helpers.pictures import PNG
from tests.helpers.ports import free_port
from tests.helpers.waiting import until

DIGEST = "ab" * 32


@pytest.fixture
def endpoint(tmp_path: Path) -> Iterator[str]:
    """An S3 server with the bucket `exams`."""
    (tmp_path / "exams").mkdir()
    port = free_port()
    host_and_port = f"127.0.0.1:{port}"
    program = Path(sys.executable).with_name("rclone")
    server = subprocess.Popen(
        [
            program,
            "serve",
            "s3",
            "--auth-key",
            "somebody,a-secret",
            "--addr",
            host_and_port,
            "--config",
            "",
            tmp_path,
        ]
    )
    try:
        until(lambda: server.poll() is not None or listens(port), "the server listens")
        yield f"http://{host_and_port}"
    finally:
        server.terminate()
        server.wait()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch, secret: str = "a-secret") -> Flask:
    """An application that stores its files in the bucket `exams` below `here`."""
    variables = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "somebody",
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_REGION": "us-east-1",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    app = Flask(__name__)
    app.config["FILES_URL"] = "s3://exams/here"
    storage.init_app(app)
    return app


def test_a_stored_file_is_found(endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with bucket(endpoint, monkeypatch).app_context():
        assert storage.get(DIGEST) is None
        storage.put(DIGEST, PNG)
        storage.put(DIGEST, PNG)
        assert storage.get(DIGEST) == PNG
        kept = tmp_path / "exams" / "here" / "ab" / DIGEST
        assert kept.read_bytes() == PNG
        assert [digest for digest, _ in storage.listed()] == [DIGEST]
        storage.delete([DIGEST])
        storage.delete([DIGEST])
        assert not kept.exists()
        assert list(storage.listed()) == []


def test_a_wrong_key_is_reported_as_unavailable_storage(
    endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bucket(endpoint, monkeypatch, secret="wrong").app_context():
        with pytest.raises(ServiceUnavailable):
            storage.put(DIGEST, PNG)
        with pytest.raises(ServiceUnavailable):
            storage.get(DIGEST)
        with pytest.raises(ServiceUnavailable):
            list(storage.listed())


def test_an_unreachable_server_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    with bucket("http://127.0.0.1:9", monkeypatch).app_context(), pytest.raises(ServiceUnavailable):
        storage.put(DIGEST, PNG)
