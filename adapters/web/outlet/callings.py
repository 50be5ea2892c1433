"""Calls of tools while a model writes them, for who watches a room. In memory alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

from bot.delivery.clusters import units
from bot.messages import Calling, ChannelKey

Name: TypeAlias = tuple[int, int, int]
"""A run, a request to a model for it, and the place of the call in what the model answers."""


@dataclass(slots=True)
class Written:
    """One call in the making."""

    id: str = ""
    name: str = ""
    pieces: list[str] = field(default_factory=list, repr=False)


class Callings:
    """All of them, by room. `watched`: whether somebody watches a room."""

    def __init__(self) -> None:
        self.watched: Callable[[ChannelKey], bool] = lambda _: False
        self.moved: Callable[[ChannelKey], None] = lambda _: None
        self._rooms: dict[ChannelKey, dict[Name, Written]] = {}

    def of(self, key: ChannelKey) -> Mapping[Name, Written]:
        """The room's calls in the making, and those of runs that are not over. A view: it moves on."""
        return self._rooms.get(key, {})

    def followed(self, key: ChannelKey, run_id: int) -> Callable[[int, Calling], None] | None:
        """Who is told what a run's models write; None: nobody watches."""
        return partial(self._take, key, run_id) if self.watched(key) else None

    def clear(self, key: ChannelKey, run_id: int) -> None:
        """A run is over: its calls are stored."""
        left = {name: one for name, one in self._rooms.pop(key, {}).items() if name[0] != run_id}
        if left:
            self._rooms[key] = left

    def _take(self, key: ChannelKey, run_id: int, attempt: int, part: Calling) -> None:
        one = self._rooms.setdefault(key, {}).setdefault((run_id, attempt, part.place), Written())
        one.id, one.name = part.id or one.id, part.name or one.name
        one.pieces.append(part.arguments)
        self.moved(key)


@dataclass(slots=True)
class Told:
    """How much of each call one reader has been told: pieces, and UTF-16 units."""

    known: dict[Name, tuple[int, int]] = field(default_factory=dict)

    def news(self, calls: Mapping[Name, Written]) -> list[tuple[Name, dict[str, object]]]:
        """What is new, call by call."""
        found: list[tuple[Name, dict[str, object]]] = []
        known = {}
        for name, one in calls.items():
            pieces, at = self.known.get(name, (0, 0))
            if pieces < len(one.pieces):
                new = "".join(one.pieces[pieces:])
                found.append((name, {"id": one.id, "name": one.name, "at": at, "arguments": new}))
                pieces, at = len(one.pieces), at + units(new)
            known[name] = pieces, at
        self.known = known
        return found
