"""What is stored, as values: the rows of the database in the words of this project."""

from bot.records.auditing import DONE, REFUSED, Audited, Deed
from bot.records.calls import Call, DayUsed, Reservation, Settlement, Used
from bot.records.charts import Chart, Drawing
from bot.records.condensed import Condensed
from bot.records.erasing import Erasure, Outdated
from bot.records.kept import Fact, Listed, Received, Timer
from bot.records.knowledge import KnownFile, Learned, Piece
from bot.records.moderation import (
    FILTERED,
    PASSED,
    REPORTED,
    UNJUDGED,
    Alert,
    Alerted,
    Bar,
    Followed,
    Judged,
    Offences,
)
from bot.records.passages import Passage, PassageKind
from bot.records.recalled import Found, Recollection
from bot.records.rooms import Change, Room, RoomSettings, Setting, Version
from bot.records.runs import Accepted, Entry, Order, Outcome, Pending, Round, Run, RunRecord, RunStep, Slot
from bot.records.said import Gathered, Said, Sight
from bot.records.spending import Purse, Span, Spending, Spent
from bot.records.tuning import Rating, Spoken, Told, Tuning
from bot.records.turns import HEARD, PAST, Context, Exchange, Notes, Started

__all__ = [
    "DONE",
    "FILTERED",
    "HEARD",
    "PASSED",
    "PAST",
    "REFUSED",
    "REPORTED",
    "UNJUDGED",
    "Accepted",
    "Alert",
    "Alerted",
    "Audited",
    "Bar",
    "Call",
    "Change",
    "Chart",
    "Condensed",
    "Context",
    "DayUsed",
    "Deed",
    "Drawing",
    "Entry",
    "Erasure",
    "Exchange",
    "Fact",
    "Followed",
    "Found",
    "Gathered",
    "Judged",
    "KnownFile",
    "Learned",
    "Listed",
    "Notes",
    "Offences",
    "Order",
    "Outcome",
    "Outdated",
    "Passage",
    "PassageKind",
    "Pending",
    "Piece",
    "Purse",
    "Rating",
    "Received",
    "Recollection",
    "Reservation",
    "Room",
    "RoomSettings",
    "Round",
    "Run",
    "RunRecord",
    "RunStep",
    "Said",
    "Setting",
    "Settlement",
    "Sight",
    "Slot",
    "Span",
    "Spending",
    "Spent",
    "Spoken",
    "Started",
    "Timer",
    "Told",
    "Tuning",
    "Used",
    "Version",
]
