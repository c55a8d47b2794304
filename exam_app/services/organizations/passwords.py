"""Passwords: stored as argon2 hashes, and compared as people can read and type them."""

from __future__ import annotations

import functools
import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from exam_app.errors import InvalidInput
from exam_app.infrastructure import blocking

# OWASP's minimum for argon2id (19 MiB, 2 passes, 1 lane): one process serves a class that signs in at once.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_LONGEST = 200
_MOST_TYPED = 1000
"""A password of 200 characters has up to four times as many when its accents are typed as separate ones."""


def hash_password(password: str) -> str:
    """:raises InvalidInput: too short or too long, without the spaces around it."""
    if len(password) > _MOST_TYPED or not 8 <= len(cleaned := _cleaned(password)) <= _LONGEST:
        raise InvalidInput(
            details={"password": ["Use 8 to 200 characters; spaces at the beginning and end do not count."]}
        )
    hashed: str = blocking.run(_hasher.hash, cleaned)
    return hashed


def is_right(password_hash: str | None, typed: str) -> bool:
    """Whether this is the password. Takes equally long without a hash, or with one that is none."""
    return bool(blocking.run(_matches, password_hash, typed[:_MOST_TYPED]))


def _cleaned(password: str) -> str:
    """The one form that is stored: macOS composes no accents where others do, and nobody sees a space at
    the end of a password on paper or in a mail."""
    return unicodedata.normalize("NFC", password).strip()


def _spellings(typed: str) -> list[str]:
    """The forms in which it may have been hashed: the one above, and as it was sent in former times."""
    composed = unicodedata.normalize("NFC", typed)
    return list(dict.fromkeys([composed.strip(), typed, composed, unicodedata.normalize("NFD", typed)]))


def _matches(password_hash: str | None, typed: str) -> bool:
    right = False
    for spelling in _spellings(typed):
        right = right or _verify(password_hash, spelling)
    return right


def _verify(password_hash: str | None, password: str) -> bool:
    try:
        return _hasher.verify(password_hash or _hash_of_nobody(), password) and bool(password_hash)
    except VerificationError:
        return False
    except (InvalidHashError, UnicodeEncodeError):
        _waste_time(password)
        return False


@functools.cache
def _hash_of_nobody() -> str:
    return _hasher.hash(secrets.token_urlsafe())


def _waste_time(password: str) -> None:
    """An account without a usable password must not be told apart by how quickly it is refused."""
    try:
        _hasher.verify(_hash_of_nobody(), password.encode(errors="replace"))
    except VerificationError:
        return
