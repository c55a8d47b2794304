"""The receipt code of a submission: proof of the stored answers, verifiable with the server's key."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

_LIKE_LETTERS = str.maketrans("01", "OI")  # base32 has no 0, 1, 8 or 9
_CODE = re.compile("[A-Z2-7]{12}")


def as_typed(text: str) -> str | None:
    """A typed receipt code in its canonical form: case, spaces and hyphens are ignored, 0 is read as O and 1
    as I. None if it cannot be a receipt."""
    code = re.sub(r"[\s-]", "", text).upper().translate(_LIKE_LETTERS)
    return _grouped(code) if _CODE.fullmatch(code) else None


def receipt_code(key: str, attempt_id: str, version: int, digest: str, reopened: int = 0) -> str:
    """Twelve characters in groups of four, such as ``7F3K-Q2MD-4XTA`` (60 bits).

    HMAC-SHA256 over the attempt, its version, the digest of its answers, and how often it had been reopened:
    each submission has a receipt of its own, also if no answer was changed in between.
    """
    message = "\n".join(map(str, (attempt_id, version, digest, *([reopened] if reopened else [])))).encode()
    code = base64.b32encode(hmac.new(key.encode(), message, hashlib.sha256).digest()).decode()[:12]
    return _grouped(code)


def _grouped(code: str) -> str:
    return "-".join(code[i : i + 4] for i in range(0, 12, 4))
