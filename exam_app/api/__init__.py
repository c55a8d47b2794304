"""REST: one blueprint a resource. An endpoint is guard, load, one service call, dump."""

from __future__ import annotations

from flask import Flask
from flask_smorest import Api

from exam_app.api import (
    accommodations,
    attempts,
    auth,
    catalog,
    classes,
    health,
    notifications,
    people,
    sessions,
)


def init_app(rest: Api, app: Flask) -> None:
    rest.spec.components.security_scheme(
        "bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    )
    for module in (auth, people, accommodations, catalog, classes, sessions, attempts, notifications):
        rest.register_blueprint(module.blueprint)
    rest.register_blueprint(attempts.tests)
    app.register_blueprint(health.blueprint)
