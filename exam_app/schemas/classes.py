"""Classes and their rosters."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from exam_app.schemas.base import OPTIONAL, Incoming, moment
from exam_app.schemas.branches import branch_id

_NAME = validate.Length(min=1, max=200, error="Enter 1 to 200 characters.")
_NOT_BLANK = validate.Regexp(r"\s*\S", error="Enter a name.")


class ClassChange(Incoming):
    name = fields.String(required=True, validate=[_NAME, _NOT_BLANK])
    description = fields.String(load_default="", validate=validate.Length(max=5000))
    teacher_id = fields.UUID(data_key="teacherId")


class ClassIn(ClassChange):
    branch_id = branch_id()


class ClassFilter(Incoming):
    teacher_id = fields.UUID(data_key="teacherId")


class EnrolIn(Incoming):
    student_id = fields.UUID(required=True, data_key="studentId")


class RosterIn(Incoming):
    csv = fields.String(
        required=True,
        validate=validate.Length(max=1_000_000),
        metadata={"examples": ["email,first_name,last_name\ncora@school.example,Cora,Castle\n"]},
    )
    password = fields.String(required=True, validate=validate.Length(min=8, max=200))


class RosterReport(Schema):
    created = fields.Integer()
    enrolled = fields.Integer()
    unchanged = fields.Integer()


class Student(Schema):
    studentId = fields.UUID()
    firstName = fields.String()
    lastName = fields.String()
    email = fields.String()


class SchoolClass(Schema):
    classId = fields.UUID()
    name = fields.String()
    description = fields.String()
    teacherId = fields.UUID()
    teacherName = fields.String()
    branchId = fields.Integer(allow_none=True)
    status = fields.String()
    createdAt = moment()
    studentCount = fields.Integer(metadata=OPTIONAL)
    students = fields.List(fields.Nested(Student), metadata=OPTIONAL)
