"""Runs, and what is still to be done."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.store.tables.base import metadata, numbered, of_room, words
from bot.store.types import Dollars, Json, Utc, Words

runs = Table(
    "runs",
    metadata,
    numbered(),
    of_room(),
    Column("kind", Text, nullable=False),
    Column("takes_room", Boolean, nullable=False),
    Column("status", Text, nullable=False),
    Column("question_id", ForeignKey("messages.id"), nullable=False),
    Column("replaces", Boolean, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("person_name", Words, nullable=False),
    Column("person_bot", Boolean, nullable=False),
    Column("standing", BigInteger, nullable=False),
    Column("reply_to", Text, nullable=False),
    Column("options", Json, nullable=False),
    Column("settings", Json),  # the version of every setting that the run began with
    Column("attempts", BigInteger, nullable=False, server_default="0"),
    Column("created_at", Utc, nullable=False),
    Column("started_at", Utc),
    Column("ended_at", Utc),
    words("model"),
    words("last_error"),
    words("incomplete"),
    Column("delivery", Text, nullable=False, server_default=""),  # "", pending, delivered, refused
    words("refusal"),
    Index("ix_runs_question", "question_id", "id"),
    Index("ix_runs_room", "room_id", "id"),
    Index("ix_runs_unfinished", "ended_at", "room_id", sqlite_where=text("ended_at IS NULL")),
    Index("ix_runs_pending", "delivery", "room_id", sqlite_where=text("delivery = 'pending'")),
    Index(
        "uq_runs_active",  # the lock of a room, kept by the database itself
        "room_id",
        unique=True,
        sqlite_where=text("takes_room AND status IN ('in_progress', 'cancelling')"),
    ),
    sqlite_autoincrement=True,
)

run_steps = Table(
    "run_steps",
    metadata,
    numbered(),
    Column("run_id", ForeignKey("runs.id"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("detail", Json, nullable=False),
    Column("at", Utc, nullable=False),
)

calls = Table(
    "calls",
    metadata,
    numbered(),
    Column("run_id", ForeignKey("runs.id"), nullable=False, index=True),
    of_room(),
    Column("person_id", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("model", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("prompt_tokens", BigInteger, nullable=False, server_default="0"),
    Column("completion_tokens", BigInteger, nullable=False, server_default="0"),
    Column("estimated", Boolean, nullable=False, server_default="0"),
    Column("pictures", BigInteger, nullable=False, server_default="0"),
    Column("price", Json),  # US dollars when the call ended: of a prompt's token, an answer's, a picture
    Column("cost", Dollars, nullable=False),
    Column("latency_ms", BigInteger, nullable=False, server_default="0"),
    Column("first_token_ms", BigInteger),
    Column("at", Utc, nullable=False),
    Index("ix_calls_person_day", "person_id", "day", "cost"),
    Index("ix_calls_room_day", "room_id", "day", "cost"),
    Index("ix_calls_reserved", "outcome", sqlite_where=text("outcome = 'reserved'")),
)

deliveries = Table(
    "deliveries",
    metadata,
    numbered(),
    Column("answer_id", ForeignKey("messages.id"), nullable=False),
    Column("seq", BigInteger, nullable=False),
    words("post_id"),
    UniqueConstraint("answer_id", "seq"),
    Index("ix_deliveries_post", "post_id"),
    sqlite_autoincrement=True,
)

timers = Table(
    "timers",
    metadata,
    numbered(),
    Column("due", Utc, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("payload", Json, nullable=False),
    sqlite_autoincrement=True,
)
