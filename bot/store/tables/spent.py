"""What was spent, added up while it happens."""

from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, Table, Text

from bot.store.tables.base import metadata
from bot.store.types import Dollars

spent = Table(
    "spent",
    metadata,
    Column("scope", Text, nullable=False),  # whose: `bot.store.spending` names them
    Column("period", Text, nullable=False),  # a day or a month of UTC: 2026-11-21, 2026-11
    Column("requests", BigInteger, nullable=False),
    Column("cost", Dollars, nullable=False),
    PrimaryKeyConstraint("scope", "period"),
    sqlite_with_rowid=False,
)
