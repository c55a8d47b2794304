"""E-mail addresses, cleaned of what copying and keyboards add, in one form for storing and comparing."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

import idna

LONGEST = 320
LONGEST_TYPED = 1000
"""Of ``Full Name <name@school.example>`` as mail programs copy it."""

_IN_BRACKETS = re.compile(r"<([^<>]*)>[\s;,]*\Z")


class InvalidEmail(ValueError):
    """No address can be read from it; the message says why and what to enter."""


def cleaned(typed: str) -> str:
    """The address in lower case: no spaces around it, invisible characters, full-width signs, ``mailto:``
    and the name before ``<…>``.

    :raises InvalidEmail: with the reason.
    """
    if len(typed) > LONGEST_TYPED:
        raise InvalidEmail(f"This is too long. An e-mail address has at most {LONGEST} characters.")
    text = "".join(c for c in unicodedata.normalize("NFKC", typed) if unicodedata.category(c) != "Cf").strip()
    if found := _IN_BRACKETS.search(text):
        text = found.group(1).strip()
    if text[:7].lower() == "mailto:":
        text = unquote(text[7:].partition("?")[0]).strip()
    text = text.rstrip(".,; ").lower()
    _check(text)
    return _with_ascii_domain(unicodedata.normalize("NFC", text))


def comparable(typed: str) -> str:
    """As `cleaned`; what is no address is returned as it is, and belongs to nobody."""
    try:
        return cleaned(typed)
    except InvalidEmail:
        return typed[:LONGEST_TYPED].strip().lower()


def _with_ascii_domain(text: str) -> str:
    """Browsers send the domain of an e-mail field in ASCII (``xn--…``), and so does the mail system."""
    name, _, domain = text.rpartition("@")
    if domain.isascii():
        return text
    try:
        return f"{name}@{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError:
        raise InvalidEmail("This is no domain that can exist. Check the part behind the @.") from None


def _check(text: str) -> None:
    name, _, domain = text.rpartition("@")
    if not text:
        raise InvalidEmail("Enter an e-mail address like name@school.example.")
    if len(text) > LONGEST:
        raise InvalidEmail(f"This is too long. An e-mail address has at most {LONGEST} characters.")
    if any(c.isspace() for c in text):
        raise InvalidEmail("There is a space in this e-mail address. Remove it, and enter one address only.")
    if any(unicodedata.category(c)[0] == "C" for c in text):
        raise InvalidEmail("There is a control character in this e-mail address. Type the address again.")
    if "@" not in text:
        raise InvalidEmail("There is no @ in this e-mail address. Enter one like name@school.example.")
    if any(c in ",;<>" for c in text) or name.count("@") > (1 if name.startswith('"') else 0):
        raise InvalidEmail("Enter one e-mail address only, like name@school.example.")
    if not name or not domain:
        raise InvalidEmail("Something is missing beside the @. Enter an address like name@school.example.")
    if domain.startswith(".") or domain.endswith(".") or ".." in text:
        raise InvalidEmail("A dot is in the wrong place in this e-mail address. Check it.")
