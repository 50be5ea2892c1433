"""What moderators let a room know is kept: its files in pieces, found by words and by what they are like.

The index of words has no copy of the texts: triggers keep it in step with `knowledge_chunks`. Each piece is
indexed with a word that stands for its file.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0012", "0011"

WORDS = (
    "CREATE VIRTUAL TABLE knowledge_words USING fts5(file, text, content='',"
    ' tokenize="unicode61 remove_diacritics 2")'
)
TAKEN_IN = (
    "CREATE TRIGGER knowledge_words_taken_in AFTER INSERT ON knowledge_chunks BEGIN"
    " INSERT INTO knowledge_words (rowid, file, text) VALUES (new.id, 'f' || new.file_id, new.text); END"
)
REMOVED = (
    "CREATE TRIGGER knowledge_words_removed AFTER DELETE ON knowledge_chunks BEGIN"
    " INSERT INTO knowledge_words (knowledge_words, rowid, file, text)"
    " VALUES ('delete', old.id, 'f' || old.file_id, old.text); END"
)


def upgrade() -> None:
    op.create_table(
        "knowledge_files",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("run_id", sa.Integer, nullable=False),
        sa.Column("pages", sa.BigInteger, nullable=False),
        sa.Column("read", sa.BigInteger, nullable=False),
        sa.Column("whole", sa.Boolean, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("person_name", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_knowledge_files_run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_knowledge_files"),
        sa.UniqueConstraint("scope", "sha256", name="uq_knowledge_files_scope_sha256"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "knowledge_chunks",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("file_id", sa.Integer, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("page", sa.BigInteger, nullable=False),
        sa.Column("section", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("model", sa.Text, server_default="", nullable=False),
        sa.Column("vector", sa.LargeBinary),
        sa.ForeignKeyConstraint(["file_id"], ["knowledge_files.id"], name="fk_knowledge_chunks_file_id"),
        sa.PrimaryKeyConstraint("id", name="pk_knowledge_chunks"),
        sa.UniqueConstraint("file_id", "position", name="uq_knowledge_chunks_file_id_position"),
        sqlite_autoincrement=True,
    )
    for statement in (WORDS, TAKEN_IN, REMOVED):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE knowledge_words")  # triggers go with the table of the pieces
    op.drop_table("knowledge_chunks")
    op.drop_table("knowledge_files")
