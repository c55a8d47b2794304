"""A ledger of what the server acknowledged, to be compared with the database at the end."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, text


@dataclass
class Ledger:
    """The acks of all students of a run. `gaps` are seconds in which a student waited for an ack;
    `internal_errors` names who got one, and when: sent again, but a fault in any case."""

    acks: dict[tuple[str, int], dict[int, Any]] = field(
        default_factory=dict
    )  # (attempt, question): version: response
    changes: dict[str, str] = field(default_factory=dict)  # change id: attempt
    attempts: set[str] = field(default_factory=set)
    gaps: list[float] = field(default_factory=list)
    internal_errors: list[str] = field(default_factory=list)

    def acknowledge(self, attempt_id: str, saved: dict[str, Any]) -> None:
        """Record one entry of `saved` in a reply: from here on the server must have it."""
        self.changes[saved["changeId"]] = attempt_id
        versions = self.acks.setdefault((attempt_id, saved["questionId"]), {})
        versions[saved["version"]] = saved["response"]

    def compare(self, engine: Engine) -> Verdict:
        """Every acknowledged change is in the log exactly once; every answer is the one acknowledged last.

        Call it when nothing is in transit any more.
        """
        attempts = list(self.attempts)
        with engine.connect() as connection:
            log = connection.execute(
                text("SELECT change_id::text FROM answer_changes WHERE attempt_id = ANY(cast(:a AS uuid[]))"),
                {"a": attempts},
            )
            logged = Counter(log.scalars())
            rows = connection.execute(
                text(
                    "SELECT attempt_id::text, question_id, version, response FROM answers"
                    " WHERE attempt_id = ANY(cast(:a AS uuid[]))"
                ),
                {"a": attempts},
            )
            stored = {(row.attempt_id, row.question_id): (row.version, row.response) for row in rows}
        verdict = Verdict(acknowledged=len(self.changes))
        verdict.lost += [change for change in self.changes if not logged[change]]
        verdict.duplicated += [change for change, times in logged.items() if times > 1]
        verdict.invented += [change for change in logged if change not in self.changes]
        for where, versions in self.acks.items():
            newest = max(versions)
            if stored.get(where) != (newest, versions[newest]):
                found = json.dumps(stored.get(where), default=str)
                verdict.lost.append(f"{where}: acknowledged {newest} {versions[newest]}, stored {found}")
        return verdict


@dataclass
class Verdict:
    """`lost`: acknowledged but missing; `duplicated`: stored twice; `invented`: stored, but never
    acknowledged, although every change was resent until it was."""

    acknowledged: int
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.duplicated or self.invented)
