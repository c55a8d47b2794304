"""The key of an answer bundle: what a page that stayed without a network seals its waiting answers with."""

from __future__ import annotations

import hmac

FORMAT, VERSION = "exam-answers", 1


def bundle_key(secret: str, attempt_id: str) -> bytes:
    """The 256 bits that only the page of this attempt and the server know: an HMAC of what a bundle is
    for under the server's secret, so that nothing has to be stored and no attempt tells of another."""
    return hmac.digest(secret.encode(), header(attempt_id), "sha256")


def header(attempt_id: str) -> bytes:
    """The open part of a file, in the one form that its seal covers."""
    return f"{FORMAT} {VERSION}\n{attempt_id}".encode()
