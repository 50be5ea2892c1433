"""What a request says: its room, its actor, its ids, its words. Pure; raises UserError."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from bot.errors import BadOption, TooLarge, UserError
from bot.messages import Actor, Address, ChannelKey, Names, Person, Standing

LONGEST_TEXT = 32_000
"""Characters of one message."""
SERVER = "the web chat"
"""What stands for a server's name."""
OPERATOR = "operator"
"""Nobody else is called so."""
LARGEST_ID = 2**63 - 1
"""What the database can hold."""

_ROOM = re.compile(r"([a-z0-9][a-z0-9-]{0,63})(?:\.([a-z0-9][a-z0-9-]{0,63}))?")
_ID = re.compile(r"[0-9]{1,19}")
_EVENT = re.compile(r"[!-~]{1,128}")
_STANDINGS = {"member": Standing.MEMBER, "moderator": Standing.MODERATOR}
_JOINERS = "\u200c\u200d"
"""Invisible, but Persian words and family emoji are written with them."""


def room_key(name: str) -> ChannelKey:
    """The room of an address: `general`, or `general.topic` for a thread of it."""
    match = _ROOM.fullmatch(name)
    if not match:
        raise UserError(
            "A room's name has 1 to 64 of the characters a-z, 0-9 and -, and begins with no hyphen."
        )
    return ChannelKey("web", "parley", "home", match[1], match[2] or "")


def address(name: str) -> Address:
    """Where answers to what is said in a room go."""
    return Address(room_key(name), names=Names(name, SERVER))


def actor(said: object) -> Actor:
    """Who acts: `member`, `moderator`, or with a name: `member:ann`. Nothing given: a member."""
    kind, named, name = _text("as", said or "member").partition(":")
    standing = _STANDINGS.get(kind)
    if standing is None:
        raise UserError('"as" is member or moderator, with a name if you like: member:ann.')
    if not named:
        return Actor(Person(f"web:{kind}", kind.title()), standing)
    name = _name(name)
    if name.casefold() in _STANDINGS:
        raise UserError(f"“{name}” is no name here: it is what those are called who give none.")
    if name.casefold() == OPERATOR:
        raise UserError(f"“{name}” is no name here: the audit knows my operator by it.")
    return Actor(Person(f"web:{name.casefold()}", name), standing)


def _name(given: str) -> str:
    """A display name. Composed, so that one name typed in two ways is one person."""
    name = unicodedata.normalize("NFC", given).strip()
    plain = name.translate(dict.fromkeys(map(ord, _JOINERS)))
    if not plain.strip() or not plain.isprintable() or len(name) > 64:
        raise UserError("A name has 1 to 64 visible characters.")
    return name


def number(name: str, given: object) -> int:
    """An id, a count or a position: 0 to 2⁶³ - 1, written in digits."""
    text = str(given) if isinstance(given, int) and not isinstance(given, bool) else given
    if not isinstance(text, str) or not _ID.fullmatch(text) or int(text) > LARGEST_ID:
        raise UserError(f"{name} is a whole number.")
    return int(text)


def text(fields: Mapping[str, object], *, empty: bool = False) -> str:
    """The words of a message. `empty`: there may be none, because there are pictures."""
    words = _text("text", fields.get("text", "" if empty else None))
    if len(words) > LONGEST_TEXT:
        raise TooLarge(f"A message has at most {LONGEST_TEXT:,} characters; this one has {len(words):,}.")
    if not words.strip() and not empty:
        raise UserError("There is no text in this message.")
    return words


def event_id(room: str, header: str | None, fields: Mapping[str, object]) -> str:
    """What names this request for ever, so that a repeated one is stored once; empty when it has no name."""
    given = header or fields.get("event_id") or ""
    if given == "":
        return ""
    if not isinstance(given, str) or not _EVENT.fullmatch(given):
        raise UserError("An idempotency key has 1 to 128 visible ASCII characters.")
    return f"web:{room}:{given}"


def options(fields: Mapping[str, object]) -> Mapping[str, object]:
    """A command's options by name."""
    given = fields.get("options") or {}
    if not isinstance(given, dict):
        raise BadOption('"options" is an object: {"name": value}.')
    return given


def storable(document: object) -> None:
    """Refuse text that no database and no platform takes: NUL, and halves of a surrogate pair."""
    pieces = "".join(_strings(document))
    try:
        pieces.encode()
    except UnicodeEncodeError as error:
        raise UserError("The text has half of a surrogate pair in it.") from error
    if "\0" in pieces:
        raise UserError("The text has a NUL character in it.")


def _strings(document: object) -> Iterator[str]:
    """Every text in a JSON document, names included."""
    match document:
        case str():
            yield document
        case dict():
            for name, value in document.items():
                yield name
                yield from _strings(value)
        case list():
            for value in document:
                yield from _strings(value)


def _text(name: str, given: object) -> str:
    """A field that is text."""
    if not isinstance(given, str):
        raise UserError(f'"{name}" is missing.' if given is None else f'"{name}" is a text.')
    return given
