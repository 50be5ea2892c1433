"""What platforms and services told us."""

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Index,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.store.tables.base import metadata, numbered
from bot.store.types import Json, Utc, Words

events = Table(
    "events",
    metadata,
    Column("platform", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Column("message_id", BigInteger),
    Column("run_id", BigInteger),
    PrimaryKeyConstraint("platform", "account", "event_id"),
)

inbox = Table(
    "inbox",
    metadata,
    numbered(),
    Column("platform", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("update_id", BigInteger, nullable=False),
    Column("state", Text, nullable=False),  # new, dealt, aside
    Column("body", Words, nullable=False),
    Column("at", Utc, nullable=False),
    UniqueConstraint("platform", "account", "update_id"),
    Index("ix_inbox_new", "platform", "account", "id", sqlite_where=text("state = 'new'")),
    sqlite_autoincrement=True,
)

catalogues = Table(
    "catalogues",
    metadata,
    Column("account", Text, primary_key=True),
    Column("source", Text, nullable=False),  # the wire format and the address that the list came from
    Column("models", Json, nullable=False),
    Column("at", Utc, nullable=False),
)

calibrations = Table(
    "calibrations",
    metadata,
    Column("model", Text, primary_key=True),
    Column("factor", Float, nullable=False),
)
