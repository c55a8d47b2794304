"""Question files for other systems: our own importer reads back what is written unchanged."""

from __future__ import annotations

from collections.abc import Sequence

from exam_app import errors
from exam_app.exporters import gift, moodle_xml
from exam_app.exporters.base import CannotWrite, ExportReport, Unwritten, comparable
from exam_app.importers import ImportedQuestion, read_questions

__all__ = ["FORMATS", "ExportReport", "Unwritten", "write_questions"]

_WRITERS = {"gift": gift, "moodle_xml": moodle_xml}
FORMATS = tuple(_WRITERS)


def write_questions(questions: Sequence[ImportedQuestion], format: str) -> ExportReport:
    """The file with every question that the format supports, and the others with the reason.

    Each question is read back from the output, so that none is exported with a changed meaning.
    """
    writer = _WRITERS[format]
    report = ExportReport(format)
    parts, category = [], None
    for number, question in enumerate(questions, 1):
        try:
            expected, notes = writer.expected(question)
            text = writer.question(question)
            _check(format, writer.category(question.category) + text, expected)
        except CannotWrite as problem:
            report.refused.append(Unwritten(number, question.name, str(problem)))
            continue
        if question.category != category:
            category = question.category
            parts.append(writer.category(category))
        parts.append(text)
        report.written += 1
        report.notes.extend(Unwritten(number, question.name, note) for note in notes)
    report.content = writer.file("".join(parts))
    return report


def _check(format: str, text: str, expected: ImportedQuestion) -> None:
    try:
        read = read_questions(_WRITERS[format].file(text).encode(), format, "")
    except (errors.InvalidInput, UnicodeEncodeError):
        raise CannotWrite("it has a character that the format does not support") from None
    if read.refused:
        raise CannotWrite(read.refused[0].reason)
    if [comparable(question) for question in read.questions] != [comparable(expected)]:
        raise CannotWrite("it would be changed by the format")
