"""Pages of a list."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from exam_app.schemas.base import Incoming


class Paging(Incoming):
    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=1_000_000))
    limit = fields.Integer(load_default=20, validate=validate.Range(min=1, max=100))


class Pagination(Schema):
    currentPage = fields.Integer()
    totalPages = fields.Integer()
    total = fields.Integer()
    hasNext = fields.Boolean()
    hasPrev = fields.Boolean()
