"""Files that people bring along, by the SHA-256 of their content: in a folder, or in a bucket as S3 has it.

What is kept never changes, so writing the same again changes nothing, and whoever holds a digest may keep the
content for ever. Which files nobody names any more, and may go, `services.authoring.unused_files` finds out.
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

#: Without encryption only where the endpoint that was set says so; inside a school's network it may.
_CLIENT: ClientConfig = {"timeout": "3s", "allow_http": True}
_AWAY = "The storage for files does not answer. Try again."
_RETRY: RetryConfig = {"max_retries": 2, "retry_timeout": timedelta(seconds=3)}


def init_app(app: Flask) -> None:
    """`FILES_URL` is `s3://bucket/prefix`, or empty for the folder `files` under `DATA_DIR`."""
    url = app.config["FILES_URL"]
    if url:
        app.extensions["files"] = S3Store.from_url(url, client_options=_CLIENT, retry_config=_RETRY)
    else:
        app.extensions["files"] = LocalStore(f"{app.config['DATA_DIR']}/files", mkdir=True)


def put(digest: str, data: bytes) -> None:
    """Keep `data`; it is there when this returns.

    :raises ServiceUnavailable: the storage does not answer.
    """
    try:
        _store().put(_path(digest), data)
    except (BaseError, OSError) as problem:
        raise ServiceUnavailable(_AWAY) from problem


def get(digest: str) -> bytes | None:
    """The content, or None where there is none.

    :raises ServiceUnavailable: the storage does not answer.
    """
    try:
        return bytes(_store().get(_path(digest)).bytes())
    except FileNotFoundError:
        return None
    except (BaseError, OSError) as problem:
        raise ServiceUnavailable(_AWAY) from problem


def listed() -> Iterator[tuple[str, datetime]]:
    """The digest of each file, and when it was written last.

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
    """Take files away; one that is not there is no fault.

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
    """Made by the first who needs it, where the process has not made it at its start."""
    if "files" not in current_app.extensions:
        init_app(current_app._get_current_object())  # type: ignore[attr-defined]
    store: LocalStore | S3Store = current_app.extensions["files"]
    return store


def _path(digest: str) -> str:
    return f"{digest[:2]}/{digest}"
