"""Who is being forgotten, and how far it has come. The row goes when nothing is left."""

from sqlalchemy import BigInteger, Column, Table, Text

from bot.store.tables.base import metadata
from bot.store.types import Json, Utc

erasures = Table(
    "erasures",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("pseudonym", Text, nullable=False),  # who did what they did from now on
    Column("asked_at", Utc, nullable=False),
    Column("upto", BigInteger, nullable=False),  # the last message that goes: what is said later stays
    Column("newest", Json, nullable=False, server_default="{}"),  # the last row of each table that goes
    Column("phase", Text, nullable=False),
    Column("cursor", BigInteger, nullable=False),  # the last message that this phase has dealt with
    Column("known", Json, nullable=False),  # what they were called, and the rooms in which they spoke
    Column("pictures", Json, nullable=False),  # that may lie in the folder for nobody else
)
