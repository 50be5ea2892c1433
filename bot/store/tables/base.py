"""What every table is made of."""

from sqlalchemy import Column, ForeignKey, Integer, MetaData

from bot.store.types import Words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def numbered() -> Column[int]:
    """An id that is never used twice."""
    return Column("id", Integer, primary_key=True)


def of_room() -> Column[int]:
    """Which room a row belongs to."""
    return Column("room_id", ForeignKey("rooms.id"), nullable=False)


def words(name: str) -> Column[str]:
    """Text that may be empty."""
    return Column(name, Words, nullable=False, server_default="")
