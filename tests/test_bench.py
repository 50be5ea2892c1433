"""With tiny numbers each measure gives its rows, and what it counts is right. Times are not judged."""

from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from tests.bench import programs
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
from tests.bench.figures import Bound, Row, medians, milliseconds, printed
from tests.bench.measures import MEASURES

TINY: dict[str, Callable[[], Awaitable[list[Row]]]] = {
    "turns": partial(turns, idle=2, at_once=3, rounds=1, exchanges=5),
    "commits": commits,
    "streams": partial(streams, count=3, rate=20, seconds=0.2, ramp=0.1),
    "burst": partial(burst, messages=6, rooms=2, seconds=0.05),
    "program": partial(program, starts=1, turns=2),
    "history": partial(history, rows=200, rooms=2, looks=4),
    "at_once": partial(at_once, rooms=3, rounds=2),
    "events": partial(events, count=1000),
    "providers": partial(providers, count=50),
    "split": partial(split, length=5000, rounds=1),
    "pump": partial(pump, answers=3, seconds=0.3),
    "discord_latency": partial(discord_latency, {1: 2, 2: 1}),
    "discord_burst": partial(discord_burst, messages=6, rooms=2, seconds=0.05),
    "discord_commands": partial(discord_commands, commands=4, streams=2, seconds=0.2),
    "telegram_latency": partial(telegram_latency, {1: 2, 2: 1}, groups=2),
    "telegram_backlog": partial(telegram_backlog, messages=6, rooms=2),
    "telegram_commands": partial(telegram_commands, commands=2),
    "summary": partial(summary, exchanges=60),
    "recall": partial(recall, turns=300),
}
COUNTS = ("commits", "completed", "in order", "stored by then")


@pytest.fixture(autouse=True)
def forked(monkeypatch: pytest.MonkeyPatch) -> None:
    """How long programs take to load is measured elsewhere."""
    monkeypatch.setattr(programs, "FRESH", False)


@pytest.mark.parametrize("measure", [measure.__name__ for measure in MEASURES])
async def test_a_measure_gives_its_rows(measure: str) -> None:
    rows = await TINY[measure]()

    assert rows
    assert all(row.figures and all(figure >= 0 for figure in row.figures.values()) for row in rows)
    assert all(row.within for row in rows if row.what.endswith(COUNTS) or "commits" in row.what)


def test_a_row_says_whether_its_bound_is_kept() -> None:
    fast = Row("fast", {"p50": 1.0, "p95": 30.0}, "ms", Bound(20, "p50"), bare=0.5)
    few = Row("few", {"": 3}, "", Bound(4, least=True))

    assert fast.cells() == ("fast", "p50 1 / p95 30 ms", "p50 ≤ 20 ms", "2.0 × 0.50", "within")
    assert few.cells() == ("few", "3", "≥ 4", "", "OVER")
    assert printed([few]).count("\n") == 2


def test_several_runs_are_told_by_their_medians() -> None:
    runs = [[Row("it", {"p50": figure}, "ms", bare=figure * 2)] for figure in (5.0, 1.0, 9.0)]

    assert medians(runs) == [Row("it", {"p50": 5.0}, "ms", bare=10.0)]


def test_percentiles_are_of_the_whole() -> None:
    assert milliseconds([n / 1000 for n in range(100)], 50, 99) == {"p50": 50, "p99": 99}
