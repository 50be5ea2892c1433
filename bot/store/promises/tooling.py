"""The part of the store that writes down what a run's tools do, and what is paid for beside its answer."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from bot.messages import ChannelKey, PictureRef, ToolResult
from bot.records import Round, Settlement
from bot.store import calls, painted, rounds
from bot.store.auditing import unit_with_entry
from bot.store.database.readers import Readers
from bot.store.database.writer import Writer
from bot.store.promises.reading import Reading

T = TypeVar("T")
A = ParamSpec("A")


class Tooling(Reading):
    """What writes for tools, on top of what reads."""

    def __init__(self, readers: Readers, writer: Writer) -> None:
        super().__init__(readers)
        self._writer = writer

    async def _write(
        self, unit: Callable[Concatenate[Connection, A], T], *args: A.args, **kwargs: A.kwargs
    ) -> T:
        return await self._writer.write(unit_with_entry(unit, *args, **kwargs))

    async def begin_round(self, run_id: int, begun: Round, *, at: datetime) -> int:
        """A run is about to use tools. Raises NotFound."""
        return await self._write(rounds.begin_round, run_id, begun, at=at)

    async def end_round(self, step_id: int, results: Sequence[ToolResult]) -> None:
        """What came of a round of tools."""
        await self._write(rounds.end_round, step_id, results)

    async def ask(self, run_id: int, asked: Round, notice: str, settled: Settlement, *, at: datetime) -> bool:
        """A run waits for a person's word. False: it was stopped."""
        return await self._write(rounds.ask, run_id, asked, notice, settled, at=at)

    async def decide(self, run_id: int, *, allowed: bool) -> bool:
        """A person has said it; False: nobody is asked any more."""
        return await self._write(rounds.decide, run_id, allowed=allowed)

    async def begin_picture(self, run_id: int, call_id: str, *, most: int) -> PictureRef | None:
        """A call is about to paint; what it has painted already. Raises TooLarge."""
        return await self._write(painted.begin_picture, run_id, call_id, most)

    async def end_picture(self, run_id: int, call_id: str, ref: PictureRef) -> None:
        """A call has painted."""
        await self._write(painted.end_picture, run_id, call_id, ref)

    async def settle(self, settled: Settlement) -> None:
        """How a call ended that no other follows."""
        await self._write(calls.settle, settled)

    async def pictures_shown(self, key: ChannelKey, message_id: int) -> Sequence[PictureRef]:
        """The pictures of a message of this very room."""
        return await self._read(painted.pictures_shown, key, message_id)
