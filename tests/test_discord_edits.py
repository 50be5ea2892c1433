"""What becomes of messages on Discord that were edited or deleted: their last words count, if any."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.runs import RunStatus
from tests.discord_talk import QUICK, Talk, talking
from tests.platforms.discord import Discord, Member, discord_server
from tests.platforms.people import DIRECT
from tests.rig import PNG


@pytest.fixture
async def platform() -> AsyncIterator[Discord]:
    async with discord_server(QUICK) as made:
        yield made


async def all_heard(talk: Talk, ann: Member, number: int) -> None:
    """Everything that was told before has been dealt with."""
    await ann.says(f"heard {number}?", mention=True)
    await ann.sees_final(f"answer {number}")
    await talk.client.inbound.lines.drain(5.0)
    assert [turns[-1].text for turns in talk.asked[number - 1 :]] == [f"heard {number}?"]


async def test_an_edited_last_question_is_answered_anew_in_place(platform: Discord, tmp_path: Path) -> None:
    ann = platform.member("ann")
    async with talking(platform, tmp_path) as talk:
        said = await ann.says("What is a ford?", mention=True)
        before = await ann.sees_final("answer 1")
        await ann.edits(said, f"<@{platform.bot.id}> What is a fjord?")
        after = await ann.sees_final("answer 2")
        assert after.id == before.id
        assert talk.last == "What is a fjord?"
        assert [len(turns) for turns in talk.asked] == [1, 1]


async def test_an_edit_while_the_answer_is_written_begins_it_anew(platform: Discord, tmp_path: Path) -> None:
    ann = platform.member("ann")
    async with talking(platform, tmp_path) as talk:
        talk.parley.one.says("half of it", gate=asyncio.Event())
        said = await ann.says("What is a ford?", mention=True)
        await talk.parley.one.speaking.wait()
        await ann.edits(said, f"<@{platform.bot.id}> What is a fjord?")
        await ann.sees_final("answer 2")
        assert talk.last == "What is a fjord?"


async def test_only_the_last_question_is_answered_anew(platform: Discord, tmp_path: Path) -> None:
    ann = platform.member("ann")
    async with talking(platform, tmp_path) as talk:
        said = await ann.says("one", room=DIRECT)
        await ann.sees_final("answer 1", room=DIRECT)
        await ann.says("two", room=DIRECT)
        await ann.sees_final("answer 2", room=DIRECT)
        await ann.edits(said, "one and a half")
        await all_heard(talk, ann, 3)
        assert len(talk.asked) == 3


async def test_a_preview_or_a_pin_is_no_edit(platform: Discord, tmp_path: Path) -> None:
    ann = platform.member("ann")
    async with talking(platform, tmp_path) as talk:
        said = await ann.says(
            "read https://example.com/page", mention=True, files=[("a.txt", b"a", "text/plain")]
        )
        await ann.sees_final("answer 1")
        message = platform.channel("general").messages[int(said.id)]
        pinned = platform.core.rendering.event(message, content=True) | {"pinned": True}
        with capture_logs() as logged:
            platform.gateway.sends("MESSAGE_UPDATE", pinned)
            await all_heard(talk, ann, 2)
        assert len(talk.asked) == 2
        assert [one for one in logged if one["log_level"] == "error"] == []


async def test_an_edit_that_is_told_twice_is_heard_once(platform: Discord, tmp_path: Path) -> None:
    ann = platform.member("ann")
    async with talking(platform, tmp_path) as talk:
        said = await ann.says("look", mention=True, files=[("a.txt", b"a", "text/plain")])
        await ann.sees_final("answer 1")
        await ann.edits(said, f"<@{platform.bot.id}> look here")
        await ann.sees_final("answer 2")
        message = platform.channel("general").messages[int(said.id)]
        platform.gateway.sends("MESSAGE_UPDATE", platform.core.rendering.event(message, content=True))
        await all_heard(talk, ann, 3)
        assert talk.asked[1][-1].text == "look here\n\n`a.txt`:\n```\na\n```"
        assert len(talk.asked) == 3


async def test_an_edit_whose_words_discord_keeps_back_changes_nothing(
    platform: Discord, tmp_path: Path
) -> None:
    ann = platform.member("ann")
    async with talking(platform, tmp_path) as talk:
        said = await ann.says("look", mention=True, pictures=[PNG])
        await ann.sees_final("answer 1")
        await ann.edits(said, "never mind")
        await talk.client.inbound.lines.drain(5.0)
        await all_heard(talk, ann, 2)
        assert len(talk.asked) == 2
        assert talk.asked[1][0].text == "look"


async def test_edits_can_be_left_alone(platform: Discord, tmp_path: Path) -> None:
    ann = platform.member("ann")
    async with talking(platform, tmp_path, rerun=False) as talk:
        said = await ann.says("one", room=DIRECT)
        await ann.sees_final("answer 1", room=DIRECT)
        await ann.edits(said, "two")
        await all_heard(talk, ann, 2)
        assert len(talk.asked) == 2


async def test_what_was_not_for_parley_is_not_made_so_by_an_edit(platform: Discord, tmp_path: Path) -> None:
    ann = platform.member("ann")
    async with talking(platform, tmp_path) as talk:
        said = await ann.says("among us")
        await ann.edits(said, f"<@{platform.bot.id}> among us")
        await all_heard(talk, ann, 1)
        assert len(talk.asked) == 1


async def test_a_deleted_message_leaves_the_window_and_takes_its_answer(
    platform: Discord, tmp_path: Path
) -> None:
    ann, mod = platform.member("ann"), platform.moderator("mod")
    async with talking(platform, tmp_path) as talk:
        said = await ann.says("my password is swordfish", mention=True)
        answer = await ann.sees_final("answer 1")
        await mod.deletes(said)
        await ann.sees_gone(answer)
        await all_heard(talk, ann, 2)
        assert [turn.text for turn in talk.asked[1]] == ["heard 2?"]


async def test_a_deleted_message_is_no_more_answered(platform: Discord, tmp_path: Path) -> None:
    ann = platform.member("ann")
    async with talking(platform, tmp_path) as talk:
        talk.parley.one.says("half of it", gate=asyncio.Event())
        said = await ann.says("hello", room=DIRECT)
        await talk.parley.one.speaking.wait()
        run = (await talk.parley.store.latest_run(talk.accepted[0].key, tuple(RunStatus))) or pytest.fail(
            "no run"
        )
        await ann.deletes(said)
        await talk.parley.until(run.id, lambda status: status is RunStatus.CANCELLED)
        assert talk.parley.one.closed == 1


async def test_many_messages_deleted_at_once_are_all_forgotten(platform: Discord, tmp_path: Path) -> None:
    ann = platform.member("ann")
    async with talking(platform, tmp_path) as talk:
        said = []
        for number in (1, 2):
            said.append(await ann.says(f"canary {number}", mention=True))
            await ann.sees_final(f"answer {number}")
        channel = platform.channel("general")
        gone = {
            "ids": [one.id for one in said],
            "channel_id": str(channel.id),
            "guild_id": str(platform.home.id),
        }
        platform.gateway.sends("MESSAGE_DELETE_BULK", gone)
        await all_heard(talk, ann, 3)
        assert [turn.text for turn in talk.asked[2]] == ["heard 3?"]


async def test_what_is_deleted_in_an_archived_thread_is_forgotten_too(
    platform: Discord, tmp_path: Path
) -> None:
    ann, mod = platform.member("ann"), platform.moderator("mod")
    async with talking(platform, tmp_path) as talk:
        thread = await ann.opens_thread("old")
        said = await ann.says("canary", mention=True, room=thread)
        await ann.sees_final("answer 1", room=thread)
        key = talk.key(thread)
        platform.archives(thread)
        await all_heard(talk, ann, 2)
        await mod.deletes(said)
        await platform.transcript.asked("GET", f"/channels/{key.thread}")
        await talk.client.inbound.lines.drain(5.0)
        assert await talk.parley.store.message_of(key, said.id) is None


async def test_an_answer_that_a_moderator_deletes_leaves_the_window(
    platform: Discord, tmp_path: Path
) -> None:
    ann, mod = platform.member("ann"), platform.moderator("mod")
    async with talking(platform, tmp_path) as talk:
        await ann.says("one", mention=True)
        answer = await ann.sees_final("answer 1")
        await mod.deletes(answer)
        await all_heard(talk, ann, 2)
        assert [turn.text for turn in talk.asked[1]] == ["one", "heard 2?"]


async def test_a_long_answer_of_which_a_message_is_deleted_goes_as_a_whole(
    platform: Discord, tmp_path: Path
) -> None:
    ann, mod = platform.member("ann"), platform.moderator("mod")
    async with talking(platform, tmp_path) as talk:
        talk.parley.one.says(("canary " * 20 + "\n\n") * 20 + "The end.")
        await ann.says("one", mention=True)
        last = await ann.sees_final("The end.")
        first = await ann.sees("canary canary")
        await mod.deletes(first if first.id != last.id else ann.screen()[1])
        await ann.sees_gone(last)
        await all_heard(talk, ann, 2)
        assert [turn.text for turn in talk.asked[1]] == ["one", "heard 2?"]


async def test_what_parley_takes_away_itself_leaves_the_rest_of_its_answer(
    platform: Discord, tmp_path: Path
) -> None:
    ann = platform.member("ann")
    async with talking(platform, tmp_path) as talk:
        talk.parley.one.says(("word " * 20 + "\n\n") * 40 + "The end.")
        said = await ann.says("one", mention=True)
        last = await ann.sees_final("The end.")
        await ann.edits(said, f"<@{platform.bot.id}> one in short")
        await ann.sees_final("answer 2")
        await ann.sees_gone(last)
        await all_heard(talk, ann, 3)
        assert [turn.text for turn in talk.asked[2]] == ["one in short", "answer 2", "heard 3?"]
