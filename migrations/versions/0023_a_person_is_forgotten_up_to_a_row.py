"""Whoever is forgotten is up to the rows that were there when they asked, whatever the clock says of them."""

import sqlalchemy as sa
from alembic import op

from bot.store.types import Json

revision, down_revision = "0023", "0022"

NEWEST = """
UPDATE erasures SET newest = json_object(
    'facts', (SELECT coalesce(max(rowid), 0) FROM facts),
    'calls', (SELECT coalesce(max(rowid), 0) FROM calls),
    'audit', (SELECT coalesce(max(rowid), 0) FROM audit),
    'inbox', (SELECT coalesce(max(rowid), 0) FROM inbox),
    'pictures', (SELECT coalesce(max(rowid), 0) FROM pictures)
)
"""


def upgrade() -> None:
    op.add_column("erasures", sa.Column("newest", Json, nullable=False, server_default="{}"))
    op.execute(NEWEST)


def downgrade() -> None:
    op.drop_column("erasures", "newest")
