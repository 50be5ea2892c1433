"""Calls of tools in every wire format: put together from fragments, and handed back in pairs. Pure."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import groupby
from secrets import token_hex
from typing import Final

import msgspec

from bot.errors import ProviderGarbled
from bot.messages import Calling, ToolCall, Turn

LARGEST: Final = 1_000_000
"""Characters of the arguments of all calls in one answer: what is longer is no call."""

MOST: Final = 128
"""Calls in one answer."""

ID: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")
"""The ids that every service takes back: its own fit, those of another may not."""

ODD: Final = re.compile(r"[^A-Za-z0-9_-]")
"""What no service takes in a tool's name."""


@dataclass(slots=True)
class _Begun:
    place: int
    id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list, repr=False)


class Calls:
    """Puts the calls of one answer together, in the order in which they began. `followed`: the fragments are
    handed on, too."""

    def __init__(self, *, followed: bool = False) -> None:
        self._followed = followed
        self._news: list[Calling] = []
        self._begun: list[_Begun] = []
        self._at: dict[int | None, _Begun] = {}
        self._size = 0

    def add(self, place: int | None, *, id: str = "", name: str = "", arguments: str = "") -> None:
        """Take a fragment of the call at a place, or a whole one. None: the service names no places.

        Another id is another call, for there are services at which every call has the place 0. Raises
        ProviderGarbled beyond the caps.
        """
        call = self._at.get(place)
        other = (id and call.id and id != call.id) if call else True
        if call is None or other or (place is None and name and not id and any(call.arguments)):
            call = self._at[place] = _Begun(len(self._begun))
            self._begun.append(call)
        self._size += len(arguments)
        if self._size > LARGEST or len(self._begun) > MOST:
            raise ProviderGarbled("calls of tools without measure")
        call.id, call.name = call.id or id, call.name or name  # some repeat both in every fragment
        call.arguments.append(arguments)
        if self._followed:
            self._news.append(Calling(call.place, call.id, call.name, arguments))

    def news(self) -> tuple[Calling, ...]:
        """The fragments since the last time, where somebody follows them."""
        if not self._news:
            return ()
        news, self._news = tuple(self._news), []
        return news

    def whole(self) -> tuple[ToolCall, ...]:
        """The answer is complete: its calls, each with an id of its own. Raises ProviderGarbled."""
        if not all(call.name for call in self._begun):
            raise ProviderGarbled("a call without the name of a tool")
        calls: list[ToolCall] = []
        ids: set[str] = set()
        for call in self._begun:
            own = call.id if call.id and call.id not in ids else new_id()
            ids.add(own)
            arguments = "".join(call.arguments)
            calls.append(ToolCall(own, call.name, arguments if arguments.strip() else "{}"))
        return tuple(calls)


def new_id() -> str:
    """An id for a call that has none: nine letters and digits, which is what the strictest service takes."""
    return token_hex(5)[:9]


def fitting_id(id: str) -> str:
    """The id as every service takes it."""
    return id if ID.fullmatch(id) else sha256(id.encode("utf-8", "replace")).hexdigest()[:24]


def nine_letters(id: str) -> str:
    """The id as Mistral takes it: nine letters and digits."""
    fits = len(id) == 9 and id.isascii() and id.isalnum()
    return id if fits else sha256(id.encode("utf-8", "replace")).hexdigest()[:9]


def fitting_name(name: str) -> str:
    """The name as every service takes it back: models make names up, with anything in them."""
    return ODD.sub("_", name)[:64] or "unknown"


def arguments_in(call: ToolCall) -> Mapping[str, object]:
    """The arguments as an object. What is none is shown to the model under the name `unreadable`."""
    try:
        read = msgspec.json.decode(call.arguments)
    except (ValueError, RecursionError):
        read = None
    return read if isinstance(read, dict) else {"unreadable": call.arguments}


def arguments_of(call: ToolCall) -> str:
    """The arguments as JSON of an object, for services that take text but read it."""
    found = arguments_in(call)
    return call.arguments if "unreadable" not in found else json.dumps(found)


def paired(turns: Sequence[Turn]) -> list[Turn]:
    """The turns, those of tools that follow on one another as one, with no call that nothing came of and no
    result of what was not asked just before: services refuse the whole conversation for either."""
    if not any(turn.calls or turn.role == "tool" for turn in turns):
        return list(turns)  # as most conversations are
    said: list[Turn] = []
    for tools, group in groupby(turns, lambda turn: turn.role == "tool"):
        same = list(group)
        said += [_joined(same)] if tools else same
    found = []
    for before, turn, after in zip((None, *said), said, (*said[1:], None), strict=False):
        if turn.role == "tool":
            asked = {call.id for call in before.calls} if before else set()
            kept = replace(turn, results=tuple(one for one in turn.results if one.call.id in asked))
        else:
            done = {one.call.id for one in after.results} if after else set()
            kept = replace(turn, calls=tuple(call for call in turn.calls if call.id in done))
        if kept == turn or kept.calls or kept.results or kept.pictures or kept.text.strip():
            found.append(kept)
    return found


def _joined(turns: Sequence[Turn]) -> Turn:
    """Turns of tools as one."""
    results = tuple(result for turn in turns for result in turn.results)
    pictures = tuple(picture for turn in turns for picture in turn.pictures)
    return Turn("tool", "\n\n".join(turn.text for turn in turns if turn.text), pictures, results=results)
