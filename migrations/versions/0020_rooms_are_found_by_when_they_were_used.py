"""Rooms are found by when somebody last spoke there, for whoever watches over all of them."""

from alembic import op

revision, down_revision = "0020", "0019"


def upgrade() -> None:
    op.create_index("ix_rooms_last_at", "rooms", ["last_at"])


def downgrade() -> None:
    op.drop_index("ix_rooms_last_at", "rooms")
