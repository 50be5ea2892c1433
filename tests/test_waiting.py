"""Whoever waits long knows how long."""

import asyncio
from pathlib import Path

import pytest

from tests.rig import ANN, ROOM, rig


async def test_whoever_waits_long_is_told_their_place_where_the_answer_will_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.conversation.queues.waiting.LONG", 0.01)
    async with rig(tmp_path) as parley:
        gate = asyncio.Event()
        parley.one.says("first", gate=gate)
        runs = [await parley.say(f"question {number}") for number in range(3)]
        await parley.glass.shows("*One answer comes before yours.*")
        await parley.glass.shows("*2 answers come before yours.*")
        gate.set()
        answers = [await parley.answer(run) for run in runs]

        assert answers == ["first", "answer 2", "answer 3"]
        assert sorted(parley.glass.texts()) == sorted(answers)


async def test_a_place_in_line_that_is_given_up_leaves_the_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.conversation.queues.waiting.LONG", 0.01)
    async with rig(tmp_path) as parley:
        gate = asyncio.Event()
        parley.one.says("first", gate=gate)
        first, second = await parley.say("one"), await parley.say("two")
        await parley.glass.shows("before yours")
        await parley.conversation.cancel(second, ANN, ROOM)

        assert not any("before yours" in text for text in parley.glass.texts())
        gate.set()
        assert await parley.answer(first) == "first"
