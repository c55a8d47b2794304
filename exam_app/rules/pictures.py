"""Supported pictures, recognised by their first bytes and not by name or declared type.

SVG is not supported: it is a document that can contain scripts.
"""

from __future__ import annotations

MAX_BYTES = 2_000_000
_EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}


def media_type(data: bytes) -> str | None:
    """`image/png`, `image/jpeg`, `image/gif` or `image/webp`; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return None


def file_name(number: int, data: bytes) -> str:
    """A file name for the picture with this number: `image-1.png`."""
    return f"image-{number}.{_EXTENSIONS[media_type(data) or '']}"
