"""Signing in."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from exam_app.rules.permissions import Role
from exam_app.schemas.base import OPTIONAL, Incoming, one_of


class LoginIn(Incoming):
    """Longer than what is stored: an address may come with a name, an accent as a character of its own."""

    email = fields.String(required=True, validate=validate.Length(min=1, max=1000))
    password = fields.String(required=True, validate=validate.Length(min=1, max=1000))


class Person(Schema):
    userId = fields.UUID()
    firstName = fields.String()
    lastName = fields.String()
    email = fields.String()
    role = one_of(Role)


class Tokens(Schema):
    accessToken = fields.String()
    refreshToken = fields.String(metadata=OPTIONAL)
    expiresIn = fields.Integer(metadata={"description": "Seconds until the access token expires"})
    user = fields.Nested(Person)
