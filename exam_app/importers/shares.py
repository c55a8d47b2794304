"""Weights of options, in formats that give each a percentage."""

from __future__ import annotations

from decimal import Decimal

from exam_app.importers.base import CannotRead
from exam_app.importers.texts import Texts

FULL = Decimal(1)
#: Percentages such as 3 × 33 are meant to be 100 and are scaled up.
_NEARLY = Decimal("0.02")
#: Three times 33.33 % is accepted as 100 % without scaling, as in a multiple response.
_EXACT = Decimal("0.001")


def of_percent(written: str) -> Decimal:
    """`33.33333` or `33,3` as a share of 1."""
    try:
        share = Decimal(written.strip().replace(",", ".")) / 100
    except ArithmeticError:
        share = Decimal("NaN")
    if not share.is_finite():
        raise CannotRead(f"a weight that is not a number: {written.strip()[:20]}")
    if abs(share) > 1:
        raise CannotRead(f"a weight above 100 %: {written.strip()[:20]}")
    return share


def normalized(shares: list[Decimal], single: bool, texts: Texts) -> tuple[str, list[Decimal]]:
    """The question type for these shares, and the shares normalized for it.

    A single choice without a fully right option is read as a multiple response.
    """
    if single and FULL not in shares:
        texts.note("no answer is worth 100 %: read as a question with several right answers")
        single = False
    return ("multiple_choice", shares) if single else ("multiple_response", _adding_up(shares, texts))


def _adding_up(shares: list[Decimal], texts: Texts) -> list[Decimal]:
    """The shares of a multiple response, scaled so that nearly complete ones add up to 1."""
    total = sum((share for share in shares if share > 0), Decimal(0))
    if not total:
        raise CannotRead("no answer is marked as right")
    if Decimal(0) in shares:
        texts.note("wrong options cost nothing: ticking everything earns full points")
    if abs(total - FULL) > _NEARLY:
        raise CannotRead(f"the positive weights add up to {float(total * 100):g} %, not to 100 %")
    if abs(total - FULL) <= _EXACT:
        return shares
    texts.note(f"the positive weights add up to {float(total * 100):g} %; scaled to 100 %")
    return [round(share / total, 7) if share > 0 else share for share in shares]


def leave_out_catch_all(share: Decimal, texts: Texts) -> None:
    """Omit an entry that matches any other number and exists only for its feedback."""
    if share:
        raise CannotRead("points for any other number are not supported")
    texts.note("the feedback for any other number was left out")
