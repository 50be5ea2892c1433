"""What people think of answers, and the models that are tuned on the best of them."""

from sqlalchemy import BigInteger, Column, ForeignKey, PrimaryKeyConstraint, Table, Text, UniqueConstraint

from bot.store.tables.base import metadata, numbered, words
from bot.store.types import Utc

ratings = Table(
    "ratings",
    metadata,
    Column("answer_id", ForeignKey("messages.id"), nullable=False),
    Column("person_id", Text, nullable=False),
    Column("run_id", BigInteger, nullable=False),  # who wrote the words that were rated
    Column("value", BigInteger, nullable=False),  # 1 or -1
    Column("sign", Text, nullable=False),  # what it was given with: taking this back takes it back
    Column("at", Utc, nullable=False),
    PrimaryKeyConstraint("answer_id", "person_id"),
)

tunings = Table(
    "tunings",
    metadata,
    numbered(),
    Column("mark", Text, nullable=False),  # what the service's files and job are found by
    Column("account", Text, nullable=False),
    Column("base", Text, nullable=False),
    Column("suffix", Text, nullable=False),
    Column("train", Text, nullable=False),  # digests of the files
    Column("validation", Text, nullable=False),
    words("train_file"),  # the service's own ids, once they are known
    words("validation_file"),
    words("job"),
    Column("status", Text, nullable=False),
    words("model"),
    Column("created_at", Utc, nullable=False),
    Column("ended_at", Utc),
    UniqueConstraint("mark"),
    sqlite_autoincrement=True,
)
