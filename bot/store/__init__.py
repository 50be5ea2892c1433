"""What is kept: one SQLite file in the data folder, one thread that writes it, readers beside it."""

from bot.store.catalogues import lists_in
from bot.store.lock import FolderLocked
from bot.store.opening import migrate, open_store
from bot.store.rated import told
from bot.store.sqlite import SqliteStore

__all__ = ["FolderLocked", "SqliteStore", "lists_in", "migrate", "open_store", "told"]
