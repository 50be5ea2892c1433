"""Buttons under answers on Telegram: what they do, for whom, and that each press is answered."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.telegram.commands import replies
from bot.application import running
from tests.listening import until
from tests.platforms.people import DIRECT, Shown
from tests.platforms.telegram import Person
from tests.platforms.telegram.faults import page, refuses, too_many, waits
from tests.telegram_commands import Stage, staged, there
from tests.wire.answers import Gate, says

ANSWER = "answerCallbackQuery"
MEMBER = "getChatMember"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with there(tmp_path) as made:
        yield made


async def answered(stage: Stage, who: Person, *, room: str = "general") -> Shown:
    """Somebody asks, and has an answer."""
    stage.ai.will(says("Heads."), says("Tails."))
    await who.says("Toss a coin.", mention=True, room=room)
    return await who.sees_final("Heads.", room=room)


def becomes(stage: Stage, shown: Shown, data: str) -> None:
    """The first button of a message says something else."""
    message = stage.telegram.chat().messages[int(shown.id.rpartition(":")[2])]
    message.body["reply_markup"]["inline_keyboard"][0][0]["callback_data"] = data


async def test_who_asked_has_it_answered_anew_without_telegram_being_asked_who_they_are(
    stage: Stage,
) -> None:
    first = await answered(stage, stage.ann)
    await stage.ann.presses("Regenerate", first)
    assert (await stage.ann.sees_final("Tails.")).id == first.id
    assert stage.telegram.asked(MEMBER) == []
    assert len(stage.telegram.asked(ANSWER)) == 1


async def test_somebody_else_does_not_and_is_told_so_in_a_window(stage: Stage) -> None:
    first = await answered(stage, stage.ann)
    await stage.bo.presses("Delete", first)
    assert (await stage.bo.sees("Only moderators can delete a message here")).private
    assert stage.telegram.asked(ANSWER)[-1].params["show_alert"] is True
    assert stage.said() == ["Heads."]


async def test_who_leads_the_group_deletes_what_others_asked_for(stage: Stage) -> None:
    first = await answered(stage, stage.ann)
    await stage.mod.presses("Delete", first)
    await until(lambda: stage.said() == [])


async def test_an_administrator_who_asks_anonymously_presses_by_their_own_name(stage: Stage) -> None:
    boss = stage.telegram.administrator("boss", anonymous=True)
    first = await answered(stage, boss)
    await boss.presses("Regenerate", first)
    assert (await boss.sees_final("Tails.")).id == first.id


async def test_an_answer_is_stopped_while_it_is_written(stage: Stage) -> None:
    stage.ai.will(says("Once upon a time", Gate(), " there was an end."))
    await stage.ann.says("Tell me a story.", mention=True)
    writing = await stage.ann.sees("Once upon a time")
    await stage.ann.presses("Stop", writing)
    assert "there was an end" not in (await stage.ann.sees_final("Once upon a time")).text


async def test_in_a_private_chat_and_in_a_topic_they_work_likewise(stage: Stage) -> None:
    stage.telegram.group("club", topics=("help",))
    for room in (DIRECT, "club/help"):
        first = await answered(stage, stage.ann, room=room)
        await stage.ann.presses("Regenerate", first)
        assert (await stage.ann.sees_final("Tails.", room=room)).id == first.id


async def test_they_work_after_a_restart(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        async with running(stage.settings):
            first = await answered(stage, stage.ann)
        async with running(stage.settings):
            await stage.ann.presses("Regenerate", first)
            assert (await stage.ann.sees_final("Tails.")).id == first.id


async def test_a_button_works_under_a_message_that_telegram_does_not_show_any_more(stage: Stage) -> None:
    """Of what is too old only chat and number are told, not the topic that it is in."""
    stage.telegram.group("club", topics=("help",))
    first = await answered(stage, stage.ann, room="club/help")
    body = stage.telegram.chat("club").messages[int(first.id.rpartition(":")[2])].body
    whole = dict(body)
    for name in ("is_topic_message", "message_thread_id"):
        del body[name]
    body["date"] = 0
    pressing = asyncio.create_task(stage.ann.presses("Regenerate", first))
    await asyncio.sleep(0)
    body |= whole
    await pressing
    assert (await stage.ann.sees_final("Tails.", room="club/help")).id == first.id


@pytest.mark.parametrize("data", ["p:dance:1", "p:delete:0", "whatever", "m:q:1", "p:delete:99999"])
async def test_a_button_that_nobody_knows_is_answered_all_the_same(stage: Stage, data: str) -> None:
    first = await answered(stage, stage.ann)
    becomes(stage, first, data)
    await stage.ann.presses("Regenerate", first)
    assert len(stage.telegram.asked(ANSWER)) == 1
    assert stage.telegram.asked(ANSWER)[0].params["show_alert"] is True
    assert stage.said() == ["Heads."]


async def test_a_button_of_another_room_is_none_of_this_one(stage: Stage) -> None:
    stage.telegram.group("club")
    await answered(stage, stage.ann)
    stage.ai.will(says("Elsewhere."))
    await stage.mod.says("Hello?", mention=True, room="club")
    other = await stage.mod.sees_final("Tails.", room="club")
    message = stage.telegram.chat("club").messages[int(other.id.rpartition(":")[2])]
    message.body["reply_markup"]["inline_keyboard"][0][0]["callback_data"] = "p:delete:1"
    await stage.mod.presses("Regenerate", other)
    await stage.mod.sees("There is no such answer in this room", room="club")
    assert stage.said() == ["Heads."]


async def test_a_press_is_answered_when_telegram_does_not_tell_who_it_was(stage: Stage) -> None:
    first = await answered(stage, stage.ann)
    stage.telegram.will(MEMBER, page(502))
    await stage.mod.presses("Delete", first)
    assert (await stage.mod.sees("Please try again in a moment")).private
    assert stage.said() == ["Heads."]


async def test_a_press_that_takes_long_is_answered_before_it_is_done(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await answered(stage, stage.ann)
    monkeypatch.setattr(replies, "PATIENCE", 0.05)
    slow = asyncio.Event()
    stage.telegram.will(MEMBER, waits(slow))
    pressing = asyncio.create_task(stage.bo.presses("Delete", first))
    await stage.telegram.was_asked(ANSWER)
    await pressing
    slow.set()
    await stage.bo.sees("Only moderators can delete a message here")
    assert len(stage.telegram.asked(ANSWER)) == 1
    assert stage.telegram.asked(ANSWER)[0].params.get("text", "") == ""


async def test_a_press_that_cannot_be_answered_is_done_all_the_same(stage: Stage) -> None:
    first = await answered(stage, stage.ann)
    stage.telegram.will(ANSWER, page(502))
    pressing = asyncio.create_task(stage.ann.presses("Delete", first))
    await until(lambda: stage.said() == [])
    pressing.cancel()
    stage.telegram.callbacks.clear()


async def test_a_press_is_answered_when_telegram_has_asked_for_patience(stage: Stage) -> None:
    first = await answered(stage, stage.ann)
    stage.telegram.will(ANSWER, too_many(1))
    await stage.bo.presses("Delete", first)
    assert (await stage.bo.sees("Only moderators can delete a message here")).private


async def test_a_refusal_whose_window_telegram_does_not_show_stands_in_the_chat(stage: Stage) -> None:
    first = await answered(stage, stage.ann)
    stage.telegram.will(ANSWER, refuses(400, "Bad Request: query is too old and response timeout expired"))
    pressing = asyncio.create_task(stage.bo.presses("Delete", first))
    assert not (await stage.bo.sees("Only moderators can delete a message here")).private
    pressing.cancel()
    stage.telegram.callbacks.clear()
