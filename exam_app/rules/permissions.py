"""Roles and their permissions: the one table that every guard uses."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    STUDENT = "student"
    PROCTOR = "proctor"
    INSTRUCTOR = "instructor"
    ADMIN = "admin"


class Permission(StrEnum):
    """Names in the API and in the documentation. *Which objects* they apply to is decided by scope."""

    START = "attempt:start"
    VIEW = "attempt:view"
    SAVE = "attempt:save"
    SUBMIT = "attempt:submit"
    RESUME = "attempt:resume"
    VIEW_RESULTS = "attempt:view_results"
    MONITOR = "session:monitor"
    EXTEND_TIME = "attempt:extend_time"
    PAUSE = "attempt:pause"
    CANCEL = "attempt:cancel"
    FORCE_SUBMIT = "attempt:force_submit"
    RESET = "attempt:reset"
    REOPEN = "attempt:reopen"
    SCORE = "attempt:score"
    VIEW_ANALYTICS = "attempt:view_analytics"
    RUN_SESSION = "session:run"
    MANAGE_SESSIONS = "session:manage"
    MANAGE_CLASSES = "class:manage"
    MANAGE_QUESTIONS = "question:manage"
    MANAGE_TESTS = "test:manage"
    RELEASE_RESULTS = "result:release"
    MANAGE_USERS = "user:manage"
    MANAGE_SETTINGS = "settings:manage"
    VIEW_AUDIT = "audit:view"
    VIEW_METRICS = "metrics:view"


_STUDENT = frozenset(
    {
        Permission.START,
        Permission.VIEW,
        Permission.SAVE,
        Permission.SUBMIT,
        Permission.RESUME,
        Permission.VIEW_RESULTS,
    }
)
_PROCTOR = frozenset(
    {
        Permission.VIEW,
        Permission.MONITOR,
        Permission.EXTEND_TIME,
        Permission.PAUSE,
        Permission.RESUME,
        Permission.CANCEL,
        Permission.FORCE_SUBMIT,
        Permission.RESET,
        Permission.REOPEN,
        Permission.RUN_SESSION,
    }
)
_INSTRUCTOR = _PROCTOR | {
    Permission.VIEW_RESULTS,
    Permission.SCORE,
    Permission.VIEW_ANALYTICS,
    Permission.MANAGE_SESSIONS,
    Permission.MANAGE_CLASSES,
    Permission.MANAGE_QUESTIONS,
    Permission.MANAGE_TESTS,
    Permission.RELEASE_RESULTS,
}
GRANTED: dict[Role, frozenset[Permission]] = {
    Role.STUDENT: _STUDENT,
    Role.PROCTOR: _PROCTOR,
    Role.INSTRUCTOR: _INSTRUCTOR,
    Role.ADMIN: _INSTRUCTOR
    | {
        Permission.MANAGE_USERS,
        Permission.MANAGE_SETTINGS,
        Permission.VIEW_AUDIT,
        Permission.VIEW_METRICS,
    },
}
STAFF = frozenset({Role.PROCTOR, Role.INSTRUCTOR, Role.ADMIN})


def allows(role: Role, permission: Permission) -> bool:
    return permission in GRANTED[role]
