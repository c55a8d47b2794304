"""Question files of other systems: bytes in, questions and a line-by-line report out; nothing is stored."""

from __future__ import annotations

from collections.abc import Callable

from exam_app import errors
from exam_app.importers import aiken, decoding, gift
from exam_app.importers.base import ImportedQuestion, ImportReport, Note, Refusal

__all__ = ["FORMATS", "ImportReport", "ImportedQuestion", "Note", "Refusal", "read_questions"]

MAX_BYTES = 5_000_000

_READERS: dict[str, Callable[[str, ImportReport], None]] = {"gift": gift.read, "aiken": aiken.read}
_SIGNS: dict[str, Callable[[str], int]] = {"gift": gift.signs, "aiken": aiken.signs}
FORMATS = tuple(_READERS)


def read_questions(
    data: bytes, format: str | None, filename: str, encoding: str | None = None
) -> ImportReport:
    """Everything in the file, as questions whose definitions are valid, and as refusals with line and reason.

    Without `format` the content decides (`filename` only where the content is silent). The file is UTF-8
    unless `encoding` declares something else. Raises `InvalidInput`, and nothing else, where the file
    as a whole cannot be read; one broken question never stops the others.
    """
    if len(data) > MAX_BYTES:
        raise errors.InvalidInput(f"The file is larger than {MAX_BYTES // 1_000_000} MB. Split it.")
    text, used = decoding.decode(data, encoding)
    if not text.strip():
        raise errors.InvalidInput("The file is empty.")
    report = ImportReport(format=_format(text, format, filename), encoding=used)
    _READERS[report.format](text, report)
    return report


def _format(text: str, declared: str | None, filename: str) -> str:
    if declared is not None:
        if declared.lower() not in _READERS:
            raise errors.InvalidInput(f"Unknown format {declared!r}. Known: {', '.join(FORMATS)}.")
        return declared.lower()
    signs = {name: count(text) for name, count in _SIGNS.items()}
    best = max(signs, key=lambda name: signs[name])
    if signs[best]:
        return best
    for name in FORMATS:
        if name in filename.lower():
            return name
    raise errors.InvalidInput(f"No known format recognised. Name it: {' or '.join(FORMATS)}.")
