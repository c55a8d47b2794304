"""Question files of other systems: bytes in, questions and a report by line out; nothing is stored."""

from __future__ import annotations

from collections.abc import Callable

from exam_app import errors
from exam_app.importers import aiken, csv_table, decoding, gift, moodle_xml
from exam_app.importers.base import Image, ImportedQuestion, ImportReport, Note, Refusal

__all__ = [
    "FORMATS",
    "MAX_BYTES",
    "Image",
    "ImportReport",
    "ImportedQuestion",
    "Note",
    "Refusal",
    "read_questions",
]

MAX_BYTES = 10_000_000

_READERS: dict[str, Callable[[str, ImportReport], None]] = {
    "gift": gift.read,
    "aiken": aiken.read,
    "moodle_xml": moodle_xml.read,
    "csv": csv_table.read,
}
#: Formats with an unambiguous signature, and formats that are recognised heuristically.
_RECOGNISED: dict[str, Callable[[str], bool]] = {
    "moodle_xml": moodle_xml.recognises,
    "csv": csv_table.recognises,
}
_SIGNS: dict[str, Callable[[str], int]] = {"gift": gift.signs, "aiken": aiken.signs}
FORMATS = tuple(_READERS)


def read_questions(
    data: bytes, format: str | None, filename: str, encoding: str | None = None
) -> ImportReport:
    """All questions of the file with valid definitions, and refusals with line and reason.

    Without `format` it is detected from the content (or from `filename` if that is inconclusive). The file is
    UTF-8 unless `encoding` or the XML declaration says otherwise; CSV that is not UTF-8 is read as
    Windows-1252, which spreadsheets write, with a note. Raises only `InvalidInput`, if the file as a whole
    cannot be read; one broken question never stops the others.
    """
    if format is not None and format.lower() not in _READERS:
        raise errors.InvalidInput(f"Unknown format {format!r}. Known: {', '.join(FORMATS)}.")
    if len(data) > MAX_BYTES:
        raise errors.InvalidInput(f"The file is larger than {MAX_BYTES // 1_000_000} MB. Split it.")
    is_old_csv = encoding is None and _is_csv(format, filename) and not decoding.is_utf_8(data)
    declared = "windows-1252" if is_old_csv else encoding or decoding.declared_by_xml(data)
    text, used = decoding.decode(data, declared)
    if not text.strip():
        raise errors.InvalidInput("The file is empty.")
    report = ImportReport(format=format.lower() if format else _format(text, filename), encoding=used)
    if is_old_csv:
        report.notes.append(Note(1, "not UTF-8: read as Windows-1252; check letters with accents"))
    _READERS[report.format](text, report)
    return report


def _is_csv(format: str | None, filename: str) -> bool:
    return format.lower() == "csv" if format else filename.lower().endswith(".csv")


def _format(text: str, filename: str) -> str:
    for name, recognises in _RECOGNISED.items():
        if recognises(text):
            return name
    signs = {name: count(text) for name, count in _SIGNS.items()}
    best = max(signs, key=lambda name: signs[name])
    if signs[best]:
        return best
    for name in FORMATS:
        if name in filename.lower():
            return name
    raise errors.InvalidInput(f"No known format recognised. Name it: {' or '.join(FORMATS)}.")
