"""The fair semaphore by which events take turns."""

from __future__ import annotations

from exam_app.infrastructure.turns import Turns

__all__ = ["Turns"]
