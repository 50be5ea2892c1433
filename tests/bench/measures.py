"""Every measure there is, and how they are run."""

import asyncio
import multiprocessing
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor

from bot.__main__ import _loop
from bot.collector import calm
from tests.bench.bench_delivery import pump, split
from tests.bench.bench_discord import discord_burst, discord_commands, discord_latency
from tests.bench.bench_events import events
from tests.bench.bench_memory import summary
from tests.bench.bench_process import program
from tests.bench.bench_providers import providers
from tests.bench.bench_recall import recall
from tests.bench.bench_store import at_once, history
from tests.bench.bench_streams import burst, streams
from tests.bench.bench_telegram import telegram_backlog, telegram_commands, telegram_latency
from tests.bench.bench_turns import commits, turns
from tests.bench.figures import Row, medians

MEASURES: tuple[Callable[[], Awaitable[list[Row]]], ...] = (
    turns,
    commits,
    streams,
    burst,
    program,
    history,
    at_once,
    events,
    providers,
    split,
    pump,
    discord_latency,
    discord_burst,
    discord_commands,
    telegram_latency,
    telegram_backlog,
    telegram_commands,
    summary,
    recall,
)


def rows(name: str) -> list[Row]:
    """One measure, on the event loop and with the collector that Parley runs on."""
    measure = next(measure for measure in MEASURES if measure.__name__ == name)

    async def measured() -> list[Row]:
        return await measure()

    calm()
    with asyncio.Runner(loop_factory=_loop()) as runner:
        return runner.run(measured())


def table(names: Sequence[str], times: int) -> list[Row]:
    """Every measure so many times, each in a fresh process: nothing that one leaves behind slows another."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=fresh, max_tasks_per_child=1) as processes:
        return [
            row
            for name in names
            for row in medians([processes.submit(rows, name).result() for _ in range(times)])
        ]
