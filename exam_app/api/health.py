"""Liveness and readiness of the process."""

from __future__ import annotations

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from redis import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from exam_app.extensions import db
from exam_app.infrastructure.redis_client import redis
from exam_app.web.extensions import limiter

blueprint = Blueprint("health", __name__)
limiter.exempt(blueprint)


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Liveness: the process responds."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Readiness: the database responds, which is required, and Redis, which is needed for live updates."""
    engines = {"database": "ok", "redis": "ok"}
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        current_app.logger.error("readyz: database: %s", error)
        engines["database"] = "away"
    try:
        redis().ping()
    except RedisError as error:
        current_app.logger.error("readyz: redis: %s", error)
        engines["redis"] = "away"
    return jsonify(engines), 200 if engines["database"] == "ok" else 503
