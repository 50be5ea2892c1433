"""A table from what was said, or from a file."""

import re
from datetime import timedelta
from typing import Final

from bot.commands.base import Ask, Command, Kind, Param, Reply
from bot.commands.naming import models_that_chat
from bot.commands.since import since
from bot.conversation.forms.extracting import COLUMNS
from bot.errors import BadOption
from bot.governance.authorize import Act
from bot.messages import RunOptions
from bot.moments import zone
from bot.records import Order
from bot.runs import RunKind

USUAL: Final = timedelta(days=7)
"""How far back it goes when nobody says since when."""

LONGEST: Final = 60
"""Characters of a column's name."""


async def extract(ask: Ask) -> Reply:
    """Have a table made from what was said in this room, or from a file."""
    start, what = ask.text("since").strip(), ask.text("what").strip()
    if start and ask.call.files:
        raise BadOption("Give a file, or since when; not both.", "since")
    name = await ask.conversation.reminders.zone(ask.actor) or "UTC"
    now = ask.conversation.now()
    moment = since(start, now, zone(name)) if start else now - USUAL
    options = RunOptions(
        ask.text("model"),
        since=moment.isoformat(),
        zone="" if name == "UTC" else name,
        columns="\n".join(columns(ask.text("columns"))),
    )
    said = ask.said(f"Make a table: {what}")
    accepted = await ask.conversation.accept(said, Order(RunKind.EXTRACT, options))
    return Reply(private=False, run_id=accepted.run_id, message_id=accepted.message_id)


def columns(said: str) -> list[str]:
    """The columns that somebody named, with commas between them. Raises BadOption."""
    named = [" ".join(name.split()) for name in re.split(r"[,;|\n]", said)]
    found = list(dict.fromkeys(filter(None, named)))
    if len(found) > COLUMNS:
        raise BadOption(f"A table has at most {COLUMNS} columns; these are {len(found)}.", "columns")
    if any(len(name) > LONGEST for name in found):
        raise BadOption(f"A column's name has at most {LONGEST} characters.", "columns")
    return found


COMMANDS = (
    Command(
        "extract",
        "Have a table made from what was said here, or from a file",
        Act.CHAT,
        extract,
        (
            Param("what", "What the table is of, like: name, date, amount in euros", required=True),
            Param("columns", "The columns' exact names, with commas between them"),
            Param("since", "Since when: 2h, yesterday, monday, 9:00, or a date; else the last seven days"),
            Param("file", "A file to read instead of the conversation", Kind.PICTURE),
            Param("model", "Which model answers, just this once", complete=models_that_chat),
        ),
        wide=True,
    ),
)
