"""The key with which a page that is offline encrypts its unsent answers into an answer bundle."""

from __future__ import annotations

import hmac

FORMAT, VERSION = "exam-answers", 1


def bundle_key(secret: str, attempt_id: str) -> bytes:
    """The 256-bit key shared by the page of this attempt and the server: an HMAC of the bundle's header under
    the server's secret. Nothing has to be stored, and one key reveals nothing about another."""
    return hmac.digest(secret.encode(), header(attempt_id), "sha256")


def header(attempt_id: str) -> bytes:
    """The unencrypted part of a file, in the canonical form that is authenticated."""
    return f"{FORMAT} {VERSION}\n{attempt_id}".encode()
