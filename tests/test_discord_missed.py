"""What was said on Discord while Parley was away comes in when it is back: once, in order, unless too old."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from adapters.discord.connection.missed import AWAY, PACE, PAUSE
from bot.messages import ChannelKey
from tests.listening import Heard, Recording, connection, hasty
from tests.platforms.discord import (
    Discord,
    Limits,
    Member,
    Right,
    discord_server,
    fails,
    limited,
    passes,
    resets,
)
from tests.platforms.people import DIRECT
from tests.wire.answers import Gate

LATE = timedelta(minutes=20)


@pytest.fixture
async def platform() -> AsyncIterator[Discord]:
    async with discord_server(Limits(identify_every=0.0)) as made:
        yield made


def room(platform: Discord, name: str = "general", *, person: str = "") -> ChannelKey:
    """The key of a server's channel."""
    channel = platform.channel(name)
    guild = channel.guild
    assert guild
    where = channel.parent or channel
    thread = str(channel.id) if channel.parent else ""
    return ChannelKey("discord", str(platform.bot.id), str(guild.id), str(where.id), thread, person)


async def heard_before(platform: Discord, who: Member, *names: str) -> Heard:
    """Rooms in which somebody spoke, and Parley heard it."""
    return Heard(known={room(platform, name): (await who.says("before", room=name)).id for name in names})


async def settled(platform: Discord, heard: Heard, pages: int) -> None:
    """So many pages have been read, and what came of them has been heard: what is said now is heard next."""
    await platform.transcript.asked("GET", "/channels/*/messages", pages)
    await platform.member("bea").says("now", mention=True)
    assert await heard.next() == "now"


async def test_what_was_said_while_it_was_away_is_heard_once_and_in_order(platform: Discord) -> None:
    ann = platform.member("ann")
    heard = await heard_before(platform, ann, "general")
    (known,) = heard.known.values()
    for word in ("one", "two", "three"):
        await ann.says(word, mention=True)
    async with connection(platform, heard):
        assert [await heard.next() for _ in range(3)] == ["one", "two", "three"]
        await ann.says("four", mention=True)
        assert await heard.next() == "four"
        assert heard.messages.empty()

    (asked,) = platform.transcript.of("GET", "/channels/*/messages")
    assert asked.query == {"limit": "100", "after": known}


async def test_what_was_said_between_two_sessions_is_heard(platform: Discord) -> None:
    ann = platform.member("ann")
    heard = await heard_before(platform, ann, "general")
    async with connection(platform, heard):
        await platform.transcript.asked("GET", "/channels/*/messages")
        platform.gateway.ready = False
        platform.gateway.invalidate(resumable=False)
        await platform.gateway.identified(2)
        await ann.says("between", mention=True)
        platform.gateway.ready = True
        platform.gateway.drop()
        for one in tuple(platform.gateway._open):
            one.drop()
        assert await heard.next() == "between"


async def test_a_session_that_goes_on_is_told_by_discord_itself(platform: Discord) -> None:
    ann = platform.member("ann")
    heard = await heard_before(platform, ann, "general")
    async with connection(platform, heard):
        await settled(platform, heard, 1)
        platform.gateway.drop()
        await ann.says("meanwhile", mention=True)
        assert await heard.next() == "meanwhile"

    assert len(platform.transcript.of("GET", "/channels/*/messages")) == 1


async def test_direct_messages_are_read_back(platform: Discord) -> None:
    ann = platform.member("ann")
    said = await ann.says("before", room=DIRECT)
    channel = platform.core.world.direct(platform.bot, ann.account)
    heard = Heard(known={ChannelKey("discord", str(platform.bot.id), "dm", str(channel.id)): said.id})
    await ann.says("and then?", room=DIRECT)
    async with connection(platform, heard):
        assert (await heard.messages.get()).content == "and then?"


async def test_a_thread_is_read_back_also_when_it_is_archived(platform: Discord) -> None:
    ann = platform.member("ann")
    await ann.opens_thread("aside")
    heard = await heard_before(platform, ann, "aside")
    await ann.says("and then?", mention=True, room="aside")
    platform.archives("aside")
    async with connection(platform, heard):
        assert await heard.next() == "and then?"


