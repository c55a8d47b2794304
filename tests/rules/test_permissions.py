"""The permissions of each role, in full."""

from __future__ import annotations

import pytest

from exam_app.rules.permissions import GRANTED, STAFF, Permission, Role, allows

TABLE = {
    "attempt:start": "student",
    "attempt:view": "student proctor instructor admin",
    "attempt:save": "student",
    "attempt:submit": "student",
    "attempt:resume": "student proctor instructor admin",
    "attempt:view_results": "student instructor admin",
    "session:monitor": "proctor instructor admin",
    "attempt:extend_time": "proctor instructor admin",
    "attempt:pause": "proctor instructor admin",
    "attempt:cancel": "proctor instructor admin",
    "attempt:force_submit": "proctor instructor admin",
    "attempt:reset": "proctor instructor admin",
    "attempt:reopen": "proctor instructor admin",
    "attempt:score": "instructor admin",
    "attempt:view_analytics": "instructor admin",
    "session:run": "proctor instructor admin",
    "session:manage": "instructor admin",
    "class:manage": "instructor admin",
    "question:manage": "instructor admin",
    "test:manage": "instructor admin",
    "result:release": "instructor admin",
    "user:manage": "admin",
    "settings:manage": "admin",
    "audit:view": "admin",
    "metrics:view": "admin",
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_every_role_and_permission(role: Role, permission: Permission) -> None:
    assert allows(role, permission) is (role.value in TABLE[permission.value].split())


def test_no_member_of_staff_takes_an_exam() -> None:
    assert not any(Permission.SAVE in GRANTED[role] for role in STAFF)
    assert set(Role) - {Role.STUDENT} == STAFF
