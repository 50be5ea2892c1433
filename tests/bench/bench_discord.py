"""Parley on Discord under load, beside a bare loop in the same run.

Discord and its people are in this process; Parley, the bare loop and the AI service are in processes of their
own, and all read one clock. Every token of that service is the moment at which it was sent.
"""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import httpx

from tests.bench import programs
from tests.bench.figures import Bound, Row, milliseconds
from tests.bench.programs import loop, settings
from tests.platforms.discord import Discord, Limits, discord_server
from tests.platforms.discord.world import Channel
from tests.process import parley
from tests.wire.server import process

TOKENS = 3
AT_ONCE: Mapping[int, int] = {1: 40, 20: 5, 100: 2}
"""So many channels at once, so many times."""
REAL = Limits(identify_every=0.0)
PATIENT = replace(REAL, per_second=1_000_000)
"""A bare loop has no budget: under Discord's own limit it would drown in refusals."""


class Held:
    """Implements Line: keeps what the gateway would tell, to be told at moments of the measure's choosing. To
    say a thousand things takes this process longer than a second."""

    def __init__(self) -> None:
        self.frames: list[str] = []

    def send(self, frame: str) -> None:
        """Not yet."""
        self.frames.append(frame)


@dataclass(frozen=True, slots=True)
class Scene:
    """A Discord with its channels, and a bot there. `heard`: a line for each that the bare loop hears."""

    discord: Discord
    channels: Sequence[Channel]
    folder: Path
    heard: asyncio.StreamReader | None = None

    async def flood(self, texts: Sequence[tuple[int, str]], seconds: float = 0.0) -> list[float]:
        """Mentions in channels by their numbers, which the bot is told of evenly within so much time: when it
        was told of each."""
        (session,) = self.discord.core.handshake.sessions.all.values()
        line, held = session.line, Held()
        assert line
        session.line = held
        ann = self.discord.member("ann")
        for number, text in texts:
            await ann.says(text, room=self.channels[number].name, mention=True)
        session.line = line
        began, told = time.monotonic(), []
        for number, frame in enumerate(held.frames):
            await asyncio.sleep(max(0.0, began + number * seconds / len(texts) - time.monotonic()))
            told.append(time.monotonic())
            line.send(frame)
        return told

    def answer(self, number: int) -> str:
        """What the bot has said in a channel."""
        messages = self.channels[number].messages.values()
        return " ".join(one.content for one in messages if one.author is self.discord.bot)

    async def answered(self, numbers: Sequence[int]) -> None:
        """Wait until it has said all there is to say in these."""
        left = list(numbers)

        def nothing_left() -> bool:
            while left and len(self.answer(left[-1]).split()) >= TOKENS:
                left.pop()
            return not left

        await self.discord.core.news.until(nothing_left, lambda: [self.answer(number) for number in left])


Opens: TypeAlias = Callable[[str, int], AbstractAsyncContextManager[Scene]]


