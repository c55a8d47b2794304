"""The parts of notification texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Language(StrEnum):
    ENGLISH = "en"
    GERMAN = "de"


LANGUAGE_NAMES = {Language.ENGLISH: "English", Language.GERMAN: "Deutsch"}


@dataclass(frozen=True)
class Text:
    """A subject line and a body, both with placeholders such as ``{title}``."""

    title: str
    body: str


@dataclass(frozen=True)
class Phrase:
    """A value that is translated: `name` is a key of the language's `PHRASES`."""

    name: str
    values: dict[str, str] = field(default_factory=dict)


def counted(name: str, count: int) -> Phrase:
    """A count with its noun: ``1 answer``, ``2 answers``."""
    return Phrase(f"{name}_one" if count == 1 else f"{name}_many", {"count": str(count)})
