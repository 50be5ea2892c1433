"""Words for the store's contract: a room, a person, a question and its answer."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bot.messages import Actor, Address, ChannelKey, Incoming, Person, PictureRef, Usage
from bot.ports import Store
from bot.records import Accepted, Context, Order, Outcome, Reservation, Settlement, Spending, Started
from bot.runs import RunKind, RunStatus

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LATER = AT + timedelta(minutes=1)
ANN, BEN = Person("web:ann", "Ann"), Person("web:ben", "Ben")
PICTURE = PictureRef("ab" * 32, "image/png", 3, 2)
CONTINUE = Order(RunKind.CONTINUE)
IMAGINE = Order(RunKind.IMAGINE)
COMPLETED, FAILED, CANCELLED = RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED


def room(name: str = "general", *, thread: str = "", person: str = "") -> ChannelKey:
    return ChannelKey("web", "local", "home", name, thread, person)


HERE = room()


def said(
    text: str = "hello",
    key: ChannelKey = HERE,
    *,
    by: Person = ANN,
    event_id: str = "",
    pictures: tuple[PictureRef, ...] = (),
) -> Incoming:
    return Incoming(Actor(by), text, Address(key, reply_to="post-1"), event_id, pictures)


async def ask(
    store: Store, text: str = "hello", key: ChannelKey = HERE, *, by: Person = ANN, order: Order = Order()
) -> Accepted:
    return await store.accept(said(text, key, by=by), order, at=AT, queue=50)


@dataclass
class Plan:
    """A plan that keeps what it was shown."""

    cost: Decimal = Decimal("0.01")
    context: Context | None = None
    spending: Spending = field(default_factory=Spending)

    def __call__(self, context: Context, spending: Spending) -> tuple[Reservation, str]:
        self.context, self.spending = context, spending
        return Reservation("offline/parrot", self.cost), "the plan"


async def begin(store: Store, which: ChannelKey | int = HERE) -> Started[str]:
    started = await store.start(which, Plan(), at=AT)
    assert started is not None
    return started


async def end(store: Store, started: Started[str], text: str = "hi", **outcome: object) -> None:
    ending = Outcome(**{"status": COMPLETED, "text": text, "model": "offline/parrot", **outcome})  # type: ignore[arg-type]  # its own fields
    paid = Settlement(started.call_id, "ok", Usage(10, 5), Decimal("0.002"))
    await store.finish(started.context.run.id, ending, paid, at=LATER)


async def answer(
    store: Store, text: str = "hello", reply: str = "hi", key: ChannelKey = HERE
) -> Started[str]:
    """A whole turn: asked, begun, ended, delivered as one post."""
    await ask(store, text, key)
    started = await begin(store, key)
    await store.posted(started.slots[0], f"post-of-{started.answer_id}")
    await end(store, started, reply)
    await store.delivered(started.context.run.id)
    return started


async def texts(store: Store, key: ChannelKey = HERE) -> list[str]:
    return [entry.text for entry in await store.entries(key)]
