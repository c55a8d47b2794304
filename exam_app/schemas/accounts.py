"""Signing in."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from exam_app.rules.permissions import Role
from exam_app.schemas.base import OPTIONAL, Incoming, one_of


class LoginIn(Incoming):
    email = fields.String(required=True, validate=validate.Length(min=1, max=320))
    password = fields.String(required=True, validate=validate.Length(min=1, max=200))


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
