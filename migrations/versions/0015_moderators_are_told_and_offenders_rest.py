"""Moderators are told what was said, and who offends again and again rests for a while."""

import sqlalchemy as sa
from alembic import op

from bot.store.types import Utc

revision, down_revision = "0015", "0014"


def upgrade() -> None:
    op.create_table(
        "offences",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("run_id", sa.BigInteger, nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.UniqueConstraint("run_id", name="uq_offences_run_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_offences_person", "offences", ["scope", "person_id", "at"])
    op.create_table(
        "barred",
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("until", Utc, nullable=False),
        sa.Column("strikes", sa.BigInteger, nullable=False),
        sa.Column("by_id", sa.Text, nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("scope", "person_id", "why", name="pk_barred"),
    )
    op.create_table(
        "alerts",
        sa.Column("run_id", sa.Integer, nullable=False),
        sa.Column("message_id", sa.Integer, nullable=False),
        sa.Column("of_run", sa.BigInteger, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("closed_at", Utc),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_alerts_run_id"),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_alerts_message_id"),
        sa.PrimaryKeyConstraint("run_id", name="pk_alerts"),
    )
    op.create_index("ix_alerts_message", "alerts", ["message_id"])


def downgrade() -> None:
    for table in ("alerts", "barred", "offences"):
        op.drop_table(table)
