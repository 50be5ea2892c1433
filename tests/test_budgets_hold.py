"""Nobody spends more than there is: not at once, not by giving up, not by setting a clock."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from bot.errors import BudgetSpent
from bot.governance.budgets import check
from bot.messages import Actor, Address, ChannelKey, Incoming, Person
from bot.records import Context, Order, Outcome, Purse, Reservation, Settlement, Span, Spending, Used
from bot.runs import RunKind, RunStatus
from bot.settings import SpendLimits
from bot.store import SqliteStore, open_store
from bot.store.recent import Recent
from tests.contracts.talk import AT, COMPLETED, HERE, room

CENT: Final = Decimal("0.01")
DAY: Final = timedelta(days=1)


@dataclass(slots=True)
class Ticking:
    """A clock that only the test moves, and never back."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@dataclass(slots=True)
class Paying:
    """A plan that reserves a cent, if the limits allow that."""

    limits: SpendLimits
    cost: Decimal = CENT
    seen: Spending = field(default_factory=Spending)

    def __call__(self, context: Context, spending: Spending) -> tuple[Reservation, None]:
        self.seen = spending
        check(spending, self.cost, self.limits, AT, request=True)
        return Reservation("a/b", self.cost, request=True), None


def checked(plan: Paying, context: Context, spending: Spending) -> tuple[Reservation, None]:
    """The same, on a clock that was set back."""
    check(spending, plan.cost, plan.limits, AT - DAY * 2, request=True)
    return Reservation("a/b", plan.cost), None


@asynccontextmanager
async def opened(folder: Path, ticking: Ticking | None = None) -> AsyncIterator[SqliteStore]:
    store = await open_store(folder, monotonic=ticking or Ticking())
    try:
        yield store
    finally:
        await store.close()


async def asked(store: SqliteStore, key: ChannelKey = HERE, who: str = "web:ann") -> int:
    said = Incoming(Actor(Person(who, "Ann")), "hello", Address(key))
    return (await store.accept(said, Order(RunKind.IMAGINE), at=AT, queue=5000)).run_id


async def begun(store: SqliteStore, run_id: int, plan: Paying, at: datetime = AT) -> int:
    """The call's id; 0: there was no money for it."""
    try:
        started = await store.start(run_id, plan, at=at)
    except BudgetSpent:
        return 0
    assert started is not None
    return started.call_id


async def turn(store: SqliteStore, run_id: int, number: int, limits: SpendLimits) -> None:
    """A whole one: every third asks another service when the first is busy, every third is given up."""
    if not (call := await begun(store, run_id, Paying(limits))):
        return
    settled = Settlement(call, ("ok", "busy", "cancelled")[number % 3], cost=CENT / (1 + number % 2))
    if number % 3 == 1:
        allow = partial(check, reservation=CENT, limits=limits, now=AT)
        with suppress(BudgetSpent):
            again = await store.reserve(run_id, Reservation("c/d", CENT), settled, at=AT, allow=allow)
            settled = Settlement(again, "ok", cost=CENT)
    if number % 3 == 2:
        await store.cancel(run_id, at=AT)
    ended = RunStatus.CANCELLED if number % 3 == 2 else COMPLETED
    await store.finish(run_id, Outcome(ended, "hi"), settled, at=AT)


def together(used: Sequence[Used]) -> Decimal:
    return sum((each.cost for each in used), Decimal(0))


async def test_a_thousand_turns_at_once_never_overspend(tmp_path: Path) -> None:
    limits = SpendLimits(per_person_day=Decimal(1), per_channel_day=Decimal("1.50"), per_all_day=Decimal(3))
    people = [f"web:{number}" for number in range(10)]
    rooms = [room(str(number)) for number in range(4)]
    async with opened(tmp_path) as store:
        runs = [await asked(store, rooms[number % 4], people[number % 10]) for number in range(1000)]
        await asyncio.gather(*(turn(store, run, number, limits) for number, run in enumerate(runs)))

        by_person = [together(await store.used_by(who, since=AT.date())) for who in people]
        by_room = [together(await store.used_in(key, since=AT.date())) for key in rooms]
        assert max(by_person) <= 1
        assert max(by_room) <= Decimal("1.50")
        assert 2 < sum(by_person) <= 3
        spent = await store.spending(rooms[0], people[0], at=AT)
        assert {spent.of(Purse.ALL, span).cost for span in Span} == {sum(by_person)}
        assert spent.of(Purse.CHANNEL).cost == by_room[0]
        assert spent.of(Purse.PERSON).cost == by_person[0]
        assert spent.of(Purse.SERVER).cost == sum(by_room)


async def test_a_hundred_questions_at_once_with_three_allowed_are_three(tmp_path: Path) -> None:
    limits = SpendLimits(requests_per_person_day=3)
    async with opened(tmp_path) as store:
        runs = [await asked(store, room(str(number % 7))) for number in range(100)]
        calls = await asyncio.gather(*(begun(store, run, Paying(limits)) for run in runs))

        assert sum(call > 0 for call in calls) == 3
        assert (await store.spending(HERE, "web:ann", at=AT)).of(Purse.PERSON).requests == 3


