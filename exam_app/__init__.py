"""The exam engine as a Flask application. All wiring is in `create_app`.

A process imports only what its role needs: a command the database, workers and the clock their services, a
web process everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Mapper
from werkzeug.middleware.proxy_fix import ProxyFix

from config import from_environment
from exam_app.engines import embedded
from exam_app.extensions import db

_CSP = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def create_app(settings: Mapping[str, Any] | None = None, role: str = "command") -> Flask:
    """The application; `settings` override the environment.

    :param role: `web` serves HTTP and sockets; `worker`, `clock` and `command` only send events.
    """
    app = Flask(__name__)
    app.config.from_mapping(from_environment())
    app.config.from_mapping(settings or {})
    app.config["ROLE"] = role
    embedded.init_app(app)
    db.init_app(app)
    if role == "web":
        _serve(app)
    if role in ("web", "command"):
        from exam_app import cli

        cli.register(app)
    return app


@event.listens_for(Mapper, "before_configured", once=True)
def _keep_organizations_apart() -> None:
    """Limit reads and writes to the caller's organization, and delay signals until COMMIT. Both modules
    register session listeners when they are imported, so this comes before any use of a model."""
    from exam_app.infrastructure import after_commit  # noqa: F401
    from exam_app.services.organizations import scope  # noqa: F401


def _serve(app: Flask) -> None:
    from exam_app import api, pages
    from exam_app.infrastructure import redis_client, storage
    from exam_app.sockets import server
    from exam_app.web import client_ip, delivery, error_handlers, identity, request_metrics
    from exam_app.web.extensions import jwt, limiter, talisman

    app.json.sort_keys = False  # type: ignore[attr-defined]
    redis_client.init_app(app)
    storage.init_app(app)
    jwt.init_app(app)
    limiter.init_app(app)
    talisman.init_app(
        app,
        content_security_policy=_CSP,
        force_https=app.config["FORCE_HTTPS"],
        session_cookie_secure=app.config["SESSION_COOKIE_SECURE"],
    )
    request_metrics.init_app(app)
    client_ip.init_app(app)
    identity.init_app()
    api.init_app(app)
    error_handlers.init_app(app)  # after flask-smorest, whose own handlers they replace
    app.register_blueprint(pages.pages)
    app.wsgi_app = delivery.Delivery(app.wsgi_app)  # type: ignore[method-assign]
    server.init_app(app)
    if hops := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
