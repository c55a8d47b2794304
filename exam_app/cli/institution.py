"""`flask init`: the first institution and its administrator."""

from __future__ import annotations

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from exam_app.errors import AppError
from exam_app.extensions import db
from exam_app.models import Organization
from exam_app.rules.permissions import Role
from exam_app.services.organizations import accounts, passwords


@click.command("init")
@click.option("--name", prompt="Name of the institution")
@click.option("--slug", prompt="Short name (letters, digits, hyphens)")
@click.option("--email", prompt="Administrator's e-mail address")
@click.option("--first-name", prompt="Administrator's first name")
@click.option("--last-name", prompt="Administrator's last name")
@click.password_option(help="8 characters or more.")
@with_appcontext
def init(name: str, slug: str, email: str, first_name: str, last_name: str, password: str) -> None:
    """Create an institution and its administrator."""
    if db.session.scalar(select(Organization.id).where(Organization.slug == slug)):
        raise click.ClickException(f"There is already an institution with the short name {slug}.")
    organization = Organization(name=name, slug=slug)
    db.session.add(organization)
    db.session.flush()
    try:
        password_hash = passwords.hash_password(password)
        admin = accounts.create_user(organization.id, email, password_hash, first_name, last_name, Role.ADMIN)
    except AppError as error:
        raise click.ClickException(f"{error.message} {error.details or ''}".strip()) from None
    email = admin.email  # as it was cleaned
    db.session.commit()
    click.echo(f"{name} is ready. Sign in as {email}.")
