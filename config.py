"""Every setting, read from the environment once, with its default.

`from_environment()` returns the mapping that `create_app` puts into `app.config`. An invalid setting
raises `SettingsError` with one line for the operator.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent
ASYNC_MODES = ("eventlet", "threading", "gevent")


class SettingsError(click.ClickException):
    """A setting is missing or cannot be read; the message names it and says what to do."""


SHORTEST_KEY = 32
"""In bytes: whoever guesses SECRET_KEY can sign in as anybody."""


def from_environment(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """All settings of the product. Reads `environ`, and SECRET_KEY's file when the engines are embedded."""
    data_dir = Path(environ.get("DATA_DIR") or ROOT / "instance").expanduser().resolve()
    public_url = environ.get("PUBLIC_URL", "").rstrip("/")
    secure = public_url.startswith("https://")
    secret_key = _secret_key(environ, data_dir)
    return {
        # Where the embedded engines, the secret key and demo.json live.
        "DATA_DIR": str(data_dir),
        # The public URL, for links in mail; https makes cookies secure. Empty: the URL of the request.
        "PUBLIC_URL": public_url or None,
        "PREFERRED_URL_SCHEME": "https" if secure else "http",
        # Redirect every http request to https if PUBLIC_URL has that scheme.
        "FORCE_HTTPS": secure,
        # How many proxies in front of us set X-Forwarded-*: 1 on Heroku and behind nginx, 0 without.
        "TRUSTED_PROXIES": _number(environ, "TRUSTED_PROXIES", 1 if "DYNO" in environ else 0),
        # --- engines: None means embedded (exam_app/engines/embedded.py fills it in) ---
        "DATABASE_URL": database_url(environ["DATABASE_URL"]) if environ.get("DATABASE_URL") else None,
        "REDIS_URL": _redis_url(environ),
        # One connection for each green thread in a transaction; a ping before each use would double the cost.
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "pool_size": _number(environ, "DATABASE_POOL_SIZE", 20),
            "max_overflow": _number(environ, "DATABASE_POOL_OVERFLOW", 20),
            "pool_pre_ping": False,
            "pool_recycle": 1800,
            "connect_args": {"connect_timeout": 5, "application_name": "exam_app"},
        },
        # --- secrets and tokens ---
        # Accounts of a demo institution, whose password everybody knows, sign in only while this is set.
        "DEMO": environ.get("DEMO") == "1",
        "SECRET_KEY": secret_key,
        "JWT_SECRET_KEY": environ.get("JWT_SECRET_KEY") or secret_key,
        # API clients send a header, browser pages a cookie (and X-CSRF-TOKEN with everything but GET).
        "JWT_TOKEN_LOCATION": ["headers", "cookies"],
        "JWT_COOKIE_CSRF_PROTECT": True,
        "JWT_CSRF_CHECK_FORM": True,
        "JWT_COOKIE_SECURE": secure,
        "JWT_COOKIE_SAMESITE": "Lax",
        "JWT_SESSION_COOKIE": True,
        # The refresh cookie is sent to this path only.
        "JWT_REFRESH_COOKIE_PATH": "/api/auth/refresh",
        # Lifetime of the access token and the refresh token of an API client.
        "JWT_ACCESS_TOKEN_EXPIRES": timedelta(hours=1),
        "JWT_REFRESH_TOKEN_EXPIRES": timedelta(days=30),
        # A signed-in browser: longer than the longest exam, so that no student is signed out during it.
        "COOKIE_SESSION_EXPIRES": timedelta(hours=12),
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_SAMESITE": "Lax",
        # --- realtime ---
        # eventlet (shipped), threading or gevent.
        "SOCKETIO_ASYNC_MODE": _choice(environ, "SOCKETIO_ASYNC_MODE", "eventlet", ASYNC_MODES),
        # Redis channel between web processes and workers; unique for each deployment on the same Redis.
        "SOCKETIO_CHANNEL": environ.get("SOCKETIO_CHANNEL", "exam_app"),
        # Seconds after the deadline in which an answer in transit is still accepted.
        "GRACE_SECONDS": _number(environ, "GRACE_SECONDS", 2),
        # Interval of a page's heartbeat; silent for longer than PRESENCE_SECONDS, it counts as disconnected.
        "HEARTBEAT_SECONDS": _number(environ, "HEARTBEAT_SECONDS", 10),
        "PRESENCE_SECONDS": _number(environ, "PRESENCE_SECONDS", 30),
        # A stream of server-sent events ends after this long; its client reconnects and resumes.
        "STREAM_SECONDS": _number(environ, "STREAM_SECONDS", 900),
        # Other origins whose pages may read these streams with the user's login: https://lms.school.example
        "CORS_ORIGINS": _origins(environ.get("CORS_ORIGINS", "")),
        # A page sends an answer after the first delay, and retries after the second while it is not
        # acknowledged, with backoff. Offline for longer than the third, it offers a file.
        "SAVE_DELAY_MS": _number(environ, "SAVE_DELAY_MS", 1000),
        "SAVE_RETRY_MS": _number(environ, "SAVE_RETRY_MS", 5000),
        "STRANDED_SECONDS": _number(environ, "STRANDED_SECONDS", 60),
        # Nothing was acknowledged for longer than this: an outage, for which proctors may credit time.
        "OUTAGE_SECONDS": _number(environ, "OUTAGE_SECONDS", 15),
        # --- limits ---
        "MAX_CONTENT_LENGTH": (largest := _number(environ, "MAX_CONTENT_LENGTH", 2 * 1024 * 1024)),
        # A form field may be as large: an inspected answer bundle is posted back in one.
        "MAX_FORM_MEMORY_SIZE": largest,
        "RATELIMIT_ENABLED": environ.get("RATELIMIT_ENABLED", "1").lower() not in ("0", "false", "no"),
        "RATELIMIT_HEADERS_ENABLED": True,
        "RATELIMIT_STRATEGY": "moving-window",
        # Without Redis users must still be able to sign in: count in the process until it is back.
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,
        # The Bearer token for /metrics; if unset, /metrics does not exist.
        "METRICS_TOKEN": environ.get("METRICS_TOKEN") or None,
        # Streams that one user may open.
        "RATELIMIT_STREAMS": environ.get("RATELIMIT_STREAMS", "200 per minute"),
        # --- files that people bring along: s3://bucket/prefix, or empty for a folder under DATA_DIR. Keys
        # and endpoint come from the standard S3 variables: AWS_ACCESS_KEY_ID and so on ---
        "FILES_URL": _files_url(environ),
        # --- mail: smtp://user:password@host:port, smtps://..., or smtp+plain://... without encryption.
        # Unset, no mail is sent ---
        "SMTP_URL": _smtp_url(environ),
        "MAIL_FROM": environ.get("MAIL_FROM", "exams@localhost"),
        # --- REST document ---
        "API_TITLE": "Exam App",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": "/api",
        "OPENAPI_JSON_PATH": "openapi.json",
    }


