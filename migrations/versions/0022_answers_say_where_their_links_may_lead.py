"""Answers remember the hosts that their links may lead to; null is what nobody restricts."""

import sqlalchemy as sa
from alembic import op

from bot.store.types import Json

revision, down_revision = "0022", "0021"


def upgrade() -> None:
    op.add_column("messages", sa.Column("links", Json, nullable=True))


def downgrade() -> None:
    op.drop_column("messages", "links")
