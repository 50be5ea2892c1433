"""What delivery costs by itself: splitting, and a thousand answers into a platform that takes everything.

`python -m tests.bench.bench_delivery` prints it.
"""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.delivery import Deliveries, Open, pieces
from bot.messages import Address, ChannelKey, Limits, Post
from bot.records import Slot

Row = tuple[str, str, str]
WEB = Limits(text=2000, interval=0.2, per_second=1000)
WORDS = "The quick brown fox jumps over the lazy dog. It does so every day, and nobody minds.\n\n"
CODE = "Look:\n\n```python\n" + "    total = total + value  # adds it up\n" * 20 + "```\n\n"


class Wall:
    """The real time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Nowhere:
    """An outlet and a ledger that take everything and do nothing."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.requests = 0
        self.first: dict[str, float] = {}

    async def post(self, to: Address, post: Post, *, nonce: str) -> str:
        self.requests += 1
        self.first.setdefault(str(to.key), time.perf_counter())
        return nonce

    async def edit(self, to: Address, post_id: str, post: Post) -> None:
        self.requests += 1

    async def remove(self, to: Address, post_id: str) -> None:
        self.requests += 1

    async def typing(self, to: Address) -> None:
        return

    async def posted(self, slot: Slot, post_id: str, *, intend: int | None = None) -> Slot | None:
        return None if intend is None else Slot(slot.id + 1, intend)

    async def intend(self, run_id: int, seq: int) -> Slot:
        return Slot(run_id, seq)

    async def delivered(self, run_id: int, removed: Sequence[Slot] = ()) -> None:
        return

    async def park(self, key: ChannelKey, run_id: int, until: datetime, removed: Sequence[Slot] = ()) -> None:
        return

    async def refused(self, run_id: int, why: str) -> None:
        return


def split_rows() -> list[Row]:
    """Time to split 100,000 characters."""
    rows = []
    for name, part in (("prose", WORDS), ("code", CODE), ("emoji", "👍🏽 "), ("no blanks", "x")):
        text = (part * (100_000 // len(part) + 1))[:100_000]
        began = time.perf_counter()
        for _ in range(5):
            pieces(text, 2000)
        rows.append(
            (f"split 100,000 characters, {name}", f"{(time.perf_counter() - began) * 200:.1f} ms", "–")
        )
    return rows


async def stream_rows(answers: int = 1000, seconds: float = 5.0, per_second: int = 10) -> list[Row]:
    """Answers at once, each token a `show`: CPU, loop lag, first visible text, time of one `show`."""
    outlet = Nowhere(WEB)
    deliveries = Deliveries({"web": outlet}, outlet, Open(), Wall())
    lags: list[float] = []
    shows: list[float] = []
    began_at: dict[str, float] = {}
    watching = asyncio.create_task(_watch(lags))
    cpu, began = time.process_time(), time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for run in range(answers):
            group.create_task(
                _answer(deliveries, run, int(seconds * per_second), 1 / per_second, shows, began_at)
            )
    spent, wall = time.process_time() - cpu, time.perf_counter() - began
    watching.cancel()
    first = [outlet.first[key] - at for key, at in began_at.items()]
    return [
        (f"{answers} answers × {per_second} tokens/s: CPU", f"{spent / wall:.2f} of a core", "–"),
        ("requests", f"{outlet.requests / wall:.0f}/s", "≤ 1,000/s"),
        ("event loop lag p99", f"{_at(lags, 0.99) * 1e3:.1f} ms", "≤ 100 ms"),
        ("first token → first post p95", f"{_at(first, 0.95) * 1e3:.1f} ms", "≤ 50 ms"),
        ("one show() p50, p99", f"{_at(shows, 0.5) * 1e6:.2f} µs, {_at(shows, 0.99) * 1e6:.2f} µs", "–"),
    ]


async def _answer(
    deliveries: Deliveries,
    run: int,
    tokens: int,
    pause: float,
    shows: list[float],
    began_at: dict[str, float],
) -> None:
    """One answer, begun somewhere within the first two seconds."""
    to = Address(ChannelKey("web", "bot", "", f"room{run}"))
    await asyncio.sleep(run % 100 / 50)
    answer = deliveries.open(run, to, [Slot(run, 0)])
    text = ""
    began_at[str(to.key)] = time.perf_counter()
    for _ in range(tokens):
        text += "token "
        began = time.perf_counter()
        answer.show(text)
        shows.append(time.perf_counter() - began)
        await asyncio.sleep(pause)
    await answer.finish(text)


async def _watch(lags: list[float]) -> None:
    """How late a sleeper is woken."""
    while True:
        due = time.perf_counter() + 0.01
        await asyncio.sleep(0.01)
        lags.append(time.perf_counter() - due)


def _at(values: list[float], share: float) -> float:
    return sorted(values)[int((len(values) - 1) * share)]


async def table() -> list[Row]:
    """All of it."""
    return split_rows() + await stream_rows()


def main() -> None:
    """Print it."""
    for what, figure, bound in asyncio.run(table()):
        print(f"| {what:<62} | {figure:>18} | {bound:<12} |")


if __name__ == "__main__":
    main()
