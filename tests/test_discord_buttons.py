"""Buttons under answers on Discord: what they do, for whom, and for how long."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.messages import EndReason
from tests.discord_commands import PATIENT, Stage, staged
from tests.platforms.discord import Discord, Member, discord_server
from tests.platforms.people import Shown

CHANGES = "/channels/*/messages/*"
ITS = "/webhooks/*/*/messages/@original"


@pytest.fixture
async def discord() -> AsyncIterator[Discord]:
    async with discord_server(PATIENT) as made:
        yield made


@pytest.fixture
async def stage(discord: Discord, tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(discord, tmp_path) as made:
        yield made


async def answered(who: Member, question: str = "Toss a coin.", *, private: bool = False) -> Shown:
    """Somebody asks, and has an answer."""
    await who.runs("/chat", message=question, private=private)
    return await who.sees_final("answer")


def becomes(stage: Stage, shown: Shown, custom_id: str) -> None:
    """The first button of a message is another one."""
    message = stage.discord.channel("general").messages[int(shown.id)]
    message.components[0]["components"][0]["custom_id"] = custom_id


async def test_an_answer_is_written_anew_in_its_place_through_the_press(stage: Stage) -> None:
    first = await answered(stage.ann)
    await stage.ann.presses("Regenerate", first)
    second = await stage.ann.sees_final("answer 2")
    assert second.id == first.id
    assert stage.discord.transcript.of("PATCH", CHANGES) == []
    assert stage.discord.transcript.unguarded() == []


async def test_an_answer_to_a_message_is_written_anew_too(stage: Stage) -> None:
    await stage.ann.says("Toss a coin.", mention=True)
    first = await stage.ann.sees_final("answer 1")
    await stage.ann.presses("Regenerate", first)
    second = await stage.ann.sees_final("answer 2")
    assert second.id == first.id
    assert stage.discord.transcript.of("PATCH", ITS)


async def test_an_answer_is_stopped_by_who_asked(stage: Stage) -> None:
    stage.model.says("Once upon a time", " there was an end.", gate=asyncio.Event())
    await stage.ann.runs("/chat", message="Tell me a story.")
    writing = await stage.ann.sees("Once upon a time")
    assert writing.buttons == ("Stop",)
    await stage.ann.presses("Stop", writing)
    stopped = await stage.ann.sees_final("Once upon a time")
    assert stopped.id == writing.id
    assert "there was an end" not in stopped.text


async def test_nobody_else_stops_it_and_is_told_so_alone(stage: Stage) -> None:
    gate = asyncio.Event()
    stage.model.says("Once upon a time", " there was an end.", gate=gate)
    await stage.ann.runs("/chat", message="Tell me a story.")
    await stage.bo.presses("Stop", await stage.bo.sees("Once upon a time"))
    refused = await stage.bo.sees("Only moderators can stop an answer here")
    assert refused.private
    gate.set()
    await stage.bo.sees_final("there was an end")
    assert stage.discord.transcript.of("PATCH", CHANGES) == []


async def test_an_answer_is_deleted_by_who_asked_and_by_moderators_alone(stage: Stage) -> None:
    answer = await answered(stage.ann)
    await stage.bo.presses("Delete", answer)
    await stage.bo.sees("Only moderators can delete")
    await stage.mod.presses("Delete", answer)
    await stage.ann.sees_gone(answer)
    again = await answered(stage.ann)
    await stage.ann.presses("Delete", again)
    await stage.ann.sees_gone(again)


async def test_a_moderator_who_is_none_any_more_is_refused_at_the_next_press(stage: Stage) -> None:
    answer = await answered(stage.ann)
    stage.discord.home.members[stage.mod.id].clear()
    await stage.mod.presses("Regenerate", answer)
    await stage.mod.sees("Only moderators can ask for another answer here")


async def test_an_answer_that_was_too_long_goes_on(stage: Stage) -> None:
    stage.model.says("The first half", reason=EndReason.LENGTH)
    stage.model.says(" and the second.")
    await stage.ann.runs("/chat", message="Tell me all.")
    half = await stage.ann.sees_final("The first half")
    assert "Continue" in half.buttons
    await stage.ann.presses("Continue", half)
    whole = await stage.ann.sees_final("The first half and the second.")
    assert whole.id == half.id


async def test_a_picture_is_painted_again_beside_the_first(stage: Stage) -> None:
    await stage.ann.runs("/imagine", prompt="a fjord")
    first = await stage.ann.sees_final("a fjord")
    assert len(first.pictures) == 1
    assert first.buttons[:2] == ("Again", "Vary")
    await stage.ann.presses("Vary", first)
    while len(stage.ann.screen()) < 2 or not stage.ann.screen()[1].final:
        await asyncio.sleep(0.001)
    assert len(stage.model.drawn) == 2


async def test_a_private_answers_buttons_are_its_persons(stage: Stage) -> None:
    first = await answered(stage.ann, private=True)
    await stage.ann.presses("Regenerate", first)
    second = await stage.ann.sees_final("answer 2")
    assert (second.id, second.private) == (first.id, True)
    await stage.ann.presses("Delete", second)
    await stage.ann.sees_gone(second)
    assert stage.bo.screen() == []


async def test_buttons_work_after_a_restart(discord: Discord, tmp_path: Path) -> None:
    async with staged(discord, tmp_path) as stage:
        public = await answered(stage.ann)
        private = await answered(stage.ann, "And in private?", private=True)
    async with staged(discord, tmp_path) as stage:
        stage.model.says("another one")
        await stage.ann.presses("Regenerate", public)
        assert (await stage.bo.sees_final("another one")).id == public.id
        await stage.ann.presses("Delete", private)
        await stage.ann.sees_gone(private)


@pytest.mark.parametrize(
    "custom_id", ["p:stop:999999", "p:delete:1", "p:explode:1", "somebody:else", "p:stop:0"]
)
async def test_a_button_of_another_age_or_room_is_answered_with_a_sentence(
    stage: Stage, custom_id: str
) -> None:
    stage.discord.room("aside")
    await stage.bo.runs("/chat", message="hello", room="aside")
    await stage.bo.sees_final("answer 1", room="aside")
    answer = await answered(stage.ann)
    becomes(stage, answer, custom_id)
    await stage.ann.presses("Regenerate", answer)
    while not any(one.private for one in stage.ann.screen()):
        await asyncio.sleep(0.001)
    assert stage.ann.screen()[-1].private
    assert len(stage.bo.screen("aside")) == 1
    assert [one.text for one in stage.bo.screen()] == ["answer 2"]


async def test_a_second_press_while_it_is_written_is_told_so(stage: Stage) -> None:
    answer = await answered(stage.ann)
    gate = asyncio.Event()
    stage.model.says("Wait", " for it.", gate=gate)
    await stage.ann.presses("Regenerate", answer)
    writing = await stage.ann.sees("Wait")
    becomes(stage, writing, "p:regenerate:1")
    await stage.ann.presses("Stop", writing)
    await stage.ann.sees("still being written")
    gate.set()
    await stage.ann.sees_final("Wait for it.")
