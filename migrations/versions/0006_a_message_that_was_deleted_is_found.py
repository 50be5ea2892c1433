"""An answer is found by the messages that show it: one of them may be deleted on its platform."""

from alembic import op

revision, down_revision = "0006", "0005"


def upgrade() -> None:
    op.create_index("ix_deliveries_post", "deliveries", ["post_id"])


def downgrade() -> None:
    op.drop_index("ix_deliveries_post", "deliveries")
