"""What was said in this very room, searched by its words."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from bot.errors import BadOption
from bot.ports import Clock, Store
from bot.records import Found
from bot.tools.here import Here
from bot.tools.tool import Tool, tool

HITS: Final = 10
"""Messages that are told at once."""

PIECE: Final = 240
"""Characters of each."""

BEFORE: Final = 80
"""Characters of a piece that stand before the first word that was searched for."""

SHORT: Final = 40
"""Characters of the words that people are told of."""

LONGEST: Final = 36_500
"""Days: more than that was never said."""

NOTHING: Final = "Nothing of that kind was said in this room before. Try fewer or other words."


def searching(store: Store, clock: Clock) -> Tool:
    """The tool that searches a room's past: the room of who asks, private ones of others never. People there
    may have written anything."""

    async def search_room(here: Here, words: str, person: str = "", days: int = 0) -> str:
        """Search what was said in this room before, further back than you can see, when the question is about
        something that people or you have said here. Each message that is found comes with its number, who
        wrote it and when.

        words: Words that it would have in it, the rarest ones: not a sentence. Empty for the newest messages.
        person: Only messages of a person with this name; empty for everybody's. Your own are by Parley.
        days: Only messages of the last so many days; 0 for all.
        """
        if not (words.strip() or person.strip() or days > 0):
            raise BadOption("Say what to search for: words, a person or a number of days.", "words")
        question = (await store.run(here.run_id)).run.question_id
        since = clock.now() - timedelta(days=min(days, LONGEST)) if days > 0 else None
        found = await store.search_said(
            here.key, words, person=person, since=since, before=question, limit=HITS
        )
        return told(found, words) or NOTHING

    return tool(search_room, foreign=True, says=_says)


def told(found: Sequence[Found], words: str) -> str:
    """What was found, a message in each line; empty when nothing was."""
    return "\n".join(
        f"[{one.message_id}] {one.who}, {_when(one.at)}: {piece(one.text, words)}" for one in found
    )


def piece(text: str, words: str) -> str:
    """A part of a text with the first of the words in it that it has, on one line."""
    whole = " ".join(text.split())
    wanted = [re.escape(word) for word in re.findall(r"\w+", words)]
    hit = re.search("|".join(sorted(wanted, key=len, reverse=True)), whole, re.IGNORECASE) if wanted else None
    start = max(0, min((hit.start() if hit else 0) - BEFORE, len(whole) - PIECE))
    end = start + PIECE
    return f"{'…' if start else ''}{whole[start:end]}{'…' if end < len(whole) else ''}"


def _when(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _says(given: Mapping[str, Any]) -> str:
    words = " ".join(given["words"].split())
    return f"searching this room for “{words[:SHORT]}”" if words else "looking through this room"
