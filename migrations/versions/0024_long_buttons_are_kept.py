"""What a button gives is kept where its name has no room for it."""

import sqlalchemy as sa
from alembic import op

from bot.store.types import Json, Utc

revision, down_revision = "0024", "0023"


def upgrade() -> None:
    op.create_table(
        "offered",
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("options", Json, nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_offered"),
    )


def downgrade() -> None:
    op.drop_table("offered")
