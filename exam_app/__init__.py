"""The exam engine as a Flask application. All wiring is in `create_app`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask
from redis import BlockingConnectionPool, Redis
from werkzeug.middleware.proxy_fix import ProxyFix

from config import from_environment
from exam_app import api, cli, pages
from exam_app.engines import embedded
from exam_app.extensions import db, jwt, limiter, migrate, rest, talisman
from exam_app.infrastructure import metrics, storage
from exam_app.sockets import server
from exam_app.web import client_ip, error_handlers, identity, request_metrics

_CSP = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self' ws: wss:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}

_REDIS_CONNECTIONS = 16
"""Of one process. A command takes a fraction of a millisecond; small plans allow few."""


def create_app(settings: Mapping[str, Any] | None = None, role: str = "command") -> Flask:
    """The application; `settings` override what the environment says.

    :param role: `web` serves sockets itself; `worker`, `clock` and `command` only send events, through Redis.
    """
    app = Flask(__name__)
    app.config.from_mapping(from_environment())
    app.config.from_mapping(settings or {})
    app.config["ROLE"] = role
    app.json.sort_keys = False  # type: ignore[attr-defined]
    embedded.init_app(app)
    # Who finds all of them busy waits for one: a thousand pages that come back are no reason to do without.
    pool = BlockingConnectionPool.from_url(
        app.config["REDIS_URL"], max_connections=_REDIS_CONNECTIONS, timeout=5, health_check_interval=30
    )
    app.extensions["redis"] = Redis.from_pool(pool)

    db.init_app(app)
    migrate.init_app(app, db)
    jwt.init_app(app)
    limiter.init_app(app)
    talisman.init_app(
        app,
        content_security_policy=_CSP,
        force_https=app.config["FORCE_HTTPS"],
        session_cookie_secure=app.config["SESSION_COOKIE_SECURE"],
    )
    rest.init_app(app, spec_kwargs={"marshmallow_plugin": api.DescribingPlugin()})
    metrics.init_app(app)
    request_metrics.init_app(app)
    client_ip.init_app(app)
    error_handlers.init_app(app)
    storage.init_app(app)
    identity.init_app()
    api.init_app(rest, app)
    app.register_blueprint(pages.pages)
    server.init_app(app)
    cli.register(app)
    if hops := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app
