"""The schema. Every row belongs to a room, and nothing is deleted but settled deliveries and timers."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.store.types import Dollars, Json, Utc, Words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    """An id that is never used twice."""
    return Column("id", Integer, primary_key=True)


def _room() -> Column[int]:
    return Column("room_id", ForeignKey("rooms.id"), nullable=False)


def _text(name: str) -> Column[str]:
    return Column(name, Words, nullable=False, server_default="")


rooms = Table(
    "rooms",
    metadata,
    _id(),
    Column("key", Text, nullable=False, unique=True),
    Column("platform", Text, nullable=False),
    Column("thread", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("starts_after", BigInteger, nullable=False, server_default="0"),
    Column("created_at", Utc, nullable=False),
    Column("last_at", Utc, nullable=False),
    sqlite_autoincrement=True,
)

messages = Table(
    "messages",
    metadata,
    _id(),
    _room(),
    Column("role", Text, nullable=False),
    Column("question_id", ForeignKey("messages.id"), unique=True),  # of an answer: one for each question
    Column("run_id", BigInteger),  # of an answer: the run that wrote the words
    Column("person_id", Text, nullable=False),
    Column("person_name", Words, nullable=False),
    Column("person_bot", Boolean, nullable=False),
    _text("text"),
    _text("notice"),
    _text("sight"),  # what a model that sees said of the pictures, and which model
    _text("sight_model"),
    _text("quote"),  # what the person pointed at, and who wrote it
    _text("quote_author"),
    Column("attachments", Json),  # what is still on the platform
    Column("created_at", Utc, nullable=False),
    Column("edited_at", Utc),
    Column("deleted_at", Utc),
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

runs = Table(
    "runs",
    metadata,
    _id(),
    _room(),
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
    _text("model"),
    _text("last_error"),
    _text("incomplete"),
    Column("delivery", Text, nullable=False, server_default=""),  # "", pending, delivered, refused
    _text("refusal"),
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
    _id(),
    Column("run_id", ForeignKey("runs.id"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("detail", Json, nullable=False),
    Column("at", Utc, nullable=False),
)

calls = Table(
    "calls",
    metadata,
    _id(),
    Column("run_id", ForeignKey("runs.id"), nullable=False, index=True),
    _room(),
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

settings = Table(
    "settings",
    metadata,
    _id(),
    Column("scope", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("value", Words),
    Column("person_id", Text, nullable=False),
    Column("person_name", Words, nullable=False),
    Column("person_bot", Boolean, nullable=False),
    Column("at", Utc, nullable=False),
    Index("ix_settings_newest", "scope", "name", "id"),
    sqlite_autoincrement=True,
)

deliveries = Table(
    "deliveries",
    metadata,
    _id(),
    Column("answer_id", ForeignKey("messages.id"), nullable=False),
    Column("seq", BigInteger, nullable=False),
    _text("post_id"),
    UniqueConstraint("answer_id", "seq"),
    Index("ix_deliveries_post", "post_id"),
    sqlite_autoincrement=True,
)

timers = Table(
    "timers",
    metadata,
    _id(),
    Column("due", Utc, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("payload", Json, nullable=False),
    sqlite_autoincrement=True,
)

changes = Table(
    "changes",
    metadata,
    _id(),
    _room(),
    Column("kind", Text, nullable=False),
    Column("subject", BigInteger, nullable=False),
    Index("ix_changes_room", "room_id", "id"),
    sqlite_autoincrement=True,
)

inbox = Table(
    "inbox",
    metadata,
    _id(),
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

facts = Table(
    "facts",
    metadata,
    _id(),
    _room(),
    Column("person_id", Text, nullable=False),
    Column("number", BigInteger, nullable=False),  # of its person's in its room
    Column("text", Words, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("edited_at", Utc),
    Column("deleted_at", Utc),
    UniqueConstraint("room_id", "person_id", "number"),
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
