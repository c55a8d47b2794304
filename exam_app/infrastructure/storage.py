"""Uploaded files, addressed by the SHA-256 of their content: in a folder or in an S3 bucket.

A stored file never changes, so writing it again changes nothing, and clients may cache it without expiry.
`services.authoring.unused_files` finds the files that are no longer referenced.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flask import Flask, current_app
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from exam_app.errors import ServiceUnavailable

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig

#: Plain http only if the configured endpoint has that scheme, as within a school's network.
_CLIENT: ClientConfig = {"timeout": "3s", "allow_http": True}
_AWAY = "The file storage does not respond. Try again."
_RETRY: RetryConfig = {"max_retries": 2, "retry_timeout": timedelta(seconds=3)}


def init_app(app: Flask) -> None:
    """`FILES_URL` is `s3://bucket/prefix`, or empty for the folder `files` under `DATA_DIR`."""
    url = app.config["FILES_URL"]
    if url:
        app.extensions["files"] = S3Store.from_url(url, client_options=_CLIENT, retry_config=_RETRY)
    else:
        app.extensions["files"] = LocalStore(f"{app.config['DATA_DIR']}/files", mkdir=True)


def put(digest: str, data: bytes) -> None:
    """Store `data`; it is durable when this returns.

    :raises ServiceUnavailable: the storage does not answer.
    """
    try:
        _store().put(_path(digest), data)
    except (BaseError, OSError) as problem:
        raise ServiceUnavailable(_AWAY) from problem


def get(digest: str) -> bytes | None:
    """The content, or None if there is no such file.

    :raises ServiceUnavailable: the storage does not answer.
    """
    try:
        return bytes(_store().get(_path(digest)).bytes())
    except FileNotFoundError:
        return None
    except (BaseError, OSError) as problem:
        raise ServiceUnavailable(_AWAY) from problem


def listed() -> Iterator[tuple[str, datetime]]:
    """The digest of each file, and when it was last written.

    :raises ServiceUnavailable: the storage does not answer.
    """
    try:
        for some in _store().list():
            for file in some:
                digest = file["path"].rpartition("/")[2]
                if file["path"] == _path(digest):
                    yield digest, file["last_modified"]
    except (BaseError, OSError) as problem:
        raise ServiceUnavailable(_AWAY) from problem


def delete(digests: Sequence[str]) -> None:
    """Delete files; a missing file is not an error.

    :raises ServiceUnavailable: the storage does not answer.
    """
    files = _store()
    for digest in digests:
        try:
            files.delete(_path(digest))
        except FileNotFoundError:
            continue
        except (BaseError, OSError) as problem:
            raise ServiceUnavailable(_AWAY) from problem


def _store() -> LocalStore | S3Store:
    """The store, created on first use if the process has not created it at its start."""
    if "files" not in current_app.extensions:
        init_app(current_app._get_current_object())  # type: ignore[attr-defined]
    store: LocalStore | S3Store = current_app.extensions["files"]
    return store


def _path(digest: str) -> str:
    return f"{digest[:2]}/{digest}"
