"""What moderation leaves behind: who offended, who rests, and what moderators were told. No words."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.tables.base import metadata, numbered
from bot.store.types import Utc

offences = Table(
    "offences",
    metadata,
    numbered(),
    Column("scope", Text, nullable=False),  # of a server, as settings have it
    Column("person_id", Text, nullable=False),
    Column("run_id", BigInteger, nullable=False),
    Column("at", Utc, nullable=False),
    UniqueConstraint("run_id"),
    Index("ix_offences_person", "scope", "person_id", "at"),
    sqlite_autoincrement=True,
)

barred = Table(  # one row for each reason that a person has been kept out for
    "barred",
    metadata,
    Column("scope", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("why", Text, nullable=False),  # cooldown, moderator
    Column("until", Utc, nullable=False),
    Column("strikes", BigInteger, nullable=False),  # how often in a row
    Column("by_id", Text, nullable=False),
    Column("at", Utc, nullable=False),
    PrimaryKeyConstraint("scope", "person_id", "why"),
)

alerts = Table(  # an answer of Parley's own in a room of moderators, about a message in another room
    "alerts",
    metadata,
    Column("run_id", ForeignKey("runs.id"), nullable=False),
    Column("message_id", ForeignKey("messages.id"), nullable=False),
    Column("of_run", BigInteger, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("closed_at", Utc),
    PrimaryKeyConstraint("run_id"),
    Index("ix_alerts_message", "message_id"),
)
