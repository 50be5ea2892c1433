"""One turn's way: from a message to the AI service, and from its first word to the screen."""

import asyncio
import json
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bot.http.transport import Wire
from bot.messages import ChannelKey
from bot.store import migrate
from bot.store.database.engine import open_writer
from tests.bench.figures import Bound, Row, milliseconds
from tests.bench.service import Service, room, service
from tests.bench.store_rows import WORDS, fill, key
from tests.wire.server import process

PACE = 20
"""Tokens a second: slow enough that the first is on the screen before the last comes."""
REMEMBERED = 200
"""Exchanges that a window may choose from."""


@dataclass
class Way:
    """Seconds to the AI service, and back to the screen."""

    there: list[float] = field(default_factory=list)
    back: list[float] = field(default_factory=list)


async def turns(
    idle: int = 40, at_once: int = 100, rounds: int = 5, exchanges: int = REMEMBERED
) -> list[Row]:
    """An idle room, a room with a long memory, and many rooms at once, beside bare requests."""
    with tempfile.TemporaryDirectory() as folder:
        remember(Path(folder), idle, exchanges)
        async with process(tokens=3, rate=PACE) as url, service(Path(folder), url) as parley:
            await one_by_one(parley, [room("warm")])
            alone = await one_by_one(parley, [room(n) for n in range(idle)])
            remembering = await one_by_one(parley, [key(n) for n in range(idle)])
            together = Way()
            for again in range(rounds):
                await all_at_once(parley, [room(f"{again}-{n}") for n in range(at_once)], together)
            bare, bare_together = await requests(url, idle, 1), await requests(url, rounds, at_once)
            bare_long = await requests(url, idle, 1, lines=2 * exchanges)
    shown = "first token → first visible text"
    there = "event in → provider request out"
    bare_there, bare_back = (milliseconds(times) for times in (bare.there, bare.back))
    bare_crowd = milliseconds(bare_together.there)
    return [
        Row(f"{there}, one idle room", milliseconds(alone.there), "ms", Bound(10, "p50"), bare_there["p50"]),
        Row(
            f"the same, the room remembers {exchanges} exchanges",
            milliseconds(remembering.there),
            "ms",
            Bound(10, "p50"),
            milliseconds(bare_long.there)["p50"],
        ),
        Row(
            f"the same, {at_once} rooms at once",
            milliseconds(together.there),
            "ms",
            Bound(100, "p95"),
            bare_crowd["p95"],
        ),
        Row(f"{shown}, one idle room", milliseconds(alone.back), "ms", Bound(50, "p95"), bare_back["p95"]),
        Row(
            f"the same, {at_once} rooms at once",
            milliseconds(together.back),
            "ms",
            Bound(50, "p95"),
            milliseconds(bare_together.back)["p95"],
        ),
    ]


def remember(folder: Path, rooms: int, exchanges: int) -> None:
    """Rooms with as many exchanges as a window may choose from."""
    migrate(folder)
    with closing(open_writer(folder / "parley.db")) as raw:
        fill(raw, rooms, 2 * exchanges * rooms)


async def one_by_one(parley: Service, rooms: list[ChannelKey]) -> Way:
    """A message in one room after another, each when all is quiet."""
    way = Way()
    for each in rooms:
        await all_at_once(parley, [each], way)
    return way


async def all_at_once(parley: Service, rooms: list[ChannelKey], way: Way) -> None:
    """A message in every room in the same moment; wait until all have their answers."""
    began = time.monotonic()
    runs = await asyncio.gather(*(parley.say(each) for each in rooms))
    await parley.quiet()
    assert await parley.complete(runs) == len(rooms)
    for each in rooms:
        sent = parley.sent(each)
        way.there.append(sent - began)
        way.back.append(parley.outlet.first[each][0] - sent)


async def requests(url: str, rounds: int, at_once: int, lines: int = 1) -> Way:
    """httpx alone, over our transport: ask, and read to the end; nothing is stored or shown."""
    said = [{"role": "user", "content": "How are you?" if lines == 1 else WORDS}] * lines
    way = Way()
    async with httpx.AsyncClient(base_url=url, transport=Wire(connect=10.0)) as http:
        await _request(http, time.monotonic(), Way(), said)
        for _ in range(rounds):
            began = time.monotonic()
            await asyncio.gather(*(_request(http, began, way, said) for _ in range(at_once)))
    return way


async def _request(http: httpx.AsyncClient, began: float, way: Way, messages: list[dict[str, str]]) -> None:
    asked = {"model": "m", "stream": True, "messages": messages}
    async with http.stream("POST", "chat/completions", json=asked) as answer:
        lines = (line async for line in answer.aiter_lines() if line)
        first = await anext(lines)
        seen = time.monotonic()
        async for _ in lines:
            pass
    sent = float(json.loads(first.removeprefix("data: "))["choices"][0]["delta"]["content"])
    way.there.append(sent - began)
    way.back.append(seen - sent)


async def commits() -> list[Row]:
    """How often a turn is made durable: once for everything that may not be lost before the next step."""
    return [
        Row("commits of a turn, one message", {"": await _commits(tokens=3)}, "", Bound(5)),
        Row("commits of a turn, three messages", {"": await _commits(tokens=350)}, "", Bound(7)),
    ]


async def _commits(tokens: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        async with process(tokens=tokens, rate=0) as url, service(Path(folder), url) as parley:
            await one_by_one(parley, [room("warm")])  # what a start tidies up is no part of a turn
            before = parley.store.commits
            run = await parley.say(room("one"))
            await parley.quiet()
            assert await parley.complete([run])
            return parley.store.commits - before
