"""Answer bundles, sealed in the way a page does it."""

from __future__ import annotations

import json
import secrets
from base64 import b64decode, b64encode
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from exam_app.services.answers import bundles


def sealed(attempt_id: Any, content: Any, key: str | None = None, **open_part: Any) -> dict[str, Any]:
    """The bundle as parsed JSON. `content` given as bytes is sealed unchanged."""
    head = {"format": "exam-answers", "version": 1, "attemptId": str(attempt_id), **open_part}
    covered = f"{head['format']} {head['version']}\n{head['attemptId']}".encode()
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    iv = secrets.token_bytes(12)
    box = AESGCM(b64decode(key or bundles.answers_key(attempt_id))).encrypt(iv, text, covered)
    return {**head, "iv": b64encode(iv).decode(), "sealed": b64encode(box).decode()}


def inside(changes: list[dict[str, Any]], **other: Any) -> dict[str, Any]:
    """The content that a page seals; the device's clock is right unless `clockOffset` (ms) says otherwise."""
    known = {
        "sentAt": "2026-05-04T10:00:00.000Z",
        "deviceId": "laptop",
        "clockOffset": 0,
        "acknowledged": [],
    }
    return {**known, **other, "changes": changes}
