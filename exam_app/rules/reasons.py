"""Reasons that staff give for their actions."""

from __future__ import annotations

from exam_app.errors import InvalidInput


def stated(reason: str) -> str:
    """The reason, trimmed.

    :raises InvalidInput: no reason was given.
    """
    if not reason.strip():
        raise InvalidInput(details={"reason": ["Enter a short reason."]})
    return reason.strip()
