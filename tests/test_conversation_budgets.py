"""No way to spend more than a day's limit: not at once, not by fail-over, not through others' eyes."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from bot.errors import ProviderDown
from bot.messages import Need, Price, Usage
from bot.records import Order
from bot.runs import RunKind, RunStatus
from bot.settings import Account, ModelEntry, Settings, SpendLimits
from tests.rig import ANN, BO, PNG, ROOM, Rig, Saying, Scripted, rig, settings_for

CENT = Decimal("0.01")


def priced(folder: Path, person: str, **prices: Price) -> Settings:
    """Accounts of one model each at these prices, which stand in for one another; a person has so much."""
    settings = settings_for(folder, tuple(prices), SpendLimits(per_person_day=Decimal(person)))
    entries = {
        f"{name}/m": replace(settings.models[f"{name}/m"], price=price, takes=frozenset({"count", "seed"}))
        for name, price in prices.items()
    }
    return replace(settings, models=entries)


async def painted(parley: Rig, count: int = 1) -> int:
    options: dict[str, Any] = {"count": count} if count > 1 else {}
    reply = await parley.command("imagine", ANN, prompt="a dot", **options)
    assert reply.run_id is not None
    return reply.run_id


async def test_twenty_pictures_at_once_on_a_budget_for_three_are_three(tmp_path: Path) -> None:
    settings = priced(tmp_path, "0.03", one=Price(picture=CENT))
    async with rig(tmp_path, settings=settings) as parley:
        runs = await asyncio.gather(*(painted(parley) for _ in range(20)))
        ended = [await parley.until(run, lambda status: status.ended) for run in runs]

        assert sum(run.status is RunStatus.COMPLETED for run in ended) == 3
        assert len(parley.one.drawn) == 3
        assert {run.last_error for run in ended} == {"", "budget_spent"}


async def test_four_pictures_are_reserved_before_the_first_is_painted(tmp_path: Path) -> None:
    settings = priced(tmp_path, "0.03", one=Price(picture=CENT))
    async with rig(tmp_path, settings=settings) as parley:
        run = await parley.until(await painted(parley, 4), lambda status: status.ended)

        assert (run.status, parley.one.drawn) == (RunStatus.FAILED, [])
        assert (await parley.until(await painted(parley, 3), lambda status: status.ended)).last_error == ""


async def test_who_stands_in_is_not_paid_over_the_limit(tmp_path: Path) -> None:
    settings = priced(tmp_path, "0.05", one=Price(picture=CENT), two=Price(picture=10 * CENT))
    scripts = {"one": Scripted(refuses=True), "two": Scripted()}
    async with rig(tmp_path, settings=settings, scripts=scripts) as parley:
        run = await painted(parley)
        assert "limit" in await parley.answer(run)

        assert scripts["two"].drawn == []
        (call,) = (await parley.store.run(run)).calls
        assert (call.model, call.outcome, call.cost) == ("one/m", "refused", Decimal(0))


async def test_who_stands_in_for_words_is_not_paid_over_the_limit(tmp_path: Path) -> None:
    dear = Price(Decimal("0.001"), Decimal("0.001"))
    settings = priced(tmp_path, "0.05", one=Price(), two=dear)
    scripts = {"one": Scripted(), "two": Scripted()}
    async with rig(tmp_path, settings=settings, scripts=scripts) as parley:
        scripts["one"].sayings += [Saying(("half ",), error=ProviderDown("gone"))]
        answer = await parley.ask("hello")

        assert answer.startswith("half")
        assert scripts["two"].asked == []


def blind(folder: Path, person: str, mind: Price) -> Settings:
    """`mind` talks at this price and does not see; `eyes` looks for a cent or so."""
    look = Price(Decimal("0.00001"), Decimal("0.00001"))
    return Settings(
        data=folder,
        accounts={name: Account(name, "openai", "http://127.0.0.1:9") for name in ("mind", "eyes")},
        models={
            "mind/m": ModelEntry(vision=False, price=mind),
            "eyes/m": ModelEntry(vision=True, price=look),
        },
        routes={Need.CHAT: ("mind/m",), Need.VISION: ("eyes/m",)},
        limits=SpendLimits(per_person_day=Decimal(person)),
    )


async def shown(parley: Rig) -> int:
    ref = await parley.pictures.keep(PNG)
    return await parley.say("what is it?", order=Order(RunKind.CHAT), pictures=(ref,))


async def test_a_look_and_the_answer_from_it_are_both_paid(tmp_path: Path) -> None:
    scripts = {"mind": Scripted(), "eyes": Scripted()}
    settings = blind(tmp_path, "1", Price(Decimal("0.0001"), Decimal("0.0001")))
    async with rig(tmp_path, settings=settings, scripts=scripts) as parley:
        scripts["eyes"].says("A dot.", usage=Usage(90, 10))
        scripts["mind"].says("It is a dot.", usage=Usage(50, 50))
        run = await shown(parley)
        await parley.answer(run)

        calls = (await parley.store.run(run)).calls
        assert [(call.model, call.cost) for call in calls] == [
            ("eyes/m", Decimal("0.001")),
            ("mind/m", Decimal("0.01")),
        ]


async def test_an_answer_that_a_look_leaves_no_money_for_is_not_asked_for(tmp_path: Path) -> None:
    scripts = {"mind": Scripted(), "eyes": Scripted()}
    async with rig(tmp_path, settings=blind(tmp_path, "0.05", Price(CENT, CENT)), scripts=scripts) as parley:
        run = await shown(parley)

        assert "limit" in await parley.answer(run)
        assert scripts["mind"].asked == []
        (call,) = (await parley.store.run(run)).calls
        assert (call.model, call.outcome) == ("eyes/m", "ok")


async def test_whoever_presses_a_button_pays_for_it(tmp_path: Path) -> None:
    settings = priced(tmp_path, "0.02", one=Price(picture=CENT))
    async with rig(tmp_path, settings=settings) as parley:
        first = await painted(parley)
        await parley.ended(first)
        varied = await parley.conversation.vary(first, BO, ROOM)
        await parley.ended(varied.run_id)

        assert (await parley.conversation.budgets.usage(ROOM, ANN, days=1))[0].pictures == 1
        assert (await parley.conversation.budgets.usage(ROOM, BO, days=1))[0].cost >= CENT


async def test_a_hundred_questions_at_once_with_money_for_three_make_three_calls(tmp_path: Path) -> None:
    """In as many rooms, so that none waits for another."""
    settings = priced(tmp_path, "0.07", one=Price(CENT / 1000, CENT / 1000))
    async with rig(tmp_path, settings=settings) as parley:
        for _ in range(3):
            parley.one.says("a long answer", usage=Usage(60, 2000))
        rooms = [replace(ROOM, channel=str(number)) for number in range(100)]
        runs = await asyncio.gather(*(parley.say("hello", ANN, key) for key in rooms))
        ended = [await parley.until(run, lambda status: status.ended) for run in runs]

        assert sum(run.status is RunStatus.COMPLETED for run in ended) == len(parley.one.asked) == 3
        assert {run.last_error for run in ended} == {"", "budget_spent"}
        (used,) = await parley.conversation.budgets.usage(ROOM, ANN, days=1)
        assert used.cost <= Decimal("0.07")