def database_url(text: str) -> str:
    """`text` as a SQLAlchemy URL: postgres:// and postgresql:// both mean psycopg2."""
    scheme, separator, rest = text.partition("://")
    if not separator or scheme.split("+")[0] not in ("postgres", "postgresql"):
        raise SettingsError("DATABASE_URL must be a PostgreSQL URL: postgresql://user:password@host/database")
    try:
        url: URL = make_url(f"postgresql+psycopg2://{rest}")
    except (ArgumentError, ValueError) as error:
        raise SettingsError(f"DATABASE_URL cannot be parsed: {error}") from None
    return url.render_as_string(hide_password=False)


def _redis_url(environ: Mapping[str, str]) -> str | None:
    """REDIS_URL; Heroku serves Redis over TLS with a certificate that no client can verify."""
    url = environ.get("REDIS_URL") or None
    if url and url.startswith("rediss://") and "DYNO" in environ and "ssl_cert_reqs" not in url:
        url += ("&" if "?" in url else "?") + "ssl_cert_reqs=none"
    return url


def _secret_key(environ: Mapping[str, str], data_dir: Path) -> str:
    """SECRET_KEY; with the embedded database it is generated once and stored, readable only by its owner."""
    if key := environ.get("SECRET_KEY"):
        if len(key.encode()) < SHORTEST_KEY:
            raise SettingsError(
                f"SECRET_KEY has less than {SHORTEST_KEY} bytes; set a long random one, such as the output of"
                " `openssl rand -hex 32`"
            )
        return key
    if environ.get("DATABASE_URL"):
        raise SettingsError(
            "SECRET_KEY is not set; all processes of a deployment need the same long random key"
        )
    path = data_dir / "secret_key"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        # If two processes start at once, link() lets one win, with the key completely written; both read it.
        draft = data_dir / f".secret_key.{os.getpid()}"
        if not path.exists():
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
            try:
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return path.read_text().strip()
    except OSError as error:
        raise SettingsError(f"cannot store a secret key in {data_dir}: {error.strerror}") from None


def _files_url(environ: Mapping[str, str]) -> str | None:
    url = environ.get("FILES_URL") or None
    if url and not url.startswith("s3://"):
        raise SettingsError(f"FILES_URL must begin with s3://, not {url.partition(':')[0]!r}")
    return url


def _smtp_url(environ: Mapping[str, str]) -> str | None:
    url = environ.get("SMTP_URL") or None
    if url and not url.startswith(("smtp://", "smtps://", "smtp+plain://")):
        raise SettingsError(
            f"SMTP_URL must begin with smtp://, smtps:// or smtp+plain://, not {url.partition(':')[0]!r}"
        )
    return url


def _number(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name) or str(default)
    if not text.isdecimal():
        raise SettingsError(f"{name} must be a whole number, not {text!r}")
    return int(text)


def _origins(text: str) -> frozenset[str]:
    """Origins as browsers send them, separated by commas or spaces."""
    origins = frozenset(text.replace(",", " ").split())
    for origin in origins:
        if not re.fullmatch(r"https?://[a-z0-9.\-\[\]:]+", origin):
            raise SettingsError(f"CORS_ORIGINS takes origins like https://lms.school.example, not {origin!r}")
    return origins


def _choice(environ: Mapping[str, str], name: str, default: str, choices: tuple[str, ...]) -> str:
    value = environ.get(name) or default
    if value not in choices:
        raise SettingsError(f"{name} must be one of {', '.join(choices)}, not {value!r}")
    return value