async def test_more_than_a_page_is_read_to_its_end(platform: Discord) -> None:
    ann = platform.member("ann")
    heard = await heard_before(platform, ann, "general")
    words = [f"{number}" for number in range(230)]
    for word in words:
        await ann.says(word, mention=True)
    async with connection(platform, heard):
        assert [await heard.next() for _ in words] == words

    assert len(platform.transcript.of("GET", "/channels/*/messages")) == 3


def aged(platform: Discord, key: ChannelKey) -> str:
    """Everything in a room was said twenty minutes ago: the id of the newest message."""
    channel = platform.core.world.find_channel(key.channel)
    messages = list(channel.messages.values())
    channel.messages.clear()
    first = platform.core.world.snowflake(ago=LATE.total_seconds())
    for number, message in enumerate(messages):
        message.id = first + number
        channel.messages[message.id] = message
    return str(message.id)


async def test_a_fault_between_two_pages_costs_no_page(platform: Discord) -> None:
    ann = platform.member("ann")
    heard = await heard_before(platform, ann, "general")
    words = [f"{number}" for number in range(150)]
    for word in words:
        await ann.says(word, mention=True)
    platform.will("GET", "/channels/*/messages", passes(), fails(503))
    async with connection(platform, heard, clock=Recording()):
        assert [await heard.next() for _ in words] == words
        assert heard.messages.empty()

    assert len(platform.transcript.of("GET", "/channels/*/messages")) == 3


async def test_what_is_too_old_gets_one_note_and_no_answer(platform: Discord) -> None:
    ann = platform.member("ann")
    platform.room("next")
    heard = await heard_before(platform, ann, "general", "next")
    key, after = heard.known
    await ann.says("anybody?", mention=True)
    await ann.says("still nobody?", mention=True)
    asked = aged(platform, key)
    heard.known[key] = str(int(asked) - 2)
    for times, ahead in ((1, timedelta()), (2, timedelta()), (3, LATE)):
        async with connection(platform, heard, clock=Recording(ahead=ahead)):
            await platform.transcript.asked("GET", f"/channels/{after.channel}/messages", times)

    notes = platform.transcript.of("POST", "/channels/*/messages")
    assert [str(note.body["message_reference"]["message_id"]) for note in notes] == [asked]
    assert [note.body["content"] for note in notes] == [AWAY]
    assert platform.transcript.unguarded() == []
    assert platform.sights.pings == []
    assert heard.messages.empty()


async def test_old_words_between_people_get_no_note(platform: Discord) -> None:
    ann = platform.member("ann")
    heard = await heard_before(platform, ann, "general")
    await ann.says("this is between us")
    async with connection(platform, heard, clock=Recording(ahead=LATE)):
        await settled(platform, heard, 2)

    assert platform.transcript.of("POST", "/channels/*/messages") == []


@pytest.mark.parametrize("way", ["not let in", "deleted"])
async def test_a_room_that_cannot_be_read_is_left_and_the_others_are_read(
    platform: Discord, way: str
) -> None:
    platform.room("gone")
    platform.room("there")
    ann = platform.member("ann")
    heard = await heard_before(platform, ann, "gone", "there")
    await ann.says("hello?", mention=True, room="there")
    if way == "deleted":
        platform.removes("gone")
    else:
        platform.overwrites("gone", None, deny=Right.VIEW | Right.HISTORY)
    clock = Recording()
    async with connection(platform, heard, clock=clock):
        assert await heard.next() == "hello?"

    assert PAUSE not in clock.waited
    gone = next(key.channel for key in heard.known)
    assert len([one for one in platform.transcript.requests if gone in one.path]) == 1


@pytest.mark.parametrize("fault", [fails(503), fails(200), resets(), limited(0.05), limited(via=False)])
async def test_a_room_that_cannot_be_read_for_now_is_read_later(platform: Discord, fault: object) -> None:
    ann = platform.member("ann")
    heard = await heard_before(platform, ann, "general")
    await ann.says("hello?", mention=True)
    platform.will("GET", "/channels/*/messages", fault, fault)  # type: ignore[arg-type]  # it is one
    async with connection(platform, heard, clock=Recording()):
        assert await heard.next() == "hello?"


