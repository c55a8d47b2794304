"""The figures of a run with simulated students, as a table."""

from __future__ import annotations

from dataclasses import dataclass, field

from exam_app.rehearsal.ledger import Verdict

Row = tuple[str, str]


@dataclass
class Figures:
    """`gaps`: seconds from first sending each answer to its ack."""

    students: int
    verdict: Verdict = field(default_factory=lambda: Verdict(0))
    gaps: list[float] = field(default_factory=list)

    def rows(self) -> list[Row]:
        return [
            ("students", str(self.students)),
            ("answers acknowledged", str(self.verdict.acknowledged)),
            ("lost", str(len(self.verdict.lost))),
            ("duplicated", str(len(self.verdict.duplicated))),
            ("stored, but never acknowledged", str(len(self.verdict.invented))),
            ("half of the saves took over", milliseconds(quantile(self.gaps, 0.5))),
            ("the slowest 1 % of the saves took over", milliseconds(quantile(self.gaps, 0.99))),
            ("longest gap a student saw", f"{max(self.gaps, default=0):.1f} s"),
        ]


def table(rows: list[Row]) -> str:
    return "\n".join(f"{name:<40}{value:>10}" for name, value in rows)


def quantile(values: list[float], share: float) -> float:
    """The value below which `share` of the values lie (nearest rank); 0 without values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"
