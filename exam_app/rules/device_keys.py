"""The key with which a student's pages encrypt, on the student's device, the answers that the server does not
have yet."""

from __future__ import annotations

import hmac

PURPOSE = "exam-device 1"


def device_key(secret: str, user_id: str) -> bytes:
    """A 256-bit key for all devices of this user: an HMAC under the server's secret. Nothing has to be
    stored, one key reveals nothing about another, and without signing in nobody gets it."""
    return hmac.digest(secret.encode(), f"{PURPOSE}\n{user_id}".encode(), "sha256")
