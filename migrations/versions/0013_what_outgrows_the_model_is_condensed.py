"""What a room's models cannot be shown any more is condensed, and the notes are kept beside the originals."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0013", "0012"


def upgrade() -> None:
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("room_id", sa.Integer, nullable=False),
        sa.Column("upto", sa.BigInteger, nullable=False),
        sa.Column("exchanges", sa.BigInteger, nullable=False),
        sa.Column("strangers", sa.Boolean, nullable=False),
        sa.Column("text", sa.Text, nullable=False, server_default=""),
        sa.Column("run_id", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("dropped_at", sa.DateTime),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name="fk_notes_room_id"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_notes_run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_notes_standing", "notes", ["room_id", "upto"], sqlite_where=sa.text("dropped_at IS NULL")
    )


def downgrade() -> None:
    op.drop_table("notes")
