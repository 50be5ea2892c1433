"""Models stay known while their service is down: what each account listed, and when."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    op.create_table(
        "catalogues",
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("models", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("catalogues")
