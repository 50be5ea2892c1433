"""A room comes to know a file: what may happen while it is read, and what an answer may cite of it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from bot.commands import Invocation
from bot.memory.embedding import Embedder, Placed
from bot.messages import Address, Document
from bot.runs import RunStatus
from bot.settings import SpendLimits
from tests.rig import ANN, MOD, ROOM, Rig, rig, settings_for

GUIDE = Document("guide.md", "The harbour has nine cranes. " * 3)


class Held(Embedder):
    """Places anything anywhere, once something has happened."""

    def __init__(self, happens: Callable[[], Awaitable[object]]) -> None:
        self._happens = happens

    @property
    def space(self) -> str:
        return "anywhere"

    async def embed(self, run_id: int, texts: Sequence[str], *, seconds: float = 60.0) -> Placed:
        await self._happens()
        return Placed(self.space, tuple(b"\1" for _ in texts))


async def adds(parley: Rig, document: Document = GUIDE) -> int:
    """Somebody adds a file: the run."""
    reply = await parley.commands.run(
        "knowledge/add", Invocation(MOD, Address(ROOM), {}, documents=(document,))
    )
    assert reply.run_id is not None
    return reply.run_id


def meanwhile(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], Awaitable[object]]) -> None:
    """Let this happen while pieces are placed."""
    monkeypatch.setattr("bot.conversation.turn.writer.Embedder", lambda *_: Held(happens))


async def test_a_file_that_was_removed_while_it_was_read_is_not_said_to_be_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with rig(tmp_path) as parley:
        meanwhile(monkeypatch, lambda: parley.command("knowledge/remove", file="1"))
        assert "no more: it was removed" in await parley.answer(await adds(parley))


async def test_a_file_is_not_known_when_its_reading_was_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()

    async def waits() -> None:
        begun.set()
        await asyncio.Event().wait()

    async with rig(tmp_path) as parley:
        meanwhile(monkeypatch, waits)
        run = await adds(parley)
        await begun.wait()
        await parley.conversation.cancel(run, MOD)
        await parley.ended(run)
        assert (await parley.store.run(run)).run.status is RunStatus.CANCELLED
        assert await parley.store.known(ROOM) == []


async def test_a_file_that_could_not_be_placed_is_when_it_is_added_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with rig(tmp_path) as parley:
        assert "by its words alone" in (said := await parley.answer(await adds(parley)))
        assert "`/knowledge add` with the same file tries again" in said
        meanwhile(monkeypatch, lambda: asyncio.sleep(0))
        assert "already" in await parley.answer(await adds(parley))
        assert len(await parley.store.pieces_placed(ROOM, "anywhere")) == 1


async def test_a_file_of_nothing_that_anybody_sees_is_not_known(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        blank = Document("blank.txt", " \n\u200b\n\u2060 \n")
        assert "no words in this file" in await parley.answer(await adds(parley, blank))
        assert await parley.store.known(ROOM) == []


async def test_what_a_model_had_no_room_for_is_not_among_its_sources(tmp_path: Path) -> None:
    async with rig(
        tmp_path, settings=settings_for(tmp_path, ["one"], SpendLimits(output_tokens=300))
    ) as parley:
        await parley.ended(await adds(parley, Document("guide.md", "The harbour has cranes. " * 200)))
        parley.one.says("Nine [1].")
        assert "`guide.md`" not in await parley.ask("Has the harbour cranes? " + "word " * 6400, ANN)
