"""Files for download: the only place that makes the header with their name."""

from __future__ import annotations

import unicodedata
from typing import IO
from urllib.parse import quote

from flask import Response


def file_response(content: str | bytes | IO[bytes], content_type: str, name: str) -> Response:
    """`content` as a file to be stored under `name`; an open file is closed when it has been sent."""
    if isinstance(content, str | bytes):
        response = Response(content, content_type=content_type)
    else:
        file = content
        response = Response(iter(lambda: file.read(65_536), b""), content_type=content_type)
        response.call_on_close(file.close)
    response.headers["Content-Disposition"] = disposition(name)
    return response


def disposition(name: str) -> str:
    """The header of RFC 6266, in ASCII. The letters of `name` are in ``filename*``, which current browsers
    read; ``filename`` is for programs that do not."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = "".join(c if c.isprintable() and c not in '"\\%/' else "_" for c in plain)
    stem, dot, ending = plain.rpartition(".")
    if not stem.strip(" ._-"):
        plain = f"file{dot}{ending}"
    value = f'attachment; filename="{plain}"'
    return value if plain == name else f"{value}; filename*=UTF-8''{quote(name, safe='', errors='ignore')}"
