"""Many answers at once: what a thousand streams cost one process, in CPU, lag and memory."""

import asyncio
import os
import resource
import tempfile
import time
from pathlib import Path

import aiohttp

from tests.bench.figures import Bound, Row, milliseconds
from tests.bench.service import Service, lags, room, service
from tests.wire.server import process


async def streams(count: int = 1000, rate: float = 10, seconds: float = 20, ramp: float = 10) -> list[Row]:
    """So many answers at `rate` tokens a second each, stored and shown, begun evenly within `ramp` seconds;
    then only read, by aiohttp alone."""
    with tempfile.TemporaryDirectory() as folder:
        async with process(tokens=round(rate * seconds), rate=rate) as url:
            async with service(Path(folder), url) as parley, lags() as late:
                cpu, began = time.process_time(), time.monotonic()
                runs = await _spread(parley, count, ramp)
                await parley.quiet()
                spent, wall = time.process_time() - cpu, time.monotonic() - began
                completed = await parley.complete(runs)
                back = [at - float(text.split()[0]) for at, text in parley.outlet.first.values()]
            memory = _memory()
            bare_cpu, bare_late = await _bare(url, count, ramp)
    name = f"{count:,} streams × {rate:g} tokens/s"
    return [
        Row(f"{name}: completed", {"": completed}, "", Bound(count, least=True)),
        Row(
            f"{name}: event loop lag", milliseconds(late.all, 50, 95, 99), "ms", Bound(100, "p99"), bare_late
        ),
        Row(
            f"{name}: the same, waits for a core left out",
            milliseconds(late.own, 50, 95, 99),
            "ms",
            Bound(100, "p99"),
        ),
        Row(f"{name}: CPU", {"": spent / wall}, "s/s", None, bare_cpu),
        Row(f"{name}: memory at most", {"": memory}, "MiB"),
        Row(f"{name}: first token → first visible text", milliseconds(back), "ms"),
    ]


async def _spread(parley: Service, count: int, ramp: float) -> list[int]:
    """A message in each of so many rooms, evenly within `ramp` seconds."""

    async def later(number: int) -> int:
        await asyncio.sleep(ramp * number / count)
        return await parley.say(room(number))

    return await asyncio.gather(*(later(number) for number in range(count)))


async def _bare(url: str, count: int, ramp: float) -> tuple[float, float]:
    """CPU seconds a second, and the 99th percentile of lag in milliseconds, when the bytes are only read."""
    cpu, began = time.process_time(), time.monotonic()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http, lags() as late:
        await asyncio.gather(*(_read(http, url, ramp * number / count) for number in range(count)))
    return (time.process_time() - cpu) / (time.monotonic() - began), milliseconds(late.all, 99)["p99"]


async def _read(http: aiohttp.ClientSession, url: str, wait: float) -> None:
    await asyncio.sleep(wait)
    async with http.post(f"{url}/chat/completions", json={"model": "m", "stream": True}) as answer:
        async for _ in answer.content.iter_any():
            pass


def _memory() -> float:
    """The most that this process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def burst(messages: int = 1000, rooms: int = 200, seconds: float = 1.0) -> list[Row]:
    """Messages that come in evenly within a second, while the first of them are being answered."""
    with tempfile.TemporaryDirectory() as folder:
        async with process(tokens=20, rate=20) as url, service(Path(folder), url) as parley:
            began = time.monotonic()
            done = await asyncio.gather(
                *(_stored(parley, number, rooms, seconds / messages) for number in range(messages))
            )
            stored = max(done) - began
            in_order = sum([await _in_order(parley, number, rooms, messages) for number in range(rooms)])
        syncs = _synced(Path(folder), messages)
    name = f"{messages:,} messages in a second over {rooms} rooms"
    return [
        Row(f"{name}: all stored", {"": stored}, "s", Bound(2.0), max(seconds, syncs)),
        Row(f"{name}: rooms in order", {"": in_order}, "", Bound(rooms, least=True)),
    ]


async def _stored(parley: Service, number: int, rooms: int, pause: float) -> float:
    await asyncio.sleep(number * pause)
    await parley.say(room(number % rooms), str(number))
    return time.monotonic()


async def _in_order(parley: Service, number: int, rooms: int, messages: int) -> bool:
    """Whether a room has all its messages, in the order in which they came."""
    entries = await parley.store.entries(room(number))
    said = [entry.text for entry in entries if entry.role == "user"]
    return said == [str(each) for each in range(number, messages, rooms)]


def _synced(folder: Path, messages: int) -> float:
    """Seconds that the disk needs to sync each message by itself, 1 KiB each."""
    with (folder / "bare").open("wb", buffering=0) as file:
        began = time.monotonic()
        for _ in range(messages):
            file.write(b"x" * 1024)
            os.fdatasync(file.fileno())
        return time.monotonic() - began
