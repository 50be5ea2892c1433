"""What is kept: one SQLite file in the data folder, one thread that writes it, readers beside it."""

from bot.store.catalogues import lists_in
from bot.store.database.engine import NAME
from bot.store.database.lock import FolderLocked
from bot.store.opening import migrate, open_store
from bot.store.promises.auditing import auditing_of
from bot.store.rated import told
from bot.store.sqlite import SqliteStore

__all__ = ["NAME", "FolderLocked", "SqliteStore", "auditing_of", "lists_in", "migrate", "open_store", "told"]
