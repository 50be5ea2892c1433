"""What was said is found again by its words and by what it is like.

The index of words has no copy of the texts: triggers keep it in step with `messages`, which have to be made
anew by a migration that moves that table. Each text is indexed with a word that stands for its room.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0014", "0013"

WORDS = (
    "CREATE VIRTUAL TABLE words USING fts5(room, text, content='',"
    ' tokenize="unicode61 remove_diacritics 2")'
)
TAKEN_IN = (
    "CREATE TRIGGER words_taken_in AFTER INSERT ON messages WHEN new.text <> '' BEGIN"
    " INSERT INTO words (rowid, room, text) VALUES (new.id, 'r' || new.room_id, new.text); END"
)
CHANGED = (
    "CREATE TRIGGER words_changed AFTER UPDATE OF text, room_id ON messages"
    " WHEN old.text <> new.text OR old.room_id <> new.room_id BEGIN"
    " INSERT INTO words (words, rowid, room, text)"
    " SELECT 'delete', old.id, 'r' || old.room_id, old.text WHERE old.text <> '';"
    " INSERT INTO words (rowid, room, text)"
    " SELECT new.id, 'r' || new.room_id, new.text WHERE new.text <> '';"
    " DELETE FROM vectors WHERE room_id = old.room_id AND message_id = old.id; END"
)
REMOVED = (
    "CREATE TRIGGER words_removed AFTER DELETE ON messages BEGIN"
    " INSERT INTO words (words, rowid, room, text)"
    " SELECT 'delete', old.id, 'r' || old.room_id, old.text WHERE old.text <> '';"
    " DELETE FROM vectors WHERE room_id = old.room_id AND message_id = old.id; END"
)
FILLED = (
    "INSERT INTO words (rowid, room, text) SELECT id, 'r' || room_id, text FROM messages WHERE text <> ''"
)


def upgrade() -> None:
    op.create_table(
        "vectors",
        sa.Column("room_id", sa.Integer, nullable=False),
        sa.Column("message_id", sa.Integer, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name="fk_vectors_room_id"),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_vectors_message_id"),
        sa.PrimaryKeyConstraint("room_id", "message_id", name="pk_vectors"),
        sqlite_with_rowid=False,
    )
    for statement in (WORDS, FILLED, TAKEN_IN, CHANGED, REMOVED):
        op.execute(statement)


def downgrade() -> None:
    for trigger in ("words_taken_in", "words_changed", "words_removed"):
        op.execute(f"DROP TRIGGER {trigger}")
    op.execute("DROP TABLE words")
    op.drop_table("vectors")
