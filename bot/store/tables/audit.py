"""What was decided, by whom. Triggers keep rows as they are; who is forgotten becomes a pseudonym in them."""

from sqlalchemy import BigInteger, Column, Index, Table, Text

from bot.store.tables.base import metadata, numbered
from bot.store.types import Utc, Words

audit = Table(
    "audit",
    metadata,
    numbered(),
    Column("at", Utc, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("person_name", Words, nullable=False),  # what they were called then
    Column("act", Text, nullable=False),
    Column("decision", Text, nullable=False),  # done, refused
    Column("scope", Text, nullable=False),  # of what is private, the room's number alone
    Column("door", Text, nullable=False),  # the way it came
    Column("subject", Text, nullable=False),  # a setting's name, message 17, file 3
    Column("target", Text, nullable=False),  # the person whom it concerns
    Column("before", Words),  # harmless values, or a version's number: never what anybody said
    Column("after", Words),
    Column("count", BigInteger, nullable=False),
    Index("ix_audit_scope", "scope", "id"),
    Index("ix_audit_person", "person_id"),
    Index("ix_audit_target", "target"),
    sqlite_autoincrement=True,
)
