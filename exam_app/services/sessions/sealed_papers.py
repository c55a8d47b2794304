"""Papers that wait sealed on the devices in the waiting room: the start is then one small event.

Who joins a session that waits gets the own paper, in the own order, encrypted under the session's key with
AES-256-GCM. `session_started` carries the key, so five hundred pages show their first question without one
request. A page that missed the event, or that cannot decrypt, asks for its state instead.

The key opens the papers of all students of the session: they hold the same questions in another order, and
never a key to the answers. It leaves the server with the start, not before.

Another key, of each attempt, goes to its page for the way back: what it could not deliver it seals with that
(see `services/answers/bundles.py`).
"""

from __future__ import annotations

import json
import secrets
from base64 import b64encode
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from exam_app.extensions import db
from exam_app.models import ExamSession, Participant, User
from exam_app.rules.attempt_states import SessionStatus
from exam_app.services.answers.bundles import answers_key
from exam_app.services.authoring import papers
from exam_app.services.timing import effective_accommodations

_IV_BYTES = 12
"""What GCM is made for; drawn anew for each sealing, so that no pair of key and IV comes twice."""


def prepared_for(session: ExamSession, student: User) -> dict[str, Any] | None:
    """The student's paper, sealed, while the session waits; None at any other time.

    :returns: `{attemptId, iv, sealed, extraSeconds}`, the middle ones in base64. The opened text is JSON:
        `{attemptId, bundleKey, title, instructions, settings, passages, questions, graceSeconds, …}`.
    """
    if session.status != SessionStatus.WAITING:
        return None
    place = db.session.get_one(Participant, (session.id, student.id))
    paper = papers.compiled(session.paper_id)
    content = {
        "attemptId": str(place.attempt_id),
        "bundleKey": answers_key(place.attempt_id),
        **papers.student_view(paper, place.seed),
    }
    iv = secrets.token_bytes(_IV_BYTES)
    sealed = AESGCM(session.seal_key).encrypt(iv, json.dumps(content).encode(), None)
    grant = effective_accommodations.grants([(session.id, student.id)], paper).get((session.id, student.id))
    return {
        "attemptId": str(place.attempt_id),
        "iv": b64encode(iv).decode(),
        "sealed": b64encode(sealed).decode(),
        "extraSeconds": grant.seconds if grant else 0,
    }


def opening_key(session: ExamSession) -> str:
    """What opens the session's papers, in base64: only for the event that tells of the start."""
    return b64encode(session.seal_key).decode()
