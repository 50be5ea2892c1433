"""A picture once described stays described: models that do not see are told what another one saw."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0003", "0002"

COLUMNS = ("sight", "sight_model")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("messages", sa.Column(name, sa.Text, nullable=False, server_default=""))


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("messages", name)
