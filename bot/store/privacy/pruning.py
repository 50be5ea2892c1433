"""Letting go of what nobody asks for any more."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select

from bot.store import inbox
from bot.store.moderating import prune_offences
from bot.store.offering import prune_offers
from bot.store.tables import changes, events

CHANGES = 100_000
"""Changes that are kept for readers who were away."""
OFFERED = timedelta(days=30)
"""How much longer than an event a button is good for."""


def prune(db: Connection, before: datetime) -> None:
    """Forget which events and updates were seen before then, and all but the newest changes."""
    inbox.prune(db, before)
    prune_offences(db, before)
    prune_offers(db, before - OFFERED)
    db.execute(delete(events).where(events.c.at < before))
    newest = select(func.coalesce(func.max(changes.c.id), 0)).scalar_subquery()
    db.execute(delete(changes).where(changes.c.id <= newest - CHANGES))
