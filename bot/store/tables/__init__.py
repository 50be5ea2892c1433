"""The schema. Every row belongs to a room, and nothing is deleted but settled deliveries and timers."""

from bot.store.tables.audit import audit
from bot.store.tables.base import metadata
from bot.store.tables.condensed import notes
from bot.store.tables.erasing import erasures
from bot.store.tables.knowledge import knowledge_chunks, knowledge_files
from bot.store.tables.made import made_files
from bot.store.tables.moderating import alerts, barred, offences
from bot.store.tables.offered import offered
from bot.store.tables.outside import calibrations, catalogues, events, inbox
from bot.store.tables.spent import spent
from bot.store.tables.talk import (
    changes,
    documents,
    facts,
    message_pictures,
    messages,
    pictures,
    rooms,
    settings,
    vectors,
)
from bot.store.tables.tuning import ratings, tunings
from bot.store.tables.work import calls, deliveries, run_steps, runs, timers

__all__ = [
    "alerts",
    "audit",
    "barred",
    "calibrations",
    "calls",
    "catalogues",
    "changes",
    "deliveries",
    "documents",
    "erasures",
    "events",
    "facts",
    "inbox",
    "knowledge_chunks",
    "knowledge_files",
    "made_files",
    "message_pictures",
    "messages",
    "metadata",
    "notes",
    "offences",
    "offered",
    "pictures",
    "ratings",
    "rooms",
    "run_steps",
    "runs",
    "settings",
    "spent",
    "timers",
    "tunings",
    "vectors",
]
