"""Rooms and what was said in them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.tables.base import metadata, numbered, of_room, words
from bot.store.types import Json, Utc, Words

rooms = Table(
    "rooms",
    metadata,
    numbered(),
    Column("key", Text, nullable=False, unique=True),
    Column("platform", Text, nullable=False),
    Column("thread", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("starts_after", BigInteger, nullable=False, server_default="0"),
    Column("created_at", Utc, nullable=False),
    Column("last_at", Utc, nullable=False),
    words("name"),  # what its platform calls it, and the server it is in
    words("space_name"),
    Index("ix_rooms_last_at", "last_at"),
    sqlite_autoincrement=True,
)

messages = Table(
    "messages",
    metadata,
    numbered(),
    of_room(),
    Column("role", Text, nullable=False),
    Column("question_id", ForeignKey("messages.id"), unique=True),  # of an answer: one for each question
    Column("run_id", BigInteger),  # of an answer: the run that wrote the words
    Column("person_id", Text, nullable=False),
    Column("person_name", Words, nullable=False),
    Column("person_bot", Boolean, nullable=False),
    words("text"),
    words("notice"),
    words("sight"),  # what a model that sees said of the pictures, and which model
    words("sight_model"),
    words("quote"),  # what the person pointed at, and who wrote it
    words("quote_author"),
    Column("attachments", Json),  # what is still on the platform
    Column("created_at", Utc, nullable=False),
    Column("edited_at", Utc),
    Column("deleted_at", Utc),
    words("voice"),  # of an answer: the persona by whose name it was asked for
    Column("links", Json),  # of an answer: the hosts that its links may lead to; null: nobody restricts them
    Index("ix_messages_history", "room_id", "role", "id"),
    Index("ix_messages_room", "room_id", "id"),
    sqlite_autoincrement=True,
)

pictures = Table(
    "pictures",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("media_type", Text, nullable=False),
    Column("width", BigInteger, nullable=False),
    Column("height", BigInteger, nullable=False),
    Column("created_at", Utc, nullable=False),
)

message_pictures = Table(
    "message_pictures",
    metadata,
    Column("message_id", ForeignKey("messages.id"), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("sha256", ForeignKey("pictures.sha256"), nullable=False),
    PrimaryKeyConstraint("message_id", "position"),
    Index("ix_message_pictures_sha256", "sha256"),
)

documents = Table(  # what files say that came with messages
    "documents",
    metadata,
    Column("message_id", ForeignKey("messages.id"), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("name", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("pages", BigInteger, nullable=False),
    Column("read", BigInteger, nullable=False),
    Column("whole", Boolean, nullable=False),
    PrimaryKeyConstraint("message_id", "position"),
)

settings = Table(
    "settings",
    metadata,
    numbered(),
    Column("scope", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("value", Words),
    Column("person_id", Text, nullable=False),
    Column("person_name", Words, nullable=False),
    Column("person_bot", Boolean, nullable=False),
    Column("at", Utc, nullable=False),
    words("reason"),
    Index("ix_settings_newest", "scope", "name", "id"),
    Index("ix_settings_named", "name", "id"),
    sqlite_autoincrement=True,
)

changes = Table(
    "changes",
    metadata,
    numbered(),
    of_room(),
    Column("kind", Text, nullable=False),
    Column("subject", BigInteger, nullable=False),
    Index("ix_changes_room", "room_id", "id"),
    sqlite_autoincrement=True,
)

facts = Table(
    "facts",
    metadata,
    numbered(),
    of_room(),
    Column("person_id", Text, nullable=False),
    Column("number", BigInteger, nullable=False),  # of its person's in its room
    Column("text", Words, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("edited_at", Utc),
    Column("deleted_at", Utc),
    UniqueConstraint("room_id", "person_id", "number"),
    sqlite_autoincrement=True,
)

vectors = Table(  # where texts of messages lie among the others, as signed bytes
    "vectors",
    metadata,
    of_room(),
    Column("message_id", ForeignKey("messages.id"), nullable=False),
    Column("model", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    PrimaryKeyConstraint("room_id", "message_id"),
    sqlite_with_rowid=False,  # a room's lie side by side
)
