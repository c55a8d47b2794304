"""Encrypted papers on the devices in the waiting room: the start is then one small event.

A student who joins a waiting session gets their paper, in their order, encrypted with the session's key
(AES-256-GCM). `session_started` carries the key, so five hundred pages show their first question without a
request. A page that missed the event, or that cannot decrypt, requests its state instead.

The key decrypts the papers of all students of the session: they contain the same questions in another order,
and never an answer key. It leaves the server at the start, not before.

Each attempt's page also gets a key of its own, with which it encrypts what it could not deliver (see
`services/answers/bundles.py`).
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
"""The recommended length for GCM. Random for each encryption, so that no pair of key and IV repeats."""


def prepared_for(session: ExamSession, student: User) -> dict[str, Any] | None:
    """The student's encrypted paper while the session waits; None at any other time.

    :returns: `{attemptId, iv, sealed, extraSeconds}`, `iv` and `sealed` in base64. The plaintext is JSON:
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
    """The key of the session's papers, in base64: only for the event that announces the start."""
    return b64encode(session.seal_key).decode()
