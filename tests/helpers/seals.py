"""Decrypting a sealed paper as a page does, with the key that is sent at the start."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def opened(prepared: dict[str, Any], key: str) -> Any:
    """:raises InvalidTag: the key is wrong."""
    text = AESGCM(b64decode(key)).decrypt(b64decode(prepared["iv"]), b64decode(prepared["sealed"]), None)
    return json.loads(text)
