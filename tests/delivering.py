"""A world to deliver in: a platform, a ledger and what brings answers from one to the other."""

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.delivery import Answer, Deliveries, Open
from bot.messages import (
    Action,
    Actor,
    Address,
    ChannelKey,
    Limits,
    Person,
    PictureRef,
    RunOptions,
    Verb,
)
from bot.records import Pending, Run, Slot
from bot.runs import RunKind, RunStatus
from tests.clock import VirtualClock
from tests.fake_platform import FakeLedger, FakePlatform

LIMITS = Limits(text=100, interval=1.0, per_second=50, pictures=2)
STOP = (Action(Verb.STOP, 1),)
AGAIN = (Action(Verb.REGENERATE, 1),)
PICTURES = tuple(PictureRef(name * 64, "image/png", 1, 1) for name in "abc")


def address(channel: str = "general") -> Address:
    return Address(ChannelKey("fake", "bot", "", channel))


HERE, THERE = address(), address("other")


class World:
    """A platform, a ledger and what brings answers from one to the other."""

    def __init__(self, limits: Limits = LIMITS, screens: Open | None = None) -> None:
        self.log: list[str] = []
        self.clock = VirtualClock()
        self.platform = FakePlatform(self.clock, limits, self.log)
        self.ledger = FakeLedger(self.log)
        self.screens = screens or Open()
        self.restart()

    def restart(self) -> None:
        """A new process: it knows what the ledger knows."""
        self.deliveries = Deliveries({"fake": self.platform}, self.ledger, self.screens, self.clock)

    def open(self, run_id: int = 1, to: Address = HERE, slots: Sequence[Slot] = ()) -> Answer:
        return self.deliveries.open(run_id, to, slots or [self.ledger.slot()], actions=STOP)

    async def finish(self, answer: Answer, text: str, *pictures: PictureRef) -> None:
        await self.clock.until(answer.finish(text, pictures=pictures, actions=AGAIN))

    async def deliver(self, *pending: Pending) -> None:
        await self.clock.until(self.deliveries.deliver(pending, lambda _: AGAIN))

    def pending(
        self, text: str, run_id: int = 1, to: Address = HERE, slots: Sequence[Slot] | None = None
    ) -> Pending:
        known = self.ledger.slots.values() if slots is None else slots
        now, who = datetime(2026, 1, 1, tzinfo=UTC), Actor(Person("fake:ann", "Ann"))
        run = Run(run_id, to.key, RunKind.CHAT, RunStatus.COMPLETED, who, to, RunOptions(), 1, 2, 1, now)
        return Pending(run, text, "", (), tuple(sorted(known, key=lambda slot: slot.seq)))


async def stream(world: World, answer: Answer, text: str, *, seconds: float = 0.1, size: int = 5) -> None:
    """Write a text as a model does."""
    for end in range(size, len(text) + size, size):
        answer.show(text[:end])
        await world.clock.advance(seconds)


LONG = "The quick brown fox jumps over the lazy dog. " * 8
