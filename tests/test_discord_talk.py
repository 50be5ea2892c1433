"""Who is heard on Discord, where, and what the model is shown of it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.errors import StorageError
from bot.messages import Person
from tests.discord_talk import QUICK, Talk, talking
from tests.platforms.discord import Discord, discord_server
from tests.platforms.discord.library import discord
from tests.platforms.discord.world import Message
from tests.platforms.people import DIRECT


@pytest.fixture
async def platform() -> AsyncIterator[Discord]:
    async with discord_server(QUICK) as made:
        yield made


async def settled(talk: Talk) -> list[str]:
    """The questions that were asked, once a last one has been answered."""
    zoe = talk.platform.member("zoe")
    await zoe.says("the last one", room=DIRECT)
    await zoe.sees_final("answer", room=DIRECT)
    await talk.client.inbound.lines.drain(5.0)
    while len(talk.asked) < len({said.event_id for said in talk.accepted}):
        await asyncio.sleep(0.001)
    return sorted({turns[-1].text for turns in talk.asked} - {"the last one"})


def told(platform: Discord, who: Any, text: str = "", room: str = DIRECT, **more: Any) -> dict[str, Any]:
    """A message as Discord tells of it, with what the people of the tests cannot send."""
    channel = (
        platform.channel(room) if room != DIRECT else platform.core.world.direct(platform.bot, who.account)
    )
    made = Message(platform.core.world.snowflake(), channel, who.account, text)
    return platform.core.rendering.event(made, content=True) | more


async def test_a_mention_is_answered_and_taken_out_of_the_text(platform: Discord, tmp_path: Path) -> None:
    ann = platform.member("ann")
    async with talking(platform, tmp_path) as talk:
        await ann.says("What is a fjord?", mention=True)
        await ann.sees_final("answer 1")
        assert talk.last == "What is a fjord?"


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("{me}, hello", "hello"),
        ("so {me} what now", "so what now"),
        ("what now {me}", "what now"),
        ("{me}\n    code", "code"),
        ("{nick} {me} is it?", "is it?"),
        ("{me} ask {bo} about it", "ask @Bo about it"),
        ("{me} <:wave:123456789012345678> <t:1618953630>", ":wave: <t:1618953630>"),
        ("{me} what does </chat:123456789012345678> do in {general}?", "what does /chat do in #general?"),
        ("{me} who is <@999999999999999999>?", "who is <@999999999999999999>?"),
    ],
)
async def test_what_people_see_is_what_the_model_reads(
    platform: Discord, tmp_path: Path, said: str, heard: str
) -> None:
    ann, bo = platform.member("ann"), platform.member("bo")
    names = {
        "me": f"<@{platform.bot.id}>",
        "nick": f"<@!{platform.bot.id}>",
        "bo": bo.mention,
        "general": f"<#{platform.channel('general').id}>",
    }
    async with talking(platform, tmp_path) as talk:
        await ann.says(said.format(**names))
        await ann.sees_final("answer 1")
        assert talk.last == heard


async def test_a_direct_message_is_answered_without_a_mention(platform: Discord, tmp_path: Path) -> None:
    ann = platform.member("ann")
    async with talking(platform, tmp_path) as talk:
        await ann.says("hello", room=DIRECT)
        await ann.sees_final("answer 1", room=DIRECT)
        assert talk.last == "hello"


async def test_bots_webhooks_and_parley_itself_never_start_a_turn(platform: Discord, tmp_path: Path) -> None:
    beep, news = platform.member("beep", bot=True), platform.webhook("news")
    async with talking(platform, tmp_path, content=True) as talk:
        for number in range(6):
            await beep.says(f"bot to bot {number}", mention=True)
            await news.says(f"breaking {number}", mention=True)
        platform.gateway.sends("MESSAGE_CREATE", told(platform, platform.member("ann"), "no", webhook_id="7"))
        await talk.client.get_partial_messageable(platform.channel("general").id).send(
            f"I said <@{platform.bot.id}>", nonce="1"
        )
        assert await settled(talk) == []


async def test_what_happened_and_what_says_nothing_is_no_question(platform: Discord, tmp_path: Path) -> None:
    ann = platform.member("ann")
    async with talking(platform, tmp_path, content=True) as talk:
        for kind in (
            6,
            7,
            8,
            18,
            21,
            46,
        ):  # a pin, a welcome, a boost, a thread, its first message, a poll's end
            platform.gateway.sends("MESSAGE_CREATE", told(platform, ann, "so it happened", type=kind))
        await ann.says("", mention=True)
        assert await settled(talk) == []


async def test_everyone_is_not_parley(platform: Discord, tmp_path: Path) -> None:
    mod = platform.moderator("mod")
    async with talking(platform, tmp_path, content=True) as talk:
        platform.gateway.sends(
            "MESSAGE_CREATE", told(platform, mod, "@everyone look", "general", mention_everyone=True)
        )
        assert await settled(talk) == []


async def test_without_the_intent_only_what_mentions_parley_is_heard(
    platform: Discord, tmp_path: Path
) -> None:
    ann = platform.member("ann")
    async with talking(platform, tmp_path) as talk:
        await ann.says("hello", mention=True)
        answer = await ann.sees_final("answer 1")
        await ann.says("unpinged", reply_to=answer, ping=False)
        await ann.says("just talk")
        await listen(talk)
        platform.gateway.sends(
            "MESSAGE_CREATE", told(platform, ann, room="general", sticker_items=[STICKER])
        )  # of which no words came
        await ann.says("pinged", reply_to=answer)
        await ann.sees_final("answer 2")
        assert await settled(talk) == ["hello", "pinged"]


async def test_with_the_intent_an_unpinged_reply_is_heard_and_plain_talk_is_not(
    platform: Discord, tmp_path: Path
) -> None:
    ann, bo = platform.member("ann"), platform.member("bo")
    async with talking(platform, tmp_path, content=True) as talk:
        await ann.says("hello", mention=True)
        answer = await ann.sees_final("answer 1")
        said = await bo.says("just talk")
        await ann.says("not to you", reply_to=said)
        await ann.says("and you?", reply_to=answer, ping=False)
        await ann.sees_final("answer 2")
        assert await settled(talk) == ["and you?", "hello"]


async def test_a_thread_has_a_history_of_its_own_and_its_channels_settings(
    platform: Discord, tmp_path: Path
) -> None:
    ann = platform.member("ann")
    async with talking(platform, tmp_path) as talk:
        await ann.says("the channel's canary", mention=True)
        await ann.sees_final("answer 1")
        await listen(talk, "persona", "You are a pirate.")
        thread = await ann.opens_thread("aside")
        await ann.says("hello", mention=True, room=thread)
        await ann.sees_final("answer 2", room=thread)
        request = talk.parley.one.asked[-1]
        assert [turn.text for turn in request.turns[1:]] == ["hello"]
        assert "pirate" in request.turns[0].text
        assert await talk.parley.store.room(talk.key("aside"))


async def test_a_thread_that_parley_takes_part_in_needs_no_mention(platform: Discord, tmp_path: Path) -> None:
    ann = platform.member("ann")
    platform.room("help", forum=True)
    async with talking(platform, tmp_path, content=True) as talk:
        await ann.opens_thread("elsewhere", text="among us")
        post = await ann.opens_thread("stuck", room="help", text=f"<@{platform.bot.id}> my build fails")
        await ann.sees_final("answer 1", room=post)
        await ann.says("it says E42", room=post)
        await ann.sees_final("answer 2", room=post)
        assert await settled(talk) == ["it says E42", "my build fails"]


async def test_a_thread_that_parley_has_joined_needs_no_mention_at_all(
    platform: Discord, tmp_path: Path
) -> None:
    ann = platform.member("ann")
    async with talking(platform, tmp_path, content=True) as talk:
        channel = talk.client.get_channel(platform.channel("general").id)
        assert isinstance(channel, discord.TextChannel)
        await channel.create_thread(name="ours", type=discord.ChannelType.public_thread)
        await ann.says("hello", room="ours")
        await ann.sees_final("answer 1", room="ours")
        assert talk.last == "hello"


async def listen(talk: Talk, name: str = "listen", value: str = "on") -> None:
    """A setting of the channel."""
    scope, mod = talk.key().scope, Person("discord:1", "mod")
    await talk.parley.store.change_setting(scope, name, value, mod, at=datetime.now(UTC), event_id="")


async def test_in_a_listen_channel_everything_is_heard(platform: Discord, tmp_path: Path) -> None:
    ann = platform.member("ann")
    platform.room("quiet")
    async with talking(platform, tmp_path, content=True) as talk:
        await listen(talk)
        await ann.says("anybody there?")
        await ann.says("nobody here", room="quiet")
        await ann.sees_final("answer 1")
        assert await settled(talk) == ["anybody there?"]


async def test_a_reply_shows_the_message_replied_to_and_nothing_else_of_the_channel(
    platform: Discord, tmp_path: Path
) -> None:
    ann, bo = platform.member("ann"), platform.member("bo")
    async with talking(platform, tmp_path, content=True) as talk:
        first = await bo.says("canary one")
        said = await bo.says("the earth is flat", reply_to=first)
        await bo.says("canary two")
        await ann.says("is that so?", mention=True, reply_to=said)
        await ann.sees_final("answer 1")
        assert talk.asked == [[talk.asked[0][0]]]
        assert talk.last == "(In reply to Bo, who wrote: the earth is flat)\nis that so?"


async def test_a_bare_mention_under_a_message_asks_about_it(platform: Discord, tmp_path: Path) -> None:
    ann, bo = platform.member("ann"), platform.member("bo")
    async with talking(platform, tmp_path, content=True) as talk:
        await ann.says("", mention=True, reply_to=await bo.says("the earth is flat"))
        await ann.sees_final("answer 1")
        assert talk.last == "(In reply to Bo, who wrote: the earth is flat)\n"


async def test_what_discord_did_not_send_is_not_looked_up(platform: Discord, tmp_path: Path) -> None:
    ann, bo = platform.member("ann"), platform.member("bo")
    async with talking(platform, tmp_path) as talk:
        await ann.says("is that so?", mention=True, reply_to=await bo.says("a secret"))
        await ann.sees_final("answer 1")
        assert talk.last == "is that so?"
        assert platform.transcript.of("GET", "/channels/*/messages*") == []


async def test_a_message_of_another_channel_is_not_shown_by_a_reply(
    platform: Discord, tmp_path: Path
) -> None:
    ann, bo = platform.member("ann"), platform.member("bo")
    platform.room("secret")
    hidden = told(platform, bo, "the canary", "secret")
    reference = {"type": 0, "channel_id": hidden["channel_id"], "message_id": hidden["id"]}
    async with talking(platform, tmp_path, content=True) as talk:
        said = told(platform, ann, f"<@{platform.bot.id}> look", "general", type=19)
        said |= {
            "message_reference": reference,
            "referenced_message": hidden,
            "mentions": [called(platform)],
        }
        platform.gateway.sends("MESSAGE_CREATE", said)
        assert await settled(talk) == ["look"]


def called(platform: Discord) -> dict[str, Any]:
    """The bot, as it is mentioned."""
    return {
        "id": str(platform.bot.id),
        "username": "Parley",
        "discriminator": "0000",
        "avatar": None,
        "bot": True,
    }


def snapshot(text: str, **more: object) -> dict[str, Any]:
    """A forwarded message, as Discord passes it on."""
    said = {
        "type": 0,
        "content": text,
        "embeds": [],
        "attachments": [],
        "timestamp": "2026-01-01T00:00:00+00:00",
    }
    return {"message": said | {"edited_timestamp": None, "flags": 0, "mentions": [], **more}}


async def test_a_forwarded_message_is_shown_as_such(platform: Discord, tmp_path: Path) -> None:
    ann = platform.member("ann")
    reference = {"type": 1, "channel_id": "123456789012345678", "message_id": "123456789012345679"}
    forwarded: dict[str, Any] = {
        "message_reference": reference,
        "message_snapshots": [snapshot("we ship on Friday")],
    }
    async with talking(platform, tmp_path) as talk:
        platform.gateway.sends("MESSAGE_CREATE", told(platform, ann, **forwarded))
        assert await settled(talk) == ["(In reply to somebody, who wrote: we ship on Friday)\n"]
        assert platform.transcript.of("GET", "/channels/*/messages*") == []


STICKER = {"id": "749054660769218631", "name": "Wave", "format_type": 3}
POLL = {
    "question": {"text": "Pizza?"},
    "answers": [
        {"answer_id": 1, "poll_media": {"text": "yes"}},
        {"answer_id": 2, "poll_media": {"text": "no"}},
    ],
    "expiry": "2027-01-01T00:00:00+00:00",
    "allow_multiselect": False,
    "layout_type": 1,
}
VOICE = {"id": "1", "filename": "voice-message.ogg", "size": 9, "url": "https://cdn.discordapp.com/a/v.ogg"}
VOICE |= {"proxy_url": VOICE["url"], "content_type": "audio/ogg", "duration_secs": 2.5, "waveform": "AAA="}


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"sticker_items": [STICKER]}, '(A sticker named "Wave" was sent here, which you cannot see.)'),
        ({"attachments": [VOICE]}, "(A voice message was sent here, which you cannot hear.)"),
        ({"poll": POLL}, '(A poll was made here: "Pizza?", with the answers "yes", "no".)'),
    ],
)
async def test_what_cannot_be_read_is_named_in_a_sentence(
    platform: Discord, tmp_path: Path, more: dict[str, Any], sentence: str
) -> None:
    ann = platform.member("ann")
    async with talking(platform, tmp_path) as talk:
        platform.gateway.sends("MESSAGE_CREATE", told(platform, ann, "look", **more))
        assert await settled(talk) == [f"look\n{sentence}"]


async def test_words_in_a_box_can_be_replied_to(platform: Discord, tmp_path: Path) -> None:
    ann, beep = platform.member("ann"), platform.member("beep", bot=True)
    boxed = told(platform, beep, embeds=[{"type": "rich", "title": "Build 7", "description": "failed"}])
    async with talking(platform, tmp_path) as talk:
        said = told(platform, ann, "why?", type=19, referenced_message=boxed)
        boxed["channel_id"] = said["channel_id"]
        said["message_reference"] = {"type": 0, "channel_id": said["channel_id"], "message_id": boxed["id"]}
        platform.gateway.sends("MESSAGE_CREATE", said)
        assert await settled(talk) == ["(In reply to beep, who wrote: Build 7\nfailed)\nwhy?"]


async def test_a_message_that_comes_twice_is_answered_once(platform: Discord, tmp_path: Path) -> None:
    ann = platform.member("ann")
    async with talking(platform, tmp_path) as talk:
        said = await ann.says("hello", mention=True)
        await ann.sees_final("answer 1")
        channel = talk.client.get_channel(platform.channel("general").id)
        assert isinstance(channel, discord.TextChannel)
        talk.client.inbound.heard(await channel.fetch_message(int(said.id)))
        assert await settled(talk) == ["hello"]
        assert len(await talk.parley.store.entries(talk.key())) == 2


async def test_messages_of_a_channel_are_stored_in_order(platform: Discord, tmp_path: Path) -> None:
    people = [platform.member(name) for name in ("ann", "bo")]
    async with talking(platform, tmp_path) as talk:
        gate = asyncio.Event()
        talk.parley.one.says("first", gate=gate)
        for number in range(16):
            await people[number % 2].says(f"number {number}", mention=True)
        await talk.platform.transcript.asked("POST", "/channels/*/messages")
        await talk.client.inbound.lines.drain(5.0)
        entries = await talk.parley.store.entries(talk.key())
        assert [one.text for one in entries if one.text.startswith("number")] == [
            f"number {number}" for number in range(16)
        ]
        gate.set()


async def test_a_refusal_is_said_under_the_message(platform: Discord, tmp_path: Path) -> None:
    ann = platform.member("ann")
    async with talking(platform, tmp_path) as talk:
        gate = asyncio.Event()
        talk.parley.one.says("first", gate=gate)
        await ann.says("the first", mention=True)
        await talk.parley.one.speaking.wait()
        for number in range(20):
            await ann.says(f"waiting {number}", mention=True)
        last = await ann.says("one too many", mention=True)
        told_so = await ann.sees("Too many messages are waiting here already.")
        assert int(told_so.id) > int(last.id)
        gate.set()


async def test_that_nothing_can_be_stored_is_said_once(platform: Discord, tmp_path: Path) -> None:
    ann = platform.member("ann")
    platform.room("other")

    async def broken(*_: object, **__: object) -> None:
        raise StorageError("disk full")

    async with talking(platform, tmp_path) as talk:
        whole = talk.parley.store.accept
        talk.parley.store.accept = broken  # type: ignore[method-assign, assignment]  # the disk is full
        for _ in range(3):
            await ann.says("hello", mention=True)
        await ann.says("hello", mention=True, room="other")
        await ann.sees("I can't store anything at the moment", room="other")
        await ann.sees("I can't store anything at the moment")
        talk.parley.store.accept = whole  # type: ignore[method-assign]  # as it was
        await ann.says("and now?", mention=True)
        await ann.sees_final("answer 1")
        assert sum("can't store" in one.text for one in ann.screen()) == 1
