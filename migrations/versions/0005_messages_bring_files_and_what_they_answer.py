"""Messages bring files that are fetched later, and the words that they answer."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0005", "0004"

COLUMNS = ("quote", "quote_author")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("messages", sa.Column(name, sa.Text, nullable=False, server_default=""))
    op.add_column("messages", sa.Column("attachments", sa.Text))


def downgrade() -> None:
    for name in ("attachments", *COLUMNS):
        op.drop_column("messages", name)
