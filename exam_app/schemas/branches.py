"""Branches and courses."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from exam_app.schemas.base import ID, Incoming, whole

_NAME = [
    validate.Length(min=1, max=200, error="Enter 1 to 200 characters."),
    validate.Regexp(r"\s*\S", error="Enter a name."),
]


def branch_id() -> fields.Integer:
    """The branch of a new object; by default the author's, or the whole organization."""
    return whole(data_key="branchId", allow_none=True, validate=ID)


class BranchIn(Incoming):
    name = fields.String(required=True, validate=_NAME)


class Branch(Schema):
    branchId = fields.Integer()
    name = fields.String()


class Branches(Schema):
    branches = fields.List(fields.Nested(Branch))


class CourseChange(Incoming):
    title = fields.String(required=True, validate=_NAME)


class CourseIn(CourseChange):
    branch_id = branch_id()


class Course(Schema):
    courseId = fields.Integer()
    title = fields.String()
    branchId = fields.Integer(allow_none=True)


class Courses(Schema):
    courses = fields.List(fields.Nested(Course))
