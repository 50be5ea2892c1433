"""Parley on Telegram under load, beside a bare loop in the same run.

Telegram and its people are in this process; Parley, the bare loop and the AI service are in processes of
their own, and all read one clock. Every token of that service is the moment at which it was sent.
"""

import asyncio
import re
import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field

import httpx

from tests.bench.figures import Bound, Row, milliseconds
from tests.bench.programs import cpu
from tests.bench.telegram_scene import STAMP, Bot, Corner, Opens, Scene, bare, ours, scene
from tests.wire.server import process

TOKENS = 3
AT_ONCE: Mapping[int, int] = {1: 30, 20: 5, 100: 2}
"""So many chats at once, so many times."""
GROUPS = 15
REST = 0.1
"""Seconds behind the last answer, until all is put away."""
NUMBERED = re.compile(r"number (\d+)")


@dataclass
class Way:
    """Seconds to the AI service, by how many spoke at once; from its first token to the screen, for who is
    alone with the bot and for groups; and of a core, for each answer."""

    there: dict[int, list[float]] = field(default_factory=dict)
    alone: list[float] = field(default_factory=list)
    groups: list[float] = field(default_factory=list)
    cpu: float = 0.0


async def telegram_latency(at_once: Mapping[int, int] = AT_ONCE, groups: int = GROUPS) -> list[Row]:
    """From a message on Telegram to the request at the AI service, and from its first word to the screen."""
    async with process(tokens=TOKENS, rate=20) as ai:
        here, least = await _way(ours, ai, at_once, groups), await _way(bare, ai, at_once, groups)
    rows = []
    for count in at_once:
        bound = Bound(10, "p50") if count == 1 else Bound(100, "p95")
        times, beside = milliseconds(here.there[count]), milliseconds(least.there[count])
        name = f"Telegram: event in → provider request out, {count} chat{'s' * (count > 1)} at once"
        rows.append(Row(name, times, "ms", bound, beside[bound.of]))
    visible = "Telegram: first token → first visible text"
    for name, ours_, bare_ in (
        (f"{visible}, a draft", here.alone, least.alone),
        (f"{visible}, in a group", here.groups, least.groups),
    ):
        times, beside = milliseconds(ours_), milliseconds(bare_)
        rows.append(Row(name, times, "ms", Bound(50, "p95"), beside["p95"]))
    rows.append(Row("Telegram: CPU of an answer", {"": here.cpu * 1000}, "ms", bare=least.cpu * 1000))
    return rows


async def _way(opens: Opens, ai: str, at_once: Mapping[int, int], groups: int) -> Way:
    """Each speaks in a chat that nobody has spoken in before."""
    way = Way({count: [] for count in at_once})
    many = sum(count * times for count, times in at_once.items())
    async with scene(many + 1, groups) as there, opens(there, ai) as bot:
        fresh = iter(there.alone)
        await _round(there, [next(fresh)])
        used = cpu(bot.pid)
        for count, times in at_once.items():
            for _ in range(times):
                out, back = await _round(there, [next(fresh) for _ in range(count)])
                way.there[count] += out
                way.alone += back if count == 1 else []
        way.cpu = (cpu(bot.pid) - used) / many
        for corner in there.groups:
            way.groups += (await _round(there, [corner]))[1]
    return way


async def _round(there: Scene, corners: Sequence[Corner]) -> tuple[list[float], list[float]]:
    """All of them speak at once; when they are answered: the seconds to the AI service, and from there."""
    since = len(there.telegram.requests)
    told = await there.says(corners, "How are you?")
    await there.answered(corners, TOKENS)
    await asyncio.sleep(REST)
    first: dict[int, tuple[float, float]] = {}
    for chat, at, text in there.shown(since):
        first.setdefault(chat, (at, float(STAMP.findall(text)[0])))
    assert len(first) == len(corners)
    return [sent - told for _, sent in first.values()], [at - sent for at, sent in first.values()]


