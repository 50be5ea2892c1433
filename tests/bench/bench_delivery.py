"""What delivery costs by itself: splitting, and a thousand answers into a platform that takes everything."""

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime

from bot.clock import SystemClock
from bot.delivery import Deliveries, Open, pieces
from bot.messages import Address, ChannelKey, Limits, Person, Post
from bot.records import Slot
from tests.bench.figures import Bound, Row, milliseconds
from tests.bench.service import lags
from tests.plain_outlet import PlainOutlet

WEB = Limits(text=2000, interval=0.2, per_second=1000)
WORDS = "The quick brown fox jumps over the lazy dog. It does so every day, and nobody minds.\n\n"
CODE = "Look:\n\n```python\n" + "    total = total + value  # adds it up\n" * 20 + "```\n\n"


class Nowhere(PlainOutlet):
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

    async def posted(self, slot: Slot, post_id: str, *, intend: int | None = None) -> Slot | None:
        return None if intend is None else Slot(slot.id + 1, intend)

    async def intend(self, run_id: int, seq: int) -> Slot:
        return Slot(run_id, seq)

    async def delivered(self, run_id: int, removed: Sequence[Slot] = ()) -> None:
        return

    async def renamed(self, key: ChannelKey, title: str, by: Person, *, at: datetime) -> None:
        return

    async def park(self, key: ChannelKey, run_id: int, until: datetime, removed: Sequence[Slot] = ()) -> None:
        return

    async def refused(self, run_id: int, why: str) -> None:
        return


async def split(length: int = 100_000, rounds: int = 5) -> list[Row]:
    """Time to split a long text."""
    texts = {"prose": WORDS, "code": CODE, "emoji": "👍🏽 ", "no blanks": "x"}
    return [
        Row(f"split {length:,} characters, {name}", {"": _splitting((part * length)[:length], rounds)}, "ms")
        for name, part in texts.items()
    ]


def _splitting(text: str, rounds: int) -> float:
    """Milliseconds of one split."""
    began = time.perf_counter()
    for _ in range(rounds):
        pieces(text, 2000)
    return (time.perf_counter() - began) * 1000 / rounds


async def pump(answers: int = 1000, seconds: float = 5.0, per_second: int = 10) -> list[Row]:
    """Answers at once, each token a `show`: CPU, loop lag, first visible text, time of one `show`."""
    outlet = Nowhere(WEB)
    deliveries = Deliveries({"web": outlet}, outlet, Open(), SystemClock())
    shows: list[float] = []
    began_at: dict[str, float] = {}
    cpu, began = time.process_time(), time.perf_counter()
    async with lags() as late, asyncio.TaskGroup() as group:
        for run in range(answers):
            group.create_task(
                _answer(deliveries, run, int(seconds * per_second), 1 / per_second, shows, began_at)
            )
    spent, wall = time.process_time() - cpu, time.perf_counter() - began
    first = [outlet.first[key] - at for key, at in began_at.items()]
    name = f"delivery alone, {answers:,} answers × {per_second} tokens/s"
    return [
        Row(f"{name}: CPU", {"": spent / wall}, "s/s"),
        Row(f"{name}: requests", {"": outlet.requests / wall}, "/s", Bound(1000)),
        Row(f"{name}: event loop lag", milliseconds(late.all, 50, 99), "ms", Bound(100, "p99")),
        Row(f"{name}: first token → first post", milliseconds(first), "ms", Bound(50, "p95")),
        Row("one show()", {k: 1000 * v for k, v in milliseconds(shows, 50, 99).items()}, "µs"),
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
