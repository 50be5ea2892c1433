"""What an answer brings as files is kept beside its words."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0010", "0009"


def upgrade() -> None:
    op.create_table(
        "made_files",
        sa.Column("message_id", sa.Integer, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_made_files_message_id"),
        sa.PrimaryKeyConstraint("message_id", "position", name="pk_made_files"),
    )


def downgrade() -> None:
    op.drop_table("made_files")