@asynccontextmanager
async def ours(ai: str, rooms: int) -> AsyncIterator[Scene]:
    """Parley, with its commands registered. Raises Broken when it broke what Discord asks for."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        async with discord_server(REAL) as discord:
            channels = _furnished(discord, rooms)
            where = {"DISCORD_TOKEN": discord.token, "DISCORD_API_BASE": discord.url}
            async with parley(folder / "data", {**settings(folder, ai), **where}, fresh=programs.FRESH):
                await discord.core.news.until(lambda: discord.commands.registered[None], lambda: "no command")
                yield Scene(discord, channels, folder / "data")


@asynccontextmanager
async def bare(ai: str, rooms: int) -> AsyncIterator[Scene]:
    """The bare loop, from which hardly anything is asked."""
    async with discord_server(PATIENT) as discord:
        channels = _furnished(discord, rooms)
        try:
            async with loop("tests.bench.bare_discord", discord.token, discord.url, ai) as (_, said):
                yield Scene(discord, channels, Path(), said)
        finally:
            discord.broken.clear()


def _furnished(discord: Discord, rooms: int) -> list[Channel]:
    return [discord.room(f"room-{number}") for number in range(rooms)]


async def discord_latency(at_once: Mapping[int, int] = AT_ONCE) -> list[Row]:
    """From a message on Discord to the request at the AI service."""
    async with process(tokens=TOKENS, rate=20) as ai:
        here, there = await _latencies(ours, ai, at_once), await _latencies(bare, ai, at_once)
    rows = []
    for count in at_once:
        bound = Bound(10, "p50") if count == 1 else Bound(100, "p95")
        least = milliseconds(there[count])[bound.of]
        name = f"Discord: event in → provider request out, {count} channel{'s' * (count > 1)} at once"
        rows.append(Row(name, milliseconds(here[count]), "ms", bound, least))
    return rows


async def _latencies(opens: Opens, ai: str, at_once: Mapping[int, int]) -> Mapping[int, list[float]]:
    """Seconds, by how many spoke at once; each in a channel of its own."""
    rooms = sum(count * times for count, times in at_once.items()) + 1
    found: dict[int, list[float]] = {count: [] for count in at_once}
    fresh = iter(range(rooms))
    async with opens(ai, rooms) as scene:
        await _round(scene, [next(fresh)])
        for count, times in at_once.items():
            for _ in range(times):
                found[count] += await _round(scene, [next(fresh) for _ in range(count)])
    return found


async def _round(scene: Scene, rooms: Sequence[int]) -> list[float]:
    """A message in each of these channels at once; back when all are answered."""
    told = await scene.flood([(room, "How are you?") for room in rooms])
    await scene.answered(rooms)
    return [float(scene.answer(room).split()[0]) - at for room, at in zip(rooms, told, strict=True)]


async def discord_burst(messages: int = 1000, rooms: int = 200, seconds: float = 1.0) -> list[Row]:
    """Messages that come in evenly within a second: when all are stored, and whether in order. The bare loop
    only hears them."""
    texts = [(number % rooms, f"number {number}") for number in range(messages)]
    async with process(tokens=20, rate=20) as ai:
        async with ours(ai, rooms) as scene:
            told = await scene.flood(texts, seconds)
            stored = await _stored(scene.folder, messages) - told[0]
            in_order = _in_order(scene.folder, messages, rooms)
        async with bare(ai, rooms) as scene:
            assert scene.heard
            told = await scene.flood(texts, seconds)
            for _ in range(messages):
                await scene.heard.readline()
            heard = time.monotonic() - told[0]
    name = f"Discord: {messages:,} messages in a second over {rooms} channels"
    return [
        Row(f"{name}: all stored", {"": stored}, "s", Bound(2.0), heard),
        Row(f"{name}: channels in order", {"": in_order}, "", Bound(rooms, least=True)),
    ]


async def _stored(folder: Path, messages: int) -> float:
    """When the last of them was there to be read."""
    with closing(_reader(folder)) as raw:
        while raw.execute("SELECT count(*) FROM messages WHERE role = 'user'").fetchone()[0] < messages:
            await asyncio.sleep(0.01)
    return time.monotonic()


def _in_order(folder: Path, messages: int, rooms: int) -> int:
    """How many channels have all their messages, in the order in which they came."""
    with closing(_reader(folder)) as raw:
        said = raw.execute("SELECT room_id, text FROM messages WHERE role = 'user' ORDER BY id").fetchall()
    found: dict[int, list[str]] = {}
    for room, text in said:
        found.setdefault(room, []).append(text)
    wanted = [[f"number {each}" for each in range(room, messages, rooms)] for room in range(rooms)]
    return sum(texts in wanted for texts in found.values())


def _reader(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{folder / 'parley.db'}?mode=ro", uri=True)


async def discord_commands(
    commands: int = 300, streams: int = 150, seconds: float = 5.0, rate: float = 10
) -> list[Row]:
    """How soon `/chat` is acknowledged while answers are written in those channels. Parley has stored it by
    then, the bare loop nothing."""
    tokens = round(rate * (seconds + 15))
    async with process(tokens, rate) as ai, ours(ai, streams) as scene:
        times = await _commanded(scene, ai, commands, streams, seconds)
        answered = sum(bool(one.answered) for one in scene.discord.core.interactions.all)
        broken = len(scene.discord.broken)
        scene.discord.broken.clear()
    async with process(tokens, rate) as ai, bare(ai, streams) as scene:
        least = await _commanded(scene, ai, commands, streams, seconds)
    name = f"Discord: {commands} slash commands in {seconds:g} s beside {streams} streams"
    figures = milliseconds(times) | {"slowest": max(times) * 1000}
    return [
        Row(f"{name}: acknowledged after", figures, "ms", Bound(1500, "slowest"), max(least) * 1000),
        Row(f"{name}: acknowledged", {"": answered}, "", Bound(commands, least=True)),
        Row(f"{name}: limits and clocks broken", {"": broken}, "", Bound(0)),
    ]


async def _commanded(scene: Scene, ai: str, commands: int, streams: int, seconds: float) -> list[float]:
    """Seconds until each was acknowledged, or Discord's clock ran out."""
    await scene.flood([(number, "How are you?") for number in range(streams)])
    async with httpx.AsyncClient() as http:
        while len((await http.get(f"{ai}/transcript")).json()) < streams:
            await asyncio.sleep(0.1)
    began = time.monotonic()

    async def gives(number: int) -> float:
        await asyncio.sleep(max(0.0, began + number * seconds / commands - time.monotonic()))
        at = time.monotonic()
        await scene.discord.member("bo").runs("/chat", room=f"room-{number % streams}", message="And you?")
        return time.monotonic() - at

    return await asyncio.gather(*(gives(number) for number in range(commands)))
