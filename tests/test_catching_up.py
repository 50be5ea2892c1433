"""Another model places texts now: what the old one placed is placed anew, beside all else, within budgets."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from bot.commands import Invocation
from bot.conversation.memory.catching_up import AGAIN, EVERY, REST, CatchingUp
from bot.errors import ProviderDown
from bot.memory.embedding import Embedder
from bot.messages import Actor, Address, ChannelKey, Document
from bot.settings import SpendLimits
from tests.clock import VirtualClock
from tests.rig import MOD, ROOM, Rig, rig
from tests.test_recall import FACT, OTHER, Magpie, Talker, chat, settings_with

HARBOUR = Document("harbour.md", "The harbour has nine cranes. " * 3)
BAKERY = Document("bakery.md", "The bakery opens at six. " * 3)


@asynccontextmanager
async def placing(
    folder: Path, model: str, limits: SpendLimits | None = None, *, free: bool = True
) -> AsyncIterator[tuple[Rig, Magpie]]:
    """Parley, whose texts are placed by this model of one account."""
    bird, settings = Magpie(), settings_with(folder, embedding=(f"bird/{model}",))
    accounts = {**settings.accounts, "bird": replace(settings.accounts["bird"], free=free)}
    settings = replace(settings, accounts=accounts, limits=limits or SpendLimits())
    async with rig(folder, settings=settings, scripts={"one": Talker(), "bird": bird}) as parley:
        yield parley, bird


def catching_up(parley: Rig) -> CatchingUp:
    return parley.work._turns.recalling.catching_up


async def adds(parley: Rig, document: Document, actor: Actor = MOD, key: ChannelKey = ROOM) -> None:
    given = Invocation(actor, Address(key), {}, documents=(document,))
    run_id = (await parley.commands.run("knowledge/add", given)).run_id
    assert run_id
    await parley.ended(run_id)


async def listed(parley: Rig) -> str:
    return (await parley.command("knowledge/list")).text


async def test_a_file_is_placed_anew_by_another_model_and_the_list_says_how_far(tmp_path: Path) -> None:
    async with placing(tmp_path, "magpie") as (parley, _):
        await adds(parley, HARBOUR)
        assert "placed so far" not in await listed(parley)

    async with placing(tmp_path, "raven") as (parley, bird):
        assert "placed so far: 0 of 1 pieces" in await listed(parley)
        assert await catching_up(parley).catch_up()
        assert [text.count("nine cranes") for texts in bird.placed for text in texts] == [3]
        assert "placed so far" not in await listed(parley)
        assert await parley.store.pieces_placed(ROOM, "magpie") == []
        ((piece, _),) = await parley.store.pieces_placed(ROOM, "raven")
        assert piece
        assert await catching_up(parley).catch_up()
        assert len(bird.placed) == 1  # nothing twice


async def test_the_newest_file_comes_first_and_what_is_done_stays_done(tmp_path: Path) -> None:
    async with placing(tmp_path, "magpie") as (parley, _):
        await adds(parley, HARBOUR)
        await adds(parley, BAKERY)

    async with placing(tmp_path, "raven") as (parley, bird):
        (newest, *_) = await parley.store.misplaced_files("raven", 9)
        assert newest.name == "bakery.md"
        bird.gate = asyncio.Event()
        killed = asyncio.create_task(catching_up(parley).catch_up())
        while not bird.begun:
            await asyncio.sleep(0)
        assert "bakery" in str(bird.begun)
        bird.gate.set()
        while len(bird.placed) < 2:
            await asyncio.sleep(0)
        killed.cancel()

    async with placing(tmp_path, "raven") as (parley, bird):
        assert await catching_up(parley).catch_up()
        assert "bakery" not in str(bird.placed)
        assert await parley.store.misplaced_files("raven", 9) == []


async def test_a_budget_that_is_spent_stops_its_own_room_alone(tmp_path: Path) -> None:
    async with placing(tmp_path, "magpie") as (parley, _):
        await adds(parley, HARBOUR, key=OTHER)
        await adds(parley, BAKERY)

    limits = SpendLimits(unknown_call=Decimal("0.5"), per_channel_day=Decimal("0.6"), per_person_day=None)
    async with placing(tmp_path, "raven", limits, free=False) as (parley, _):
        await adds(parley, replace(BAKERY, text="The bakery is closed."))
        assert not await catching_up(parley).catch_up()
        assert [one.name for one in await parley.store.misplaced_files("raven", 9)] == ["bakery.md"]
        assert len(await parley.store.pieces_placed(OTHER, "raven")) == 1


async def test_a_file_whose_words_are_refused_keeps_no_other_from_being_placed(tmp_path: Path) -> None:
    async with placing(tmp_path, "magpie") as (parley, _):
        await adds(parley, HARBOUR)
        await adds(parley, BAKERY)

    async with placing(tmp_path, "raven") as (parley, bird):
        bird.refused = "bakery"
        assert not await catching_up(parley).catch_up()
        assert [one.name for one in await parley.store.misplaced_files("raven", 9)] == ["bakery.md"]


async def test_what_was_said_in_a_room_is_placed_anew(tmp_path: Path) -> None:
    async with placing(tmp_path, "magpie") as (parley, _):
        await parley.ask(FACT)
        await chat(parley)
        before = {message for message, _ in await parley.store.said_vectors(ROOM, "magpie")}
        assert before

    async with placing(tmp_path, "raven") as (parley, _):
        assert not await catching_up(parley).catch_up()  # one looks again whether all was placed
        assert {message for message, _ in await parley.store.said_vectors(ROOM, "raven")} >= before
        assert await parley.store.said_vectors(ROOM, "magpie") == []
        assert await catching_up(parley).catch_up()


class Moving(Embedder):
    """Says what places texts now."""

    def __init__(self, *spaces: str) -> None:
        self.spaces = list(spaces)

    @property
    def space(self) -> str:
        return self.spaces.pop(0) if len(self.spaces) > 1 else self.spaces[0]


class Looked(CatchingUp):
    """Keeps when it caught up, and how that went."""

    def __init__(self, clock: VirtualClock, embedder: Embedder, ends: Sequence[bool | Exception]) -> None:
        super().__init__(None, embedder, None, lambda: None, clock)  # type: ignore[arg-type]  # nobody is asked
        self.clock, self.ends, self.at = clock, list(ends), list[float]()

    async def catch_up(self) -> bool:
        self.at.append(self.clock.monotonic())
        end = self.ends.pop(0) if self.ends else True
        if isinstance(end, Exception):
            raise end
        return end


async def test_a_model_is_believed_at_the_second_look_and_what_is_left_waits(tmp_path: Path) -> None:
    clock = VirtualClock()
    looked = Looked(clock, Moving("offline", "real", "real"), [False, ProviderDown("away"), True])
    following = asyncio.create_task(looked.follow())
    await clock.advance(2 * EVERY + 2 * REST + AGAIN)
    following.cancel()
    first = 2 * EVERY
    assert looked.at == [first, first + REST, first + 2 * REST, first + 2 * REST + AGAIN]
