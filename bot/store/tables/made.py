"""What answers bring beside their words."""

from sqlalchemy import BigInteger, Column, ForeignKey, PrimaryKeyConstraint, Table, Text

from bot.store.tables.base import metadata
from bot.store.types import Words

made_files = Table(
    "made_files",
    metadata,
    Column("message_id", ForeignKey("messages.id"), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("name", Words, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("text", Words, nullable=False),
    PrimaryKeyConstraint("message_id", "position"),
)
