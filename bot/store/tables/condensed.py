"""What was said long ago, in short."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Table, text

from bot.store.tables.base import metadata, numbered, of_room, words
from bot.store.types import Utc

notes = Table(
    "notes",
    metadata,
    numbered(),
    of_room(),
    Column("upto", BigInteger, nullable=False),  # the last question that they cover
    Column("exchanges", BigInteger, nullable=False),  # how many they cover in all
    Column("strangers", Boolean, nullable=False),  # whether words of files and pictures are in them
    words("text"),
    Column("run_id", ForeignKey("runs.id"), nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("dropped_at", Utc),  # something that they cover was changed or deleted
    Index("ix_notes_standing", "room_id", "upto", sqlite_where=text("dropped_at IS NULL")),
    sqlite_autoincrement=True,
)
