"""Changes of settings have reasons, answers say who speaks, and rooms know what they are called."""

import sqlalchemy as sa
from alembic import op

from bot.store.types import Words

revision, down_revision = "0017", "0016"

ADDED = (("settings", "reason"), ("messages", "voice"), ("rooms", "name"), ("rooms", "space_name"))


def upgrade() -> None:
    for table, column in ADDED:
        op.add_column(table, sa.Column(column, Words, nullable=False, server_default=""))


def downgrade() -> None:
    for table, column in reversed(ADDED):
        op.drop_column(table, column)
