"""Every command and press is acknowledged in time and once, whatever breaks, and nobody is left waiting."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot import metrics
from bot.commands import Choice, Invocation, Reply
from bot.errors import StorageError
from tests.discord_commands import QUICK, Stage, staged
from tests.platforms.discord import Discord, discord_server, fails, limited, resets
from tests.platforms.people import DIRECT

CALLBACK = "/interactions/*/*/callback"


@pytest.fixture
async def discord() -> AsyncIterator[Discord]:
    async with discord_server(QUICK) as made:
        yield made


@pytest.fixture
async def stage(discord: Discord, tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(discord, tmp_path) as made:
        yield made


def counted(outcome: str) -> float:
    labels = {"platform": "discord", "outcome": outcome}
    return metrics.REGISTRY.get_sample_value("parley_interactions_total", labels) or 0.0


class Slow:
    """Commands that wait at a gate, and may fail there."""

    def __init__(self, stage: Stage, error: Exception | None = None) -> None:
        self.gate = asyncio.Event()
        self.error = error
        self._run = stage.parley.commands.run
        stage.parley.commands.run = self.run  # type: ignore[method-assign]  # it is held up

    async def run(self, path: str, call: Invocation) -> Reply:
        await self.gate.wait()
        if self.error:
            raise self.error
        return await self._run(path, call)


async def test_what_takes_long_to_store_is_acknowledged_meanwhile(stage: Stage) -> None:
    slow = Slow(stage)
    await stage.ann.runs("/chat", message="hello")
    assert "is thinking" in stage.bo.screen()[0].text
    slow.gate.set()
    await stage.bo.sees_final("answer 1")
    assert len(stage.bo.screen()) == 1


async def test_a_change_that_takes_long_is_still_seen_by_all(stage: Stage) -> None:
    slow = Slow(stage)
    await stage.mod.runs("/persona set", text="You are a pirate.")
    assert stage.bo.screen() == []
    slow.gate.set()
    await stage.bo.sees("I follow the new persona")
    assert [one.private for one in stage.mod.screen()] == [False]


@pytest.mark.parametrize(
    ("error", "told"),
    [(StorageError("disk full"), "I can't store anything"), (ZeroDivisionError("ours"), "on my side")],
)
async def test_what_fails_late_is_told_to_the_person_alone(stage: Stage, error: Exception, told: str) -> None:
    slow = Slow(stage, error)
    await stage.ann.runs("/chat", message="hello")
    slow.gate.set()
    refused = await stage.ann.sees(told)
    assert refused.private
    assert stage.bo.screen() == []
    assert "ours" not in refused.text


async def test_what_fails_at_once_is_told_to_the_person_alone(stage: Stage) -> None:
    Slow(stage, StorageError("disk full")).gate.set()
    await stage.ann.runs("/chat", message="hello")
    refused = await stage.ann.sees("I can't store anything")
    assert refused.private
    assert stage.bo.screen() == []


async def test_an_acknowledgement_whose_result_is_lost_counts_as_one(stage: Stage) -> None:
    before = counted("again")
    stage.discord.will("POST", CALLBACK, resets(after=True))
    await stage.ann.runs("/chat", message="hello")
    await stage.bo.sees_final("answer 1")
    assert len(stage.bo.screen()) == 1
    assert counted("again") == before + 1


async def test_what_was_acknowledged_too_late_is_answered_in_the_channel(stage: Stage) -> None:
    before = counted("late")
    stage.discord.will("POST", CALLBACK, fails(404, 10062))
    asking = asyncio.create_task(stage.ann.runs("/chat", message="hello"))
    answer = await stage.bo.sees_final("answer 1")
    await asking
    assert not answer.private
    assert counted("late") == before + 1
    assert stage.discord.broken.pop() == "interaction: /chat was not acknowledged within 3 s"


async def test_a_private_answer_whose_interaction_is_lost_never_comes_into_the_channel(stage: Stage) -> None:
    stage.discord.will("POST", CALLBACK, fails(404, 10062))
    asking = asyncio.create_task(stage.ann.runs("/chat", message="hello", private=True))
    await stage.ann.sees("answer 1", room=DIRECT)
    await asking
    assert stage.bo.screen() == []
    stage.discord.broken.clear()


@pytest.mark.parametrize(
    "fault", [fails(500), fails(502), limited(0.05), limited(0.05, scope="shared"), resets()]
)
async def test_a_passing_fault_of_an_acknowledgement_passes(stage: Stage, fault: Any) -> None:
    stage.discord.will("POST", CALLBACK, fault)
    await stage.ann.runs("/chat", message="hello")
    await stage.ann.sees_final("answer 1")
    stage.discord.will("POST", CALLBACK, fault)
    await stage.ann.runs("/persona show")
    await stage.ann.sees("just Parley")


async def test_a_reply_that_automod_blocks_is_said_to_be(stage: Stage) -> None:
    slow = Slow(stage)
    stage.discord.will("PATCH", "/webhooks/*", fails(400, 200000))
    await stage.ann.runs("/persona show")
    slow.gate.set()
    told = await stage.ann.sees("AutoMod")
    assert told.private

    stage.discord.will("POST", CALLBACK, fails(400, 200000))
    await stage.mod.runs("/persona set", text="You swear.")
    await stage.mod.sees("AutoMod")
    assert stage.discord.unanswered() == []


async def test_the_same_command_told_twice_is_done_once(stage: Stage) -> None:
    await stage.ann.runs("/chat", message="hello")
    await stage.ann.sees_final("answer 1")
    stage.discord.gateway.repeats = 50
    stage.discord.gateway.drop()
    await stage.discord.gateway.resumed()
    await stage.ann.runs("/chat", message="hello again")
    await stage.ann.sees_final("answer 2")
    assert len(stage.model.asked) == 2
    assert len(stage.discord.transcript.of("POST", CALLBACK)) == 2


async def test_nothing_is_completed_when_finding_fails(stage: Stage) -> None:
    async def out(*_: object) -> Sequence[Choice]:
        raise StorageError("disk full")

    stage.parley.commands.complete = out  # type: ignore[method-assign,assignment]  # it is out
    assert await stage.ann.completes("/chat", "model", "on") == []
    assert stage.discord.unanswered() == []


async def test_nothing_is_completed_when_finding_takes_too_long(stage: Stage) -> None:
    async def endless(*_: object) -> Sequence[Choice]:
        await asyncio.Event().wait()
        return ()

    stage.parley.commands.complete = endless  # type: ignore[method-assign,assignment]  # it never ends
    assert await stage.ann.completes("/chat", "model", "on") == []
    assert stage.discord.unanswered() == []
