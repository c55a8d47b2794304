"""The pictures of questions: stored at import, shown to users who may see the question."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import select

from exam_app.errors import NotFound
from exam_app.extensions import db
from exam_app.importers.base import Image
from exam_app.infrastructure import storage
from exam_app.models import Attempt, Question, User
from exam_app.rules import pictures
from exam_app.rules.attempt_states import AttemptStatus
from exam_app.rules.permissions import STAFF
from exam_app.services.authoring import papers

_DIGEST = re.compile("[0-9a-f]{64}")


def store(images: Iterable[Image]) -> list[dict[str, str]]:
    """Store the files before the question that references them is committed; returns the value of its
    `images`.

    The caller has called `unused_files.lock_shared` before.
    """
    stored = []
    for image in images:
        storage.put(image.digest, image.data)
        stored.append({"digest": image.digest, "alt": image.alt})
    return stored


def picture_for(user: User, digest: str) -> tuple[bytes, str]:
    """Content and media type, for staff who may see a question with this picture, and for students who have
    begun an attempt with it.

    :raises NotFound: otherwise, whether it exists or not.
    """
    may_see = _DIGEST.fullmatch(digest) and _may_see(user, digest)
    data = storage.get(digest) if may_see else None
    kind = pictures.media_type(data) if data else None
    if data is None or kind is None:
        raise NotFound("There is no picture with this id, or you may not see it. Reload the page.")
    return data, kind


def _may_see(user: User, digest: str) -> bool:
    if user.role in STAFF:
        found = select(Question.id).where(Question.images.contains([{"digest": digest}])).limit(1)
        return db.session.scalar(found) is not None
    paper_ids = (
        select(Attempt.paper_id)
        .where(Attempt.student_id == user.id, Attempt.status != AttemptStatus.NOT_STARTED)
        .distinct()
    )
    return any(
        digest in papers.compiled(paper_id).image_digests for paper_id in db.session.scalars(paper_ids)
    )