async def test_what_is_private_is_not_read(platform: Discord) -> None:
    ann = platform.member("ann")
    public = platform.room("public")
    said = await ann.says("before")
    known = await heard_before(platform, ann, "public")
    heard = Heard(known={room(platform, person="discord:1"): said.id, **known.known})
    await ann.says("hello", mention=True)
    async with connection(platform, heard):
        await platform.transcript.asked("GET", f"/channels/{public.id}/messages")

    assert len(platform.transcript.of("GET", "/channels/*/messages")) == 1


async def test_each_shard_reads_its_own_rooms() -> None:
    async with discord_server(Limits(identify_every=0.0, shards=2)) as platform:
        for number in range(2):
            platform.room(f"room-{number}", server=platform.server(f"server {number}", on=(number, 2)))
        ann = platform.member("ann")
        heard = await heard_before(platform, ann, "room-0", "room-1")
        for name in ("room-0", "room-1"):
            await ann.says(f"in {name}", mention=True, room=name)
        async with connection(platform, heard):
            assert {await heard.next(), await heard.next()} == {"in room-0", "in room-1"}

        assert len(platform.transcript.of("GET", "/channels/*/messages")) == 2


async def test_a_room_is_read_from_where_its_own_shard_lost_it() -> None:
    async with discord_server(Limits(identify_every=0.0, shards=2)) as platform:
        platform.room("first", server=platform.server("one", on=(0, 2)))
        ann = platform.member("ann")
        heard = await heard_before(platform, ann, "first")
        async with connection(platform, heard):
            await platform.transcript.asked("GET", "/channels/*/messages")
            platform.gateway.invalidate(resumable=False, shard=1)
            await platform.gateway.identified(3)
            heard.known |= (await heard_before(platform, ann, "first")).known
            platform.gateway.invalidate(resumable=False, shard=0)
            asked = await platform.transcript.asked("GET", "/channels/*/messages", 2)

        assert asked.query["after"] in heard.known.values()


async def test_rooms_are_asked_for_at_ten_a_second(platform: Discord) -> None:
    ann, clock = platform.member("ann"), Recording()
    names = [f"room-{number}" for number in range(20)]
    for name in names:
        platform.room(name)
    heard = await heard_before(platform, ann, *names)
    async with connection(platform, heard, clock=clock):
        await settled(platform, heard, 20)

    assert clock.waited.count(PACE) == 20


async def test_who_speaks_while_the_past_is_read_is_heard_after_it_and_at_once(platform: Discord) -> None:
    ann = platform.member("ann")
    platform.room("calm")
    heard = await heard_before(platform, ann, "calm", "general")
    await ann.says("one", mention=True)
    async with connection(platform, heard, patience=hasty(servers=3600.0)):
        await ann.says("two", mention=True)
        await ann.says("three", mention=True)
        assert [await heard.next() for _ in range(4)] == ["one", "two", "three", "two"]
        assert await heard.next() == "three"  # live again: the same event leads to nothing

    assert len(platform.transcript.of("GET", "/channels/*/messages")) == 1


async def test_where_the_past_cannot_be_read_people_are_heard_all_the_same(platform: Discord) -> None:
    ann = platform.member("ann")
    heard = await heard_before(platform, ann, "general")
    platform.overwrites("general", None, deny=Right.HISTORY)
    async with connection(platform, heard, patience=hasty(servers=3600.0)):
        for word in ("one", "two"):
            await ann.says(word, mention=True)
            assert await heard.next() == word


async def test_a_command_waits_for_the_past_but_not_for_long(platform: Discord) -> None:
    gate, ann = Gate(), platform.member("ann")
    platform.core.commands.put(None, {"name": "chat", "description": "Talk"})
    heard = await heard_before(platform, ann, "general")
    await ann.says("one", mention=True)
    platform.will("GET", "/channels/*/messages", passes(gate))
    async with connection(platform, heard, patience=hasty(servers=3600.0)):
        running = asyncio.create_task(ann.runs("/chat"))
        await heard.asked.get()
        assert heard.messages.empty()
        gate.open()
        assert await heard.next() == "one"
        running.cancel()
        await asyncio.wait([running])
    platform.broken.clear()
