"""Settings: defaults, refused values, the secret key."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import SettingsError, database_url, from_environment

PRODUCTION = {
    "DATABASE_URL": "postgres://exam:pw@db/exam",
    "SECRET_KEY": "s" * 40,
    "REDIS_URL": "redis://cache",
}


def test_a_secret_key_is_created_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    environ = {"DATA_DIR": str(tmp_path)}
    key = from_environment(environ)["SECRET_KEY"]
    assert len(key) >= 40
    assert from_environment(environ)["SECRET_KEY"] == key
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_a_deployment_without_a_secret_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="SECRET_KEY is not set"):
        from_environment({"DATABASE_URL": "postgres://db/exam", "DATA_DIR": str(tmp_path / "none")})
    assert not (tmp_path / "none").exists()


def test_a_short_secret_key_is_refused() -> None:
    assert from_environment({**PRODUCTION, "SECRET_KEY": "s" * 32})
    with pytest.raises(SettingsError, match="less than 32 bytes"):
        from_environment({**PRODUCTION, "SECRET_KEY": "s" * 31})


def test_a_mail_server_has_a_scheme() -> None:
    assert from_environment({**PRODUCTION, "SMTP_URL": "smtps://mail.example"})["SMTP_URL"]
    with pytest.raises(SettingsError, match="must begin with smtp"):
        from_environment({**PRODUCTION, "SMTP_URL": "mail.example:25"})


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("postgres://u:p@h:5432/d", "postgresql+psycopg2://u:p@h:5432/d"),
        ("postgresql://u:p%40x@h/d?sslmode=require", "postgresql+psycopg2://u:p%40x@h/d?sslmode=require"),
        ("postgresql+psycopg2://h/d", "postgresql+psycopg2://h/d"),
    ],
)
def test_heroku_and_libpq_urls_both_mean_psycopg2(given: str, wanted: str) -> None:
    assert database_url(given) == wanted


@pytest.mark.parametrize("given", ["sqlite:///x.db", "mysql://h/d", "h/d", "postgres://u@h:port/d"])
def test_another_database_is_refused(given: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL"):
        database_url(given)


@pytest.mark.parametrize(
    ("name", "value"),
    [("SOCKETIO_ASYNC_MODE", "asyncio"), ("GRACE_SECONDS", "-1"), ("DATABASE_POOL_SIZE", "many")],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        from_environment({**PRODUCTION, name: value})


def test_cookies_are_secure_if_the_url_is_https() -> None:
    assert from_environment({**PRODUCTION, "PUBLIC_URL": "https://exams.example.org/"})["JWT_COOKIE_SECURE"]
    assert not from_environment(PRODUCTION)["JWT_COOKIE_SECURE"]
    assert from_environment(PRODUCTION)["JWT_TOKEN_LOCATION"] == ["headers", "cookies"]


def test_redis_on_heroku_has_a_certificate_that_cannot_be_verified() -> None:
    given = {**PRODUCTION, "REDIS_URL": "rediss://:pw@host:6380"}
    assert from_environment(given)["REDIS_URL"] == "rediss://:pw@host:6380"
    on_heroku = from_environment({**given, "DYNO": "web.1"})
    assert on_heroku["REDIS_URL"] == "rediss://:pw@host:6380?ssl_cert_reqs=none"
    assert on_heroku["TRUSTED_PROXIES"] == 1
