"""Reading of numbers as people type them, in any digits and notation.

`frontend/exam/model/numbers.js` reads them in the same way; `tests/vectors/numbers.json` is what both have to
understand. What can only mean one number is understood: 1 250,5 and 1,250.50 and ١٢٥٠. One to three digits, a
point or comma and three more, as in 1,250, can mean two numbers, and nobody guesses which.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from exam_app.rules.characters import DASHES, INVISIBLE, SINGLE_QUOTES

MAX_LENGTH = 64
"""Of the number itself; what is typed around it (spaces, invisible marks) may be as long again."""
LIMIT = Decimal("1e100")


@dataclass(frozen=True)
class Reading:
    """What a typed text means. Exactly one of the fields is set; numbers are texts for `Decimal`.

    `number`: the only number it can mean, "" for a blank text. `meanings`: the two it can mean, with a
    decimal mark and in thousands. `problem`: why it is no number, as a sentence.
    """

    number: str | None = None
    meanings: tuple[str, str] | None = None
    problem: str | None = None


class NotANumber(Exception):
    """Raised and caught inside this module only."""


def read(text: str) -> Reading:
    """What the text means. Takes linear time, and looks at no more than 128 characters."""
    if len(text) > 2 * MAX_LENGTH:
        return Reading(problem=_TOO_LONG)
    plain = " ".join(_in_ascii(text).split())
    if not plain:
        return Reading(number="")
    try:
        body, exponent = _without_exponent(plain)
        sign, digits = _without_sign(body)
        found = [sign + one + exponent for one in _meanings(digits)]
        for one in found:
            _check_size(one)
    except NotANumber as problem:
        return Reading(problem=str(problem))
    return Reading(number=found[0]) if len(found) == 1 else Reading(meanings=(found[0], found[1]))


def either(meanings: tuple[str, str]) -> str:
    """The refusal of a number with two meanings, for who may type it again."""
    decimal, thousands = meanings
    return f"Can mean {decimal} or {thousands}. Write {_unmistakable(decimal)} or {thousands}."


def _unmistakable(decimal: str) -> str:
    """With one more decimal place it cannot be read as thousands."""
    return re.sub(r"(\.\d+)", r"\g<1>0", decimal)


_SHAPE = "Must be a number, such as 3.5, -2 or 1e6."
_TOO_LONG = f"Must not be longer than {MAX_LENGTH} characters."
_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+", strict=True))
_RAISED = re.compile(f"[{''.join(_SUPERSCRIPTS)}]+")
#: The letters are Latin, Cyrillic and full width; ー is what a Japanese keyboard has for a minus sign.
_PLAIN = {
    **dict.fromkeys(map(ord, f"{DASHES}ーｰ"), "-"),
    **dict.fromkeys(map(ord, "+＋﹢"), "+"),
    **dict.fromkeys(map(ord, SINGLE_QUOTES), "'"),
    **dict.fromkeys(map(ord, ",，﹐،"), ","),
    **dict.fromkeys(map(ord, ".．﹒"), "."),
    **dict.fromkeys(map(ord, "eEеЕｅＥ"), "e"),
    **dict.fromkeys(map(ord, "xX×хХ✕*·⋅"), "x"),
    ord("٫"): "D",
    ord("٬"): "T",
}
_EXPONENT = re.compile(r"(?: ?e ?|( ?x ?)?10 ?\^ ?)([+-]? ?[0-9]{1,3})")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:G[0-9]{3})+|[1-9][0-9]?(?:G[0-9]{2})+G[0-9]{3}")
_FRACTION = re.compile(r"[0-9]*|[0-9]{3}(?: [0-9]{3})*(?: [0-9]{1,3})?")
#: A decimal with grouped decimals, or thousands with two separators: nobody writes either.
_MIXED = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}(?: [0-9]{3})+")
_TWOFOLD = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")


def _in_ascii(text: str) -> str:
    """Digits, signs and separators in ASCII; D and T are the Arabic ones, which have one meaning each."""
    raised = _RAISED.sub(
        lambda run: "^" + "".join(_SUPERSCRIPTS[c] for c in run[0]), text.translate(INVISIBLE)
    )
    return "".join(_digit(character) for character in raised.translate(_PLAIN))


def _digit(character: str) -> str:
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)


def _without_exponent(text: str) -> tuple[str, str]:
    """1.2e3, 1.2 × 10³ and 10^3, as what stands before, and the exponent as `Decimal` reads it."""
    found = next((m for m in _EXPONENT.finditer(text) if m.end() == len(text)), None)
    if found is None:
        return text, ""
    before = text[: found.start()]
    if "^" in found[0] and not found[1]:
        before += "1"  # a power of ten alone
        if before.replace(" ", "") not in ("1", "+1", "-1"):
            raise NotANumber(_SHAPE)
    return before, "e" + found[2].replace(" ", "")


def _without_sign(text: str) -> tuple[str, str]:
    return (text[0], text[1:].lstrip(" ")) if text[:1] in ("+", "-") else ("", text)


def _meanings(text: str) -> list[str]:
    """The numbers without a sign that the text can mean: one, or two."""
    if _TWOFOLD.fullmatch(text):
        return [text.replace(",", "."), text.replace(",", "").replace(".", "")]
    mark = _decimal_mark(text)
    whole, found, fraction = text.partition(mark) if mark else (text, "", "")
    if not any(map(str.isdigit, whole + fraction)) or not _FRACTION.fullmatch(fraction):
        raise NotANumber(_SHAPE)
    if mark != "D" and _MIXED.fullmatch(text):
        raise NotANumber(_SHAPE)
    decimals = "." + fraction.replace(" ", "") if found else ""
    return [_ungrouped(whole) + decimals]


def _decimal_mark(text: str) -> str:
    """The Arabic mark; of points and commas the last, if it occurs once."""
    if "D" in text:
        return "D"
    last = max(text.rfind("."), text.rfind(","))
    mark = text[last : last + 1] if last >= 0 else ""
    return mark if text.count(mark) == 1 else ""


def _ungrouped(whole: str) -> str:
    """The digits, grouped by threes, or as in India by twos and a three, or not at all."""
    separators = set(whole) - set("0123456789")
    if len(separators) > 1 or not separators <= set(" ,.'T"):
        raise NotANumber(_SHAPE)
    if separators and not _GROUPED.fullmatch(whole.replace(separators.pop(), "G")):
        raise NotANumber(_SHAPE)
    return "".join(filter(str.isdigit, whole))


def _check_size(number: str) -> None:
    if len(number) > MAX_LENGTH:
        raise NotANumber(_TOO_LONG)
    if abs(Decimal(number)) >= LIMIT:
        raise NotANumber("Must be smaller than 1e100.")
