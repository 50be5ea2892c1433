"""Who wants to be forgotten is, whatever happens to the process meanwhile: how far it came is written."""

import sqlalchemy as sa
from alembic import op

from bot.store.types import Json, Utc

revision, down_revision = "0018", "0017"


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("pseudonym", sa.Text, nullable=False),
        sa.Column("asked_at", Utc, nullable=False),
        sa.Column("upto", sa.BigInteger, nullable=False),
        sa.Column("phase", sa.Text, nullable=False),
        sa.Column("cursor", sa.BigInteger, nullable=False),
        sa.Column("known", Json, nullable=False),
        sa.Column("pictures", Json, nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_erasures"),
    )


def downgrade() -> None:
    op.drop_table("erasures")
