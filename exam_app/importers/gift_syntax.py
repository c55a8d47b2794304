"""The lexical level of GIFT: escapes, comments, and splitting a file into blocks of one question each.

While a block is parsed, an escaped character is replaced by a placeholder (a Unicode noncharacter, which no
decoded file contains), so that whatever still looks like syntax is syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_ESCAPABLE = "~=#{}:\\"
_STAND_INS = {character: chr(0xFDD0 + index) for index, character in enumerate(_ESCAPABLE)}
_RESTORED = str.maketrans({stand_in: character for character, stand_in in _STAND_INS.items()})
_PROTECTED = str.maketrans({character: _STAND_INS[character] for character in "~=#{}:"})
_LINE_BREAK = chr(0xFDDF)

_ESCAPE = re.compile(r"\\([~=#{}:\\n])")
#: A tag with quoted attributes: exports of other systems do not always escape `=` and `#` in them.
_TAG = re.compile(r'<[a-zA-Z][a-zA-Z0-9]*(?:\s+[a-zA-Z][a-zA-Z-]*="[^"<>]*")+\s*/?>')
_CATEGORY = re.compile(r"\$CATEGORY:(.*)", re.IGNORECASE)
#: A line after a blank one that continues the answers.
_CARRIES_ON = ("=", "~", "#", "}")


def protect(line: str) -> str:
    """The line with placeholders for what is escaped or inside the attributes of a tag."""
    escaped = _ESCAPE.sub(lambda match: _STAND_INS.get(match[1], _LINE_BREAK), line)
    return _TAG.sub(lambda match: match[0].translate(_PROTECTED), escaped)


def restore(text: str) -> str:
    """The text with placeholders restored."""
    return text.translate(_RESTORED).replace(_LINE_BREAK, "\n")


@dataclass
class Block:
    """One item of the file, protected; `line` is where it starts."""

    line: int
    category: str | None
    lines: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    depth: int = 0
    closed: bool = False

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip()

    def add(self, line: str) -> None:
        for brace in re.findall("[{}]", line):
            self.depth = self.depth + 1 if brace == "{" else max(0, self.depth - 1)
            self.closed = self.depth == 0
        self.lines.append(line)

    def ends_before(self, line: str, after_blank: bool) -> bool:
        """Whether `line` starts a new item: after a blank line, or if the blank line was forgotten."""
        if _is_title(line):
            return True
        if self.depth:
            return after_blank and not line.startswith(_CARRIES_ON)
        return after_blank or (self.closed and "{" in line)


def blocks(text: str) -> Iterator[Block]:
    """The items of a file in order, without comments; `$CATEGORY` lines apply to what follows."""
    category: str | None = None
    block: Block | None = None
    after_blank = False
    for number, raw in enumerate(text.split("\n"), 1):
        protected = protect(raw)
        line = protected.strip()
        if line.startswith("//"):
            continue
        if not line:
            after_blank = True
            continue
        switch = _CATEGORY.fullmatch(line)
        if block and (switch or block.ends_before(line, after_blank)):
            yield block
            block = None
        if switch:
            category = category_path(restore(switch[1]))
        else:
            block = _extend(block or Block(number, category), protected.rstrip(), after_blank)
        after_blank = False
    if block:
        yield block


def category_path(written: str) -> str | None:
    """`$course$/top/Biology/Cells` becomes `Biology/Cells`: the path without the prefix of the old system."""
    parts = [part.strip() for part in written.split("/")]
    while parts and (not parts[0] or parts[0] == "top" or re.fullmatch(r"\$[a-zA-Z0-9]*\$", parts[0])):
        parts.pop(0)
    return "/".join(part for part in parts if part) or None


def _extend(block: Block, line: str, after_blank: bool) -> Block:
    if after_blank and block.depth:
        block.notes.append("a blank line inside the braces was ignored")
    block.add(line)
    return block


def _is_title(line: str) -> bool:
    return line.startswith("::") and "::" in line[2:]
