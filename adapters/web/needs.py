"""What the web chat asks of the service."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.messages import Action, Actor, Address, ChannelKey, Incoming, PictureRef
from bot.records import Accepted, Change, Entry, Order, Room, RunRecord
from bot.runs import RunKind, RunStatus


class Conversation(Protocol):
    """The conversation service; every method authorises its actor."""

    async def accept(self, said: Incoming, order: Order = Order()) -> Accepted: ...

    async def repeat(
        self, run_id: int, kind: RunKind, actor: Actor, key: ChannelKey, *, event_id: str = ""
    ) -> Accepted: ...

    async def cancel(self, run_id: int, actor: Actor, key: ChannelKey | None = None) -> RunStatus: ...

    async def delete(self, message_id: int, actor: Actor, key: ChannelKey) -> None: ...

    async def entries(
        self, key: ChannelKey, actor: Actor, *, after: int = 0, limit: int = 500, only: Sequence[int] = ()
    ) -> Sequence[Entry]: ...

    async def run(self, run_id: int, actor: Actor, key: ChannelKey | None = None) -> RunRecord: ...

    async def place(self, run_id: int) -> int: ...

    async def rooms(self, platform: str, actor: Actor) -> Sequence[Room]: ...

    async def room(self, key: ChannelKey, actor: Actor) -> Room | None: ...

    async def changes(
        self, key: ChannelKey, actor: Actor, *, after: int, limit: int = 500
    ) -> Sequence[Change]: ...

    async def last_change(self, key: ChannelKey, actor: Actor) -> int: ...

    def listen(self, heard: Callable[[ChannelKey], None]) -> Callable[[], None]: ...


@dataclass(frozen=True, slots=True)
class Choice:
    """One completion."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Param:
    """One typed option of a command."""

    name: str
    description: str
    kind: str = "text"
    required: bool = False
    choices: tuple[Choice, ...] = ()
    complete: bool = False
    long: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """A row of the command table."""

    name: str
    description: str
    params: tuple[Param, ...] = ()
    subcommands: "tuple[Command, ...]" = ()


@dataclass(frozen=True, slots=True)
class Invocation:
    """A command as somebody gave it."""

    actor: Actor
    address: Address
    options: Mapping[str, object]
    pictures: tuple[PictureRef, ...] = ()
    event_id: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a command answers."""

    text: str
    pictures: tuple[PictureRef, ...] = ()
    private: bool = False
    actions: tuple[Action, ...] = ()
    run_id: int | None = None


class Commands(Protocol):
    """The command table, and who runs it."""

    table: tuple[Command, ...]

    async def run(self, path: str, call: Invocation) -> Reply: ...

    async def complete(
        self, path: str, param: str, typed: str, actor: Actor, key: ChannelKey
    ) -> Sequence[Choice]: ...
