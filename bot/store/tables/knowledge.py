"""What rooms know from files."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.tables.base import metadata, numbered, words
from bot.store.types import Utc, Words

knowledge_files = Table(
    "knowledge_files",
    metadata,
    numbered(),
    Column("scope", Text, nullable=False),  # of a server, a channel or a thread, as settings are
    Column("name", Words, nullable=False),
    Column("sha256", Text, nullable=False),  # of its text
    Column("run_id", ForeignKey("runs.id"), nullable=False),  # which brought it
    Column("pages", BigInteger, nullable=False),
    Column("read", BigInteger, nullable=False),
    Column("whole", Boolean, nullable=False),
    Column("size", BigInteger, nullable=False),  # characters
    Column("person_id", Text, nullable=False),
    Column("person_name", Words, nullable=False),
    Column("created_at", Utc, nullable=False),
    UniqueConstraint("scope", "sha256"),
    sqlite_autoincrement=True,
)

knowledge_chunks = Table(
    "knowledge_chunks",
    metadata,
    numbered(),
    Column("file_id", ForeignKey("knowledge_files.id"), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("page", BigInteger, nullable=False),  # 0: there are none
    Column("section", Words, nullable=False),
    Column("text", Words, nullable=False),
    words("model"),  # which one made the vector; empty: none yet
    Column("vector", LargeBinary),
    UniqueConstraint("file_id", "position"),
    sqlite_autoincrement=True,
)
