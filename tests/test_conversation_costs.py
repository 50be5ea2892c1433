"""What an answer costs: money, tokens and commits."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bot.messages import Price, Usage
from bot.runs import RunStatus
from bot.settings import SpendLimits
from tests.rig import ANN, BO, rig, settings_for


async def test_a_spent_budget_is_said_with_the_time_it_opens_again(tmp_path: Path) -> None:
    limits = SpendLimits(per_person_day=Decimal("0.015"), unknown_call=Decimal("0.01"))
    settings = settings_for(tmp_path, ("one",), limits)
    for account in settings.accounts.values():
        object.__setattr__(account, "free", False)
    async with rig(tmp_path, settings=settings) as parley:
        assert await parley.ask("first") == "answer 1"
        refused = await parley.ask("second")

        assert refused.startswith("Your limit for today is used up. It opens again")
        assert len(parley.one.asked) == 1
        assert await parley.ask("mine", BO) == "answer 2"


async def test_a_one_message_answer_takes_five_commits_at_most(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.ask("warm up")
        before = parley.store.commits
        gate = asyncio.Event()
        parley.one.says("Hello", " there", gate=gate)
        run = await parley.say("hello")
        await parley.glass.shows("Hello")
        gate.set()
        await parley.answer(run)

        assert parley.store.commits - before <= 5


async def test_each_further_message_of_a_streamed_answer_takes_one_commit_more(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.ask("warm up")
        before = parley.store.commits
        gate = asyncio.Event()
        parley.one.says("word " * 390, "more " * 700, gate=gate)
        run = await parley.say("tell me all")
        await parley.glass.shows("word")
        gate.set()
        await parley.answer(run)

        assert len(parley.glass.texts()) == 1 + 3
        assert parley.store.commits - before <= 5 + 2


async def test_usage_is_kept_for_every_call_and_guessed_where_the_service_tells_none(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        parley.one.says("told", usage=Usage(12, 3))
        parley.one.says("not told", usage=None)
        told = (await parley.store.run(await parley.say("a"))).run.id
        await parley.answer(told)
        guessed = await parley.say("b")
        await parley.answer(guessed)

        (call,) = (await parley.store.run(told)).calls
        assert (call.usage, call.outcome) == (Usage(12, 3), "ok")
        (call,) = (await parley.store.run(guessed)).calls
        assert call.usage.estimated
        assert call.usage.total_tokens > 0


@pytest.mark.parametrize(
    "reported",
    [Usage(10**30, 1), Usage(2**62, 2**62), Usage(-5000, 10), Usage(10, -1), Usage(0, 0)],
)
async def test_what_a_service_cannot_have_used_is_estimated_instead(tmp_path: Path, reported: Usage) -> None:
    """The answer is kept, the room goes on, and nothing is earned by a negative count."""
    async with rig(tmp_path) as parley:
        parley.one.says("A few words.", usage=reported)
        run = await parley.say("hello")
        await parley.answer(run)
        (call,) = (await parley.store.run(run)).calls

        assert call.usage.estimated
        assert 0 < call.usage.prompt_tokens < 1000
        assert await parley.ask("and now?") == "answer 2"


async def test_a_service_that_does_not_keep_to_its_cap_is_stopped(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, ["one"], SpendLimits(output_tokens=10))
    async with rig(tmp_path, settings=settings) as parley:
        parley.one.says("x" * 100, "y" * 1000, "z" * 1_000_000)
        run = await parley.say("hello")
        answer = await parley.answer(run)

        assert answer.startswith("x" * 100 + "y" * 60 + "\n\n*(the length limit")
        assert (await parley.store.run(run)).run.status is RunStatus.INCOMPLETE
        assert parley.one.closed == 1


async def test_a_call_keeps_the_price_of_its_time_and_its_pictures(tmp_path: Path) -> None:
    price = Price(Decimal("0.0000001"), Decimal("0.0000004"), Decimal("0.04"))
    settings = settings_for(tmp_path, ("one",))
    entry = replace(settings.models["one/m"], price=price, takes=frozenset({"count"}))
    async with rig(tmp_path, settings=replace(settings, models={"one/m": entry})) as parley:
        reply = await parley.command("imagine", ANN, prompt="a dot", count=2)
        assert reply.run_id is not None
        await parley.ended(reply.run_id)

        (call,) = (await parley.store.run(reply.run_id)).calls
        assert (call.price, call.pictures) == (price, 2)
        assert Decimal("0.08") <= call.cost < Decimal("0.0801")
        told = await parley.command("usage", ANN)
        assert "| pictures |" in told.text
