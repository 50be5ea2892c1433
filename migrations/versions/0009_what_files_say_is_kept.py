"""What files say that come with messages is kept beside the messages' own words."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0009", "0008"


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("message_id", sa.Integer, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("pages", sa.BigInteger, nullable=False),
        sa.Column("read", sa.BigInteger, nullable=False),
        sa.Column("whole", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_documents_message_id"),
        sa.PrimaryKeyConstraint("message_id", "position", name="pk_documents"),
    )


def downgrade() -> None:
    op.drop_table("documents")