async def test_each_purse_is_its_own(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        for key in (HERE, room("general", thread="1"), room("other"), room("general", person="web:ann")):
            await begun(store, await asked(store, key), Paying(SpendLimits()))
        await begun(store, await asked(store, ChannelKey("discord", "1", "dm", "7")), Paying(SpendLimits()))
        await begun(store, await asked(store, HERE, "web:ben"), Paying(SpendLimits()))
        spent = await store.spending(HERE, "web:ann", at=AT)

    counts = {purse: spent.of(purse).requests for purse in Purse}
    assert counts == {
        Purse.PERSON: 5,
        Purse.CHANNEL: 3,
        Purse.SERVER: 4,
        Purse.ALL: 6,
        Purse.IN_CHANNEL: 2,
        Purse.IN_SERVER: 3,
    }


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(hours=-1), DAY * 2, -DAY * 2])
async def test_no_minute_is_refilled_by_a_clock_that_jumps(tmp_path: Path, jump: timedelta) -> None:
    limits = SpendLimits(requests_per_person_minute=2)
    ticking = Ticking()
    async with opened(tmp_path, ticking) as store:
        runs = [await asked(store) for _ in range(5)]
        assert all([await begun(store, run, Paying(limits)) for run in runs[:2]])

        assert not await begun(store, runs[2], Paying(limits), AT + jump)
        ticking.seconds += 59.9
        assert not await begun(store, runs[2], Paying(limits), AT + jump)
        ticking.seconds += 0.1
        assert await begun(store, runs[2], Paying(limits), AT + jump)


@pytest.mark.parametrize("again", [False, True], ids=["running on", "started again"])
async def test_a_clock_that_is_set_back_opens_nothing(tmp_path: Path, *, again: bool) -> None:
    limits, made = SpendLimits(per_person_day=CENT, per_person_month=CENT * 2), list[bool]()
    for days in ([0], [-1, -20, -31], [1, 0, 1, -1], [2]) if again else ([0, -1, -20, -31, 1, 0, 1, -1, 2],):
        async with opened(tmp_path) as store:
            runs = [await asked(store) for _ in days]
            made += [
                bool(await begun(store, run, Paying(limits), AT + DAY * day))
                for run, day in zip(runs, days, strict=True)
            ]

    assert made == [True, False, False, False, True, False, False, False, False]  # a month has two


async def test_who_is_refused_by_a_clock_that_was_set_back_is_told_the_right_day(tmp_path: Path) -> None:
    plan = Paying(SpendLimits(per_person_day=CENT))
    async with opened(tmp_path) as store:
        run, later = await asked(store), await asked(store)
        await begun(store, run, plan, AT)
        with pytest.raises(BudgetSpent) as told:
            await store.start(later, partial(checked, plan), at=AT - DAY * 2)

    assert told.value.opens == datetime(AT.year, AT.month, AT.day, tzinfo=UTC) + DAY


async def test_a_clock_that_was_years_ahead_shuts_for_a_day_at_most(tmp_path: Path) -> None:
    limits, ticking = SpendLimits(per_person_day=CENT), Ticking()
    async with opened(tmp_path, ticking) as store:
        runs = [await asked(store) for _ in range(6)]
        made = [bool(await begun(store, runs[0], Paying(limits), AT + DAY * 4000))]
        for run, hours in zip(runs[1:], (0, 23.9, 0.2, 0, 24), strict=True):
            ticking.seconds += hours * 3600
            made.append(bool(await begun(store, run, Paying(limits), AT)))

    assert made == [True, False, False, True, False, True]


async def test_what_is_paid_after_midnight_was_of_the_day_before(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        run = await asked(store)
        call = await begun(store, run, Paying(SpendLimits()))
        settled = Settlement(call, "ok", cost=CENT / 4)
        await store.finish(run, Outcome(COMPLETED, "hi"), settled, at=AT + DAY)

        assert (await store.spending(HERE, "web:ann", at=AT)).of(Purse.ALL).cost == CENT / 4
        assert (await store.spending(HERE, "web:ann", at=AT + DAY)).of(Purse.ALL).cost == 0


async def test_a_start_opens_no_minute(tmp_path: Path) -> None:
    limits = SpendLimits(requests_per_person_minute=1)
    now = datetime.now(UTC)
    async with opened(tmp_path) as store:
        now = datetime.now(UTC)
        assert await begun(store, await asked(store), Paying(limits), now)
    async with opened(tmp_path) as store:
        assert not await begun(store, await asked(store), Paying(limits), now)


async def test_what_a_chat_has_spent_moves_with_it(tmp_path: Path) -> None:
    old, new = (ChannelKey("telegram", "1", number, number) for number in ("-5", "-1005"))
    async with opened(tmp_path) as store:
        for key in (old, replace(old, thread="3"), new):
            await begun(store, await asked(store, key), Paying(SpendLimits()))
        await store.move(old, new)

        after = await store.spending(new, "web:ann", at=AT)
        before = await store.spending(old, "web:ann", at=AT)
        purses = (Purse.CHANNEL, Purse.SERVER, Purse.IN_CHANNEL, Purse.IN_SERVER)
        assert [after.of(purse).requests for purse in purses] == [3, 3, 3, 3]
        assert [before.of(purse).requests for purse in purses] == [0, 0, 0, 0]
        assert after.of(Purse.ALL).requests == 3


@hypothesis(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 3), st.booleans()), max_size=60))
def test_a_minute_s_sum_is_that_of_its_calls(steps: list[tuple[int, int, bool]]) -> None:
    ticking = Ticking()
    recent, made = Recent(ticking), list[tuple[float, str, int]]()
    for number, (passes, where, settled) in enumerate(steps):
        ticking.seconds += passes
        recent.add(number, (f"in/{where}", "all"), 1, Decimal(3))
        if settled:
            recent.settle(number, Decimal(1))
        made.append((ticking.seconds, f"in/{where}", 1 if settled else 3))
        late = [call for call in made if call[0] > ticking.seconds - 60]
        for scope in ("all", "in/0", "in/1", "in/2", "in/3"):
            counted = [cost for _, at, cost in late if scope in ("all", at)]
            spent = recent.spent(scope)
            assert (spent.requests, spent.cost) == (len(counted), Decimal(sum(counted)))
