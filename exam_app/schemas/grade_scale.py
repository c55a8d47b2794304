"""The grade scale of an organization."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from exam_app.rules.grading import MOST_GRADES
from exam_app.schemas.base import Incoming


class GradeIn(Incoming):
    name = fields.String(required=True, validate=validate.Length(min=1, max=20))
    lowest = fields.Decimal(
        required=True,
        places=2,
        data_key="from",
        validate=validate.Range(min=0, max=100),
        metadata={"description": "The lower bound of this grade in percent"},
    )


class GradeScaleIn(Incoming):
    grades = fields.List(
        fields.Nested(GradeIn), required=True, validate=validate.Length(min=1, max=MOST_GRADES)
    )


class Grade(Schema):
    class Meta:
        include = {"from": fields.Float()}

    name = fields.String()


class GradeScale(Schema):
    """Best first; the last one starts at 0."""

    grades = fields.List(fields.Nested(Grade))
