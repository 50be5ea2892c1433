"""Personas that have a name: how they are called, who is enabled in a room, and who answers. Pure."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from bot.errors import BadOption
from bot.governance.personas import DEFAULT, Persona, parsed
from bot.unseen import seen

SHORTEST, LONGEST = 2, 32
"""Characters of a name."""

MOST: Final = 25
"""Named personas of a server: as many as a platform shows in a menu."""

GUESTS: Final = 10
"""Named personas that can be called by name in a room."""

SETTING: Final = "persona"
"""The setting of a room that says who Parley is there."""
ENABLED: Final = "persona.guests"
"""The setting of a room that says who else can be called there by name."""
OF_SERVER: Final = "persona:"
"""What the settings of a server are called that keep its named personas; the name's key follows."""

_TAKEN = frozenset({"parley", "everyone", "here", "channel", "all", "none"})
"""Parley's own name, and what platforms take for a mention of many."""

_AHEAD = 120
"""Characters at a message's beginning in which somebody is called."""
_GREETING = r"(?:hey|hi|hello|ok)[ ,]+"

Value = Callable[[str], str | None]
"""What a setting says, by its name."""


def key_of(name: str) -> str:
    """What two spellings of one name have in common."""
    return " ".join(unicodedata.normalize("NFKC", seen(name)).casefold().split())


def setting_of(name: str) -> str:
    """The setting that keeps a named persona."""
    return f"{OF_SERVER}{key_of(name)}"


def name_checked(typed: str) -> str:
    """A name as it is shown. Raises BadOption with the rule."""
    name = " ".join(unicodedata.normalize("NFKC", seen(typed)).split())
    if not SHORTEST <= len(name) <= LONGEST or not all(map(_plain, name)):
        raise BadOption(
            f"A persona's name has {SHORTEST} to {LONGEST} letters, digits and spaces, and nothing else.",
            "name",
        )
    if not any(map(str.isalpha, name)):
        raise BadOption("A persona's name needs a letter.", "name")
    if key_of(name).split()[0] in _TAKEN:
        raise BadOption(f"“{name}” can't be a persona's name: it means somebody else.", "name")
    return name


def _plain(letter: str) -> bool:
    return letter == " " or unicodedata.category(letter)[0] in "LMN"


def named(value: Value, name: str) -> Persona | None:
    """The persona of that name as it is now; None: there is none, or no more."""
    kept = value(setting_of(name))
    return replace(parsed(kept), of="") if kept else None


def enabled(value: Value) -> tuple[str, ...]:
    """The keys of those who can be called by name in a room, as far as they are still there."""
    keys = (value(ENABLED) or "").split(",")
    return tuple(key for key in keys if key and value(f"{OF_SERVER}{key}"))


def room_persona(value: Value) -> Persona:
    """Who Parley is in a room where nobody calls anybody else. One that follows a named persona is what
    that is now."""
    own = value(SETTING)
    if not own:
        return Persona(DEFAULT)
    persona = parsed(own)
    if not persona.of:
        return persona
    return named(value, persona.of) or Persona(DEFAULT)


def who(value: Value, once: str | None, said: str) -> Persona:
    """Who answers: what was chosen for this once, else who is called by name, else who the room has.
    `named` of it is set where it was called."""
    if once:
        return parsed(once)
    if (key := called(value, said)) and (persona := named(value, key)):
        return replace(persona, called=True)
    return room_persona(value)


def called(value: Value, said: str) -> str:
    """The key of the persona that a message calls by name; empty: of none."""
    return addressed(said, enabled(value)) if value(ENABLED) else ""


def addressed(said: str, keys: Sequence[str]) -> str:
    """Which of these names a message begins with, as `Pirate:`, `@Pirate` or `hey Pirate,`; the longest that
    fits. Empty: with none."""
    head = key_of(said[:_AHEAD])
    fits = (key for key in sorted(keys, key=len, reverse=True) if _call(key).match(head))
    return next(fits, "")


@lru_cache(maxsize=512)
def _call(key: str) -> re.Pattern[str]:
    """How somebody of that name is called."""
    name = re.escape(key)
    return re.compile(rf"(?:{name} ?:|@{name}(?!\w)|{_GREETING}@?{name} ?(?:[^\w\s]|$))")