async def telegram_backlog(messages: int = 1000, rooms: int = 200) -> list[Row]:
    """Updates that wait when it starts: until Telegram may forget the last, which Parley has stored by then
    and the bare loop nowhere; and until all are answered. Parley speaks as fast as Telegram allows."""
    async with process(tokens=1, rate=0) as ai:
        here = await _backlog(ours, ai, messages, rooms)
    async with process(tokens=1, rate=0) as ai:
        least = await _backlog(bare, ai, messages, rooms)
    name = f"Telegram: a backlog of {messages:,} updates over {rooms} chats"
    return [
        Row(f"{name}: all taken", {"": here.taken}, "s", Bound(2.0), least.taken),
        Row(f"{name}: stored by then", {"": here.stored}, "", Bound(messages, least=True)),
        Row(f"{name}: all asked", {"": here.asked}, "s", bare=least.asked),
        Row(f"{name}: all answered", {"": here.answered}, "s", bare=least.answered),
        Row(f"{name}: chats in order", {"": here.in_order}, "", Bound(rooms, least=True), least.in_order),
        Row(f"{name}: CPU", {"": here.cpu}, "s", bare=least.cpu),
    ]


@dataclass
class Backlog:
    """Seconds since updates were asked for the first time; and what was there."""

    taken: float = 0.0
    stored: int = 0
    asked: float = 0.0
    answered: float = 0.0
    in_order: int = 0
    cpu: float = 0.0


async def _backlog(opens: Opens, ai: str, messages: int, rooms: int) -> Backlog:
    found = Backlog()
    async with scene(rooms) as there:
        for number in range(messages):
            await there.alone[number % rooms].says(f"number {number}")
        taking = asyncio.create_task(_taken(there, messages))
        async with opens(there, ai) as bot:
            began, taken = await taking
            found.taken, found.stored = taken - began, _stored(bot)
            asked = await _asked(ai, messages)
            found.asked = time.monotonic() - began
            await there.answered(there.alone, messages // rooms)
            found.answered, found.cpu = time.monotonic() - began, cpu(bot.pid)
    found.in_order = _in_order(asked, messages, rooms)
    return found


async def _taken(there: Scene, messages: int) -> tuple[float, float]:
    """When updates were asked for, and when Telegram might forget the last of them."""
    clock, updates = there.telegram.clock, there.telegram.updates
    await there.asks("getUpdates")
    began = time.monotonic()
    await clock.until(lambda: updates.confirmed >= messages)
    return began, time.monotonic()


def _stored(bot: Bot) -> int:
    """How many updates are in its inbox."""
    if bot.folder is None:
        return 0
    with closing(sqlite3.connect(f"file:{bot.folder / 'parley.db'}?mode=ro", uri=True)) as raw:
        return int(raw.execute("SELECT count(*) FROM inbox").fetchone()[0])


async def _asked(ai: str, messages: int) -> list[int]:
    """Wait until the AI service was asked about all of them: their numbers, in that order."""
    async with httpx.AsyncClient() as http:
        while len(asked := (await http.get(f"{ai}/transcript")).json()) < messages:
            await asyncio.sleep(0.2)
    return [int(NUMBERED.findall(str(one["messages"][-1]["content"]))[-1]) for one in asked]


def _in_order(asked: Sequence[int], messages: int, rooms: int) -> int:
    """In how many chats everything was asked once, in the order in which it was said."""
    found: dict[int, list[int]] = {}
    for number in asked:
        found.setdefault(number % rooms, []).append(number)
    return sum(found.get(room) == list(range(room, messages, rooms)) for room in range(rooms))


async def telegram_commands(commands: int = 50) -> list[Row]:
    """How soon `/help` is answered, each time in another chat."""
    async with process(tokens=TOKENS, rate=20) as ai:
        here, least = await _commanded(ours, ai, commands), await _commanded(bare, ai, commands)
    bare_ = milliseconds(least)["p50"]
    return [Row("Telegram: /help typed → its answer", milliseconds(here), "ms", bare=bare_)]


async def _commanded(opens: Opens, ai: str, commands: int) -> list[float]:
    """Seconds from a command to the first message that comes back."""
    times = []
    async with scene(commands + 1) as there, opens(there, ai):
        for corner in there.alone:
            began = time.monotonic()
            await corner.person.runs("/help", room=corner.room)
            messages = corner.chat.messages
            await there.telegram.clock.until(lambda: len(messages) > 1)  # noqa: B023  # waited for at once
            times.append(time.monotonic() - began)
    return times[1:]
