"""Reasons that staff state for what they do."""

from __future__ import annotations

from exam_app.errors import InvalidInput


def stated(reason: str) -> str:
    """:raises InvalidInput: no reason was given."""
    if not reason.strip():
        raise InvalidInput(details={"reason": ["Say why, in a few words."]})
    return reason.strip()
