"""Files that no question and no paper references any more: from failed imports, replaced pictures, and
deleted organizations.

An import writes a file before it commits the question that references it. In between it has a shared lock
(`lock_shared`), so that the file is not taken for unused; deletion takes the lock exclusively, and checks
again before it deletes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, union

from exam_app.extensions import db
from exam_app.infrastructure import storage
from exam_app.models import Paper, Question

_LOCK = 0x66696C65
"""The key of the PostgreSQL advisory lock: the letters of "file"."""
_CHUNK = 1000


def lock_shared() -> None:
    """Until this transaction ends, no file is deleted. Any number of imports can have the lock."""
    db.session.execute(select(func.pg_advisory_xact_lock_shared(_LOCK)))


def unused(now: datetime, grace: timedelta) -> list[str]:
    """The digests of files that are not referenced, and that were not written within `grace`."""
    old = sorted(digest for digest, written_at in storage.listed() if written_at <= now - grace)
    return [digest for some in _chunks(old) for digest in _unreferenced(some)]


def delete_unused(now: datetime, grace: timedelta) -> int:
    """Delete unused files, in steps between which imports continue. Safe to interrupt and to run
    concurrently. Commits.

    :returns: how many files were deleted.
    """
    deleted = 0
    for some in _chunks(unused(now, grace)):
        db.session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        still = _unreferenced(some)
        storage.delete(still)
        db.session.commit()
        deleted += len(still)
    return deleted


def _chunks(digests: Sequence[str]) -> Iterator[Sequence[str]]:
    return (digests[start : start + _CHUNK] for start in range(0, len(digests), _CHUNK))


def _unreferenced(digests: Sequence[str]) -> list[str]:
    """Those of `digests` that no question and no paper references, in any organization."""
    of_questions = func.jsonb_path_query(Question.images, "$[*].digest")
    of_papers = func.jsonb_path_query(Paper.content, "$.questions[*].images[*].digest")
    as_text = union(*(select(found.op("#>>")("{}").label("digest")) for found in (of_questions, of_papers)))
    all_named = as_text.subquery()
    named = set(db.session.scalars(select(all_named.c.digest).where(all_named.c.digest.in_(digests))))
    return [digest for digest in digests if digest not in named]
