"""Settings of all rooms are found by their names: who watches over them is shown the newest of one kind."""

from alembic import op

revision, down_revision = "0021", "0020"


def upgrade() -> None:
    op.create_index("ix_settings_named", "settings", ["name", "id"])


def downgrade() -> None:
    op.drop_index("ix_settings_named", "settings")
