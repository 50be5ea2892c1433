"""People rate answers, and what is done to tune a model on the best of them is written down beforehand."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0011", "0010"


def upgrade() -> None:
    op.create_table(
        "ratings",
        sa.Column("answer_id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("run_id", sa.BigInteger, nullable=False),
        sa.Column("value", sa.BigInteger, nullable=False),
        sa.Column("sign", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["messages.id"], name="fk_ratings_answer_id"),
        sa.PrimaryKeyConstraint("answer_id", "person_id", name="pk_ratings"),
    )
    op.create_table(
        "tunings",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("mark", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("base", sa.Text, nullable=False),
        sa.Column("suffix", sa.Text, nullable=False),
        sa.Column("train", sa.Text, nullable=False),
        sa.Column("validation", sa.Text, nullable=False),
        sa.Column("train_file", sa.Text, nullable=False, server_default=""),
        sa.Column("validation_file", sa.Text, nullable=False, server_default=""),
        sa.Column("job", sa.Text, nullable=False, server_default=""),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("model", sa.Text, nullable=False, server_default=""),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("ended_at", sa.DateTime),
        sa.PrimaryKeyConstraint("id", name="pk_tunings"),
        sa.UniqueConstraint("mark", name="uq_tunings_mark"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("tunings")
    op.drop_table("ratings")
