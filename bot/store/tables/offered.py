"""What buttons give whose names have no room for it. A row goes when it is old, or somebody is forgotten."""

from sqlalchemy import Column, Table, Text

from bot.store.tables.base import metadata
from bot.store.types import Json, Utc

offered = Table(
    "offered",
    metadata,
    Column("token", Text, primary_key=True),
    Column("options", Json, nullable=False),
    Column("at", Utc, nullable=False),  # when it was last offered
)
