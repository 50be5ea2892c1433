"""What people ask Parley to remember is kept, for each person in each room."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0008", "0007"


def upgrade() -> None:
    op.create_table(
        "facts",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("room_id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("edited_at", sa.DateTime),
        sa.Column("deleted_at", sa.DateTime),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name="fk_facts_room_id"),
        sa.PrimaryKeyConstraint("id", name="pk_facts"),
        sa.UniqueConstraint("room_id", "person_id", "number", name="uq_facts_room_id_person_id_number"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("facts")
