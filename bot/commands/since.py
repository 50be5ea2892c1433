"""Since when, as people write it: how long ago, a day, or a time. Pure."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Final

from bot.errors import BadOption
from bot.moments import moment

UNCLEAR: Final = (
    "I don't understand since when. Write it like this: 2h, 3 days, yesterday, monday, 9:00, or 2026-11-20."
)
_YEAR: Final = timedelta(days=365)
_BESIDE = re.compile(r"^(?:since|for|in|the|last|past)\s+|\s+ago$")
_AHEAD = re.compile(r"\b(?:tomorrow|next)\b")
_ONE: Final[Mapping[str, str]] = {"hour": "1 hour", "day": "1 day", "week": "1 week"}
_DAYS: Final[Mapping[str, int]] = {"today": 0, "yesterday": 1}


def since(said: str, now: datetime, where: tzinfo) -> datetime:
    """The moment that is meant, in UTC: before `now`, and at most a year. Raises BadOption."""
    words = " ".join(said.lower().split())
    while (less := _BESIDE.sub("", words)) != words:
        words = less
    words = _ONE.get(words, words)
    day, _, rest = words.partition(" ")
    if day in _DAYS:
        date = (now.astimezone(where) - timedelta(days=_DAYS[day])).date()
        words = f"{date} {rest}"
    ahead = not words or _AHEAD.search(words)
    found = None if ahead else _ago(words, now, where) or _last(words, now, where)
    if found is None or not now - _YEAR <= found <= now:
        raise BadOption(UNCLEAR, "since")
    return found


def _ago(words: str, now: datetime, where: tzinfo) -> datetime | None:
    """So long ago; None: it is no length of time. That alone means as much at every other moment."""
    later = now + timedelta(minutes=1)
    first, second = _meant(words, now, where), _meant(words, later, where)
    if first is None or second is None or second - first != later - now:
        return None
    return now - (first - now)


def _last(words: str, now: datetime, where: tzinfo) -> datetime | None:
    """The last time that calendars and clocks have shown this; a day begins at midnight."""
    for before in (timedelta(days=1), timedelta(days=7), _YEAR):
        for stated in (f"{words} midnight", words):
            found = _meant(stated, now - before, where)
            if found is not None and found <= now:
                return found
    return None


def _meant(words: str, now: datetime, where: tzinfo) -> datetime | None:
    try:
        return moment(words, now, where)
    except BadOption:
        return None
