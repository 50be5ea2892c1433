"""A call keeps its price and its pictures: what was paid can be told for ever."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0004", "0003"


def upgrade() -> None:
    op.add_column("calls", sa.Column("pictures", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("calls", sa.Column("price", sa.Text))


def downgrade() -> None:
    op.drop_column("calls", "price")
    op.drop_column("calls", "pictures")
