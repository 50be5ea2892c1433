"""What the core asks of the world. Whoever implements a port is put in place by `__main__`."""

from bot.ports.budgeting import Charts
from bot.ports.clock import Clock
from bot.ports.ledgers import Catalogues, Inbox, Ledger, Reminders
from bot.ports.platforms import Documents, Files, Outlet, Pictures, Screens, Shrinks
from bot.ports.ratings import Ratings
from bot.ports.remembering import Facts
from bot.ports.services import Chats, Checks, Completes, Draws, Embeds, Fits, Lists, Moderates
from bot.ports.storage import Store

__all__ = [
    "Catalogues",
    "Charts",
    "Chats",
    "Checks",
    "Clock",
    "Completes",
    "Documents",
    "Draws",
    "Embeds",
    "Facts",
    "Files",
    "Fits",
    "Inbox",
    "Ledger",
    "Lists",
    "Moderates",
    "Outlet",
    "Pictures",
    "Ratings",
    "Reminders",
    "Screens",
    "Shrinks",
    "Store",
]
