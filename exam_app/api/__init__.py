"""The REST API: one blueprint for each resource. An endpoint is guard, load, one service call, reply."""

from __future__ import annotations

from flask import Flask

from exam_app.api import (
    accommodations,
    attempt_management,
    attempts,
    audit,
    auth,
    branches,
    catalog,
    classes,
    courses,
    docs,
    document,
    health,
    late_answers,
    leaderboards,
    marking,
    notifications,
    organization,
    people,
    prometheus,
    regrades,
    result_files,
    sessions,
    statistics,
    streams,
    system_metrics,
)

rest = document.DocumentedApi()


def init_app(app: Flask) -> None:
    rest.init_app(app, spec_kwargs={"marshmallow_plugin": document.DescribingPlugin()})
    document.prepare(rest)
    for module in (auth, people, accommodations, catalog, classes, sessions, attempts, notifications):
        rest.register_blueprint(module.blueprint)
    for module in (attempt_management, late_answers, marking, audit, branches, courses):
        rest.register_blueprint(module.blueprint)
    for module in (statistics, leaderboards, streams, system_metrics):
        rest.register_blueprint(module.blueprint)
    rest.register_blueprint(attempts.tests)
    rest.register_blueprint(organization.blueprint)
    rest.register_blueprint(regrades.blueprint)
    rest.register_blueprint(result_files.blueprint)
    docs.init_app(app)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(prometheus.blueprint)
