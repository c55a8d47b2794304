"""Users, for administrators."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from exam_app.rules import emails
from exam_app.rules.permissions import Role
from exam_app.schemas.accounts import Person
from exam_app.schemas.base import EnumWord, Incoming, moment
from exam_app.schemas.branches import branch_id
from exam_app.schemas.paging import Pagination, Paging

_NAME = validate.Length(max=100)
_PASSWORD = validate.Length(min=8, max=200)


class Email(fields.Email):
    """An e-mail address, cleaned before it is looked at."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        try:
            return emails.cleaned(super()._deserialize(value, *args, **kwargs))
        except emails.InvalidEmail as reason:
            raise ValidationError(str(reason)) from None


class PersonIn(Incoming):
    """Who has one name only has either `firstName` or `lastName`."""

    email = Email(required=True, validate=validate.Length(max=emails.LONGEST))
    password = fields.String(required=True, validate=_PASSWORD, load_only=True)
    first_name = fields.String(load_default="", data_key="firstName", validate=_NAME)
    last_name = fields.String(load_default="", data_key="lastName", validate=_NAME)
    role = EnumWord(Role, required=True)
    branch_id = branch_id()


class PersonChange(Incoming):
    password = fields.String(validate=_PASSWORD, load_only=True)
    first_name = fields.String(data_key="firstName", validate=_NAME)
    last_name = fields.String(data_key="lastName", validate=_NAME)
    role = EnumWord(Role)
    is_active = fields.Boolean(data_key="isActive")
    branch_id = branch_id()


class PeopleFilter(Paging):
    role = EnumWord(Role)


class ManagedPerson(Person):
    branchId = fields.Integer(allow_none=True)
    isActive = fields.Boolean()
    lastLoginAt = moment(allow_none=True)


class People(Schema):
    users = fields.List(fields.Nested(ManagedPerson))
    pagination = fields.Nested(Pagination)
