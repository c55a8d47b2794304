"""The place of each user's name in an order by name, which is the same in every database."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from exam_app.rules.names import sort_key

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_AT_ONCE = 1000


def upgrade() -> None:
    op.add_column("users", sa.Column("name_key", sa.LargeBinary(), server_default="", nullable=False))
    users = sa.table(
        "users", sa.column("id"), sa.column("first_name"), sa.column("last_name"), sa.column("name_key")
    )
    connection = op.get_bind()
    rows = connection.execute(sa.select(users.c.id, users.c.last_name, users.c.first_name)).all()
    keys = [{"user": id_, "key": sort_key(last, first)} for id_, last, first in rows]
    write = users.update().where(users.c.id == sa.bindparam("user")).values(name_key=sa.bindparam("key"))
    for start in range(0, len(keys), _AT_ONCE):
        connection.execute(write, keys[start : start + _AT_ONCE])


def downgrade() -> None:
    op.drop_column("users", "name_key")
