"""Questions out of files of other systems, and into them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from exam_app.extensions import db
from exam_app.importers.base import ImportedQuestion
from exam_app.models import Question
from exam_app.services import pictures


def add_imported(
    organization_id: int, creator_id: uuid.UUID | None, questions: Sequence[ImportedQuestion]
) -> list[Question]:
    """Add what an importer read to the bank, in order; the caller commits."""
    added = [
        Question(
            organization_id=organization_id,
            created_by=creator_id,
            type=read.type,
            name=read.name,
            text=read.text,
            points=read.points,
            category=read.category,
            tags=list(read.tags),
            images=pictures.keep(read.images),
            definition=read.definition,
        )
        for read in questions
    ]
    db.session.add_all(added)
    db.session.flush()
    return added
