"""Safe reading of uploaded XML: element by element, within limits, without document types or entities."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler

from defusedxml import DefusedXmlException
from defusedxml.expatreader import create_parser

from exam_app import errors

MAX_DEPTH = 30
MAX_ELEMENTS = 10_000


@dataclass(slots=True)
class Element:
    """`line` is where its tag starts, `text` the text directly inside it."""

    tag: str
    attributes: dict[str, str]
    line: int
    children: list[Element] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def all(self, tag: str) -> list[Element]:
        return [child for child in self.children if child.tag == tag]

    def child(self, tag: str) -> Element | None:
        return next((child for child in self.children if child.tag == tag), None)

    def text_of(self, tag: str) -> str:
        """The text of the first child with this tag, trimmed; "" if missing."""
        found = self.child(tag)
        return found.text.strip() if found else ""

    @property
    def is_blank(self) -> bool:
        """Whether it contains no text at any depth."""
        return not self.text.strip() and all(child.is_blank for child in self.children)


def each_child(source: str, root: str, take: Callable[[Element], None]) -> None:
    """Call `take` with every element directly below `root`, in order.

    :raises InvalidInput: not well-formed, another root, a document type or entities, too deep, an element
        below the root with more than 10,000 descendants. Elements taken before must then be discarded.
    """
    parser = create_parser(forbid_dtd=True)
    handler = _Handler(root, take, parser.getLineNumber)
    parser.setContentHandler(handler)
    try:
        parser.feed(source)
        parser.close()
    except DefusedXmlException:
        raise _refusal(
            "The file declares a document type or entities, which can hide harmful content. Remove them.",
            parser.getLineNumber(),
        ) from None
    except SAXParseException as problem:
        line = problem.getLineNumber() or 1
        words = f"Not well-formed XML: {problem.getMessage()} in line {line}."
        raise _refusal(words, line) from None


def _refusal(message: str, line: int) -> errors.InvalidInput:
    return errors.InvalidInput(message, {"line": line})


class _Handler(ContentHandler):
    """Keeps only the open elements, and the complete one that is being read below the root."""

    def __init__(self, root: str, take: Callable[[Element], None], line: Callable[[], int]) -> None:
        super().__init__()
        self._root = root
        self._take = take
        self._line = line
        self._open: list[Element] = []
        self._count = 0

    def startElement(self, name: str, attrs: object) -> None:
        line = self._line()
        if not self._open and name != self._root:
            raise _refusal(f"Not a question file: it begins with <{name[:50]}>, not <{self._root}>.", line)
        if len(self._open) >= MAX_DEPTH:
            raise _refusal(f"Elements are nested more than {MAX_DEPTH} deep.", line)
        self._count += 1
        if self._count > MAX_ELEMENTS:
            raise _refusal(f"One question has more than {MAX_ELEMENTS} elements.", line)
        self._open.append(Element(name, dict(attrs.items()), line))  # type: ignore[attr-defined]

    def characters(self, content: str) -> None:
        if len(self._open) > 1:
            self._open[-1].pieces.append(content)

    def endElement(self, _name: str) -> None:
        done = self._open.pop()
        if len(self._open) > 1:
            self._open[-1].children.append(done)
        elif self._open:
            self._count = 0
            self._take(done)
