"""Who changed what, when, from where: written down for good; only the name of who is forgotten goes."""

import sqlalchemy as sa
from alembic import op

from bot.store.types import Utc, Words

revision, down_revision = "0019", "0018"

FORGOTTEN = (
    "EXISTS (SELECT 1 FROM erasures e WHERE (new.person_id = old.person_id OR"
    " (e.person_id = old.person_id AND e.pseudonym = new.person_id AND new.person_name = ''))"
    " AND (new.target = old.target OR (e.person_id = old.target AND e.pseudonym = new.target)))"
)
REST = ("id", "at", "act", "decision", "scope", "door", "subject", "before", "after", "count")
TRIGGERS = (
    "CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is kept'); END",
    "CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit"
    f" WHEN NOT ({FORGOTTEN} AND {' AND '.join(f'new.{name} IS old.{name}' for name in REST)}) BEGIN"
    " SELECT RAISE(ABORT, 'the audit is not changed'); END",
)


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("person_name", Words, nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("door", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("before", Words),
        sa.Column("after", Words),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_scope", "audit", ["scope", "id"])
    op.create_index("ix_audit_person", "audit", ["person_id"])
    op.create_index("ix_audit_target", "audit", ["target"])
    for statement in TRIGGERS:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("audit")
