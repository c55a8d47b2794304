"""Shared by all schemas: strict parsing, and the envelope of every reply."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property, lru_cache
from math import isfinite
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, pre_load, validate
from webargs.multidictproxy import MultiDictProxy
from werkzeug.datastructures import MultiDict

OPTIONAL = {"optional": True}
"""Metadata of a reply field that may be absent."""

_YEARS = range(1970, 3000)
_UNKEPT = re.compile("[\x00\ud800-\udfff]")
ID = validate.Range(min=1, max=2**31 - 1)
POSITION = validate.Range(min=0, max=10_000_000)
"""A position in a text."""


class Incoming(Schema):
    """Input from a client. Unknown fields, and values that the database cannot store, are refused.

    A field may be written as document 004 writes it: in snake case, or by its name in `aliases`.
    """

    aliases: Mapping[str, str] = {}

    class Meta:
        unknown = RAISE

    @cached_property
    def _known(self) -> set[str]:
        return {field.data_key or name for name, field in self.load_fields.items()}

    @pre_load
    def rename_fields(self, data: Any, **_: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        known = self._known
        found = {key: self.aliases.get(key) or _camel(key) for key in data if key not in known}
        names = {key: name for key, name in found.items() if name in known and name not in data}
        if not names or len(set(names.values())) < len(names):
            return data
        if isinstance(data, MultiDictProxy):
            sent: Any = data.data
            renamed = [(names.get(key, key), value) for key, value in sent.items(multi=True)]
            return MultiDictProxy(MultiDict(renamed), self)
        return {names.get(key, key): value for key, value in data.items()}

    @pre_load
    def check_values(self, data: Any, **_: Any) -> Any:
        if isinstance(data, Mapping):
            bad = {
                _printable(key): ["Contains a NUL, an invalid character, or a number that is not finite."]
                for key in data
                if not _can_be_kept(key, data[key])
            }
            if isinstance(data, dict):  # a query is all text, but JSON has types of its own
                bad |= {key: message for key, message in self._wrong_types(data) if key not in bad}
            if bad:
                raise ValidationError(bad)
        return data

    def _wrong_types(self, data: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
        for name, field in self.load_fields.items():
            key = field.data_key or name
            value = data.get(key)
            if isinstance(field, fields.Boolean):
                is_wrong = value is not None and not isinstance(value, bool)
            else:
                is_wrong = isinstance(field, fields.Number) and isinstance(value, bool | str)
            if is_wrong:
                yield key, [str(field.error_messages["invalid"])]


def _camel(key: str) -> str:
    first, *others = key.split("_")
    return first + "".join(part.title() for part in others)


def _printable(key: str) -> str:
    """The key in a form that can be sent in a reply."""
    return key.replace("\x00", "\\x00").encode("utf-8", "backslashreplace").decode()


def _can_be_kept(*values: Any) -> bool:
    """Whether UTF-8, JSON and PostgreSQL can represent all of `values`, at any depth."""
    for value in values:
        if isinstance(value, str):
            if _UNKEPT.search(value):
                return False
        elif isinstance(value, float):
            if not isfinite(value):
                return False
        elif isinstance(value, dict):
            if not _can_be_kept(*value.keys(), *value.values()):
                return False
        elif isinstance(value, list) and not _can_be_kept(*value):
            return False
    return True


def whole(**kwargs: Any) -> fields.Integer:
    """A whole number; neither a string nor a boolean."""
    return StrictInteger(**kwargs)


class Word(fields.String):
    """A word of a closed list, in small letters or, as document 004 writes it, in capitals."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        return str(super()._deserialize(value, *args, **kwargs)).lower()


class EnumWord(fields.Enum[Any]):
    """The same for an enum, by value."""

    def __init__(self, enum: type[StrEnum], **kwargs: Any) -> None:
        super().__init__(enum, by_value=True, **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        return super()._deserialize(value.lower() if isinstance(value, str) else value, *args, **kwargs)


class Time(fields.AwareDateTime):
    """A time with offset, loaded as UTC: PostgreSQL does not support offsets of 16 hours."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        return in_utc(super()._deserialize(value, attr, data, **kwargs))


def in_utc(moment: datetime) -> datetime:
    """
    :raises ValidationError: outside the years 1970 to 2999.
    """
    if moment.year not in _YEARS:
        raise ValidationError(f"Send a time between {_YEARS[0]} and {_YEARS[-1]}.")
    return moment.astimezone(UTC)


class StrictInteger(fields.Integer):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strict=True, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, bool | str):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


def one_of(words: type[StrEnum], **kwargs: Any) -> fields.String:
    """A value of the enum `words`, in a reply."""
    return fields.String(validate=validate.OneOf([word.value for word in words]), **kwargs)


def moment(**kwargs: Any) -> fields.String:
    """A time in a reply, in UTC with milliseconds."""
    return fields.String(metadata={"format": "date-time", **kwargs.pop("metadata", {})}, **kwargs)


class ErrorBody(Schema):
    code = fields.String(metadata={"description": "Stable; see docs/errors.md"})
    message = fields.String(metadata={"description": "Human-readable"})
    details = fields.Dict()


class ErrorReply(Schema):
    """Every error response."""

    success = fields.Constant(False)
    error = fields.Nested(ErrorBody)


@lru_cache
def reply(data: type[Schema], many: bool = False) -> type[Schema]:
    """The envelope around `data`: `{success, data, message}`."""
    return Schema.from_dict(
        {
            "success": fields.Constant(True),
            "data": fields.Nested(data, many=many, allow_none=data is Nothing),
            "message": fields.String(allow_none=True),
        },
        name=f"{data.__name__}{'List' if many else ''}Reply",
    )


class Nothing(Schema):
    """No data, only a message."""
