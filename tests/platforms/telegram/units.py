"""Text as Telegram counts it, in UTF-16 code units, with its entities."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tests.platforms.telegram.refusals import Json, bad, unparsed

TYPES = frozenset(
    [
        "mention",
        "hashtag",
        "cashtag",
        "bot_command",
        "url",
        "email",
        "phone_number",
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
        "date_time",
    ]
)
NEEDS = {"text_link": "url", "text_mention": "user", "custom_emoji": "custom_emoji_id"}
MOST_ENTITIES = 100
"""More are not shown."""

INVISIBLE = frozenset("\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u2800\u3164\ufeff") | {
    chr(code) for code in [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)]
}
"""A text of these alone is empty."""
REMOVED = frozenset("\r") | {chr(code) for code in range(0x2028, 0x202F)}


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text and its entities."""

    text: str
    entities: tuple[Json, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to see."""
        return all(character.isspace() or character in INVISIBLE for character in self.text)


def units(text: str) -> int:
    """UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def part(text: str, offset: int, length: int) -> str:
    """What an entity covers."""
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")


def boundaries(text: str) -> dict[int, int]:
    """Where a character begins, or the text ends, in UTF-16 units: the same place in bytes."""
    found = {0: 0}
    wide = narrow = 0
    for character in text:
        wide += units(character)
        narrow += len(character.encode())
        found[wide] = narrow
    return found


def checked(text: str, entities: Iterable[Json]) -> Formatted:
    """A text with entities as a bot gave them. Raises Refused as the real server would, and for overlaps."""
    places = boundaries(text)
    end = max(places)
    ordered = sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))
    for entity in ordered:
        _check(entity, places, end)
    _check_nesting(ordered)
    return Formatted(text, tuple(entity for entity in ordered if entity["length"]))


def _check(entity: Json, places: dict[int, int], end: int) -> None:
    offset, length = entity["offset"], entity["length"]
    if offset < 0:
        raise unparsed(f"Receive an entity with incorrect offset {offset}")
    if length < 0:
        raise unparsed(f"Receive an entity with incorrect length {length}")
    if offset > end:
        raise unparsed(f"Entity begins after the end of the text at UTF-16 offset {offset}")
    if offset + length > end:
        raise unparsed(
            f"Entity beginning at UTF-16 offset {offset} ends after the end of the text at "
            f"UTF-16 offset {offset + length}"
        )
    if offset not in places:
        raise unparsed(f"Entity begins in a middle of a UTF-16 symbol at byte offset {places[offset + 1]}")
    if offset + length not in places:
        raise unparsed(
            f"Entity beginning at UTF-16 offset {offset} ends in a middle of a UTF-16 symbol "
            f"at byte offset {places[offset + length + 1]}"
        )
    _check_kind(entity)


def _check_kind(entity: Json) -> None:
    if entity["type"] not in TYPES:
        raise unparsed(f"Unsupported type {entity['type']!r} of an entity")
    if (needed := NEEDS.get(entity["type"])) and needed not in entity:
        raise unparsed(f"Field {needed!r} of an entity is missing")


def _check_nesting(ordered: list[Json]) -> None:
    open_ends: list[int] = []
    for entity in ordered:
        while open_ends and open_ends[-1] <= entity["offset"]:
            open_ends.pop()
        end = entity["offset"] + entity["length"]
        if open_ends and end > open_ends[-1]:
            raise unparsed(f"Entities intersect at UTF-16 offset {entity['offset']}")
        open_ends.append(end)


def cleaned(given: Formatted) -> Formatted:
    """As it is stored: no carriage returns and direction marks, no control characters, both ends stripped."""
    if any("\ud800" <= character <= "\udfff" for character in given.text):
        raise bad("strings must be encoded in UTF-8")
    spaced = "".join(
        " " if character < " " and character not in "\r\n" else character for character in given.text
    )
    plain = _without(Formatted(spaced, given.entities), lambda _, character: character in REMOVED)
    begins = len(plain.text) - len(plain.text.lstrip())
    ends = len(plain.text.rstrip())
    return _without(plain, lambda place, _: not begins <= place < ends)


def _without(given: Formatted, unwanted: Callable[[int, str], bool]) -> Formatted:
    """Without some characters; entities move, and go when nothing of them is left."""
    kept: list[str] = []
    moved = {0: 0}
    before = after = 0
    for place, character in enumerate(given.text):
        width = units(character)
        before += width
        if not unwanted(place, character):
            kept.append(character)
            after += width
        moved[before] = after
    entities = (_moved(entity, moved) for entity in given.entities)
    return Formatted("".join(kept), tuple(entity for entity in entities if entity["length"]))


def _moved(entity: Json, moved: dict[int, int]) -> Json:
    begins, ends = moved[entity["offset"]], moved[entity["offset"] + entity["length"]]
    return entity | {"offset": begins, "length": ends - begins}


class Builder:
    """Puts a text together out of what a parser finds."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._entities: list[Json] = []
        self.at = 0

    def add(self, text: str) -> None:
        """More text."""
        self._parts.append(text)
        self.at += units(text)

    def mark(self, kind: str, since: int, **more: Any) -> None:
        """An entity that ends here; one without any text is none."""
        if self.at > since:
            self._entities.append({"type": kind, "offset": since, "length": self.at - since, **more})

    def since(self, offset: int) -> str:
        """What was added after a place."""
        return part("".join(self._parts), offset, self.at - offset)

    def take_inner_code(self, since: int) -> str:
        """The language of a code entity that covers everything since a place; that entity is no more."""
        for entity in self._entities:
            whole = entity["offset"] == since and entity["length"] == self.at - since
            if whole and entity["type"] == "code" and "language" in entity:
                self._entities.remove(entity)
                return str(entity["language"])
        return ""

    def done(self) -> Formatted:
        """The text, its entities in order."""
        for entity in self._entities:
            if entity["type"] == "code":
                entity.pop("language", None)
        order = sorted(self._entities, key=lambda entity: (entity["offset"], -entity["length"]))
        return Formatted("".join(self._parts), tuple(order))
