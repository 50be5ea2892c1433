"""Parley is on Discord and stays there: whatever breaks, nothing is lost, no session is begun too soon."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.discord.connection.fatal import CODES, INTENTS, TOKEN
from adapters.discord.connection.shards import REAL
from bot.settings import DiscordOptions
from tests.listening import Heard, Recording, connecting, connection, hasty, until
from tests.platforms.discord import Discord, Intent, Limits, discord_server, fails, hangs, limited, resets
from tests.platforms.people import DIRECT

QUICK = Limits(identify_every=0.0)
PLAIN = (
    Intent.GUILDS
    | Intent.GUILD_MESSAGES
    | Intent.DIRECT_MESSAGES
    | Intent.GUILD_REACTIONS
    | Intent.DIRECT_REACTIONS
)


@pytest.fixture
async def platform() -> AsyncIterator[Discord]:
    async with discord_server(QUICK) as made:
        yield made


async def test_it_hears_mentions_and_asks_for_no_privilege(platform: Discord) -> None:
    ann = platform.member("ann")
    async with connection(platform) as (_, heard):
        await ann.says("hello", mention=True)
        assert await heard.next() == "hello"

    assert platform.gateway.identifies[0]["intents"] == PLAIN


async def test_it_asks_for_every_message_only_when_it_is_told_to(platform: Discord) -> None:
    platform.grants(Intent.CONTENT)
    ann = platform.member("ann")
    async with connection(platform, options=DiscordOptions(message_content=True)) as (_, heard):
        await ann.says("hello all")
        assert (await heard.messages.get()).content == "hello all"

    assert platform.gateway.identifies[0]["intents"] == PLAIN | Intent.CONTENT


async def test_edits_and_deletions_are_told(platform: Discord) -> None:
    ann = platform.member("ann")
    async with connection(platform) as (_, heard):
        said = await ann.says("helo", mention=True)
        await ann.edits(said, "hello")
        await ann.deletes(said)
        assert await heard.edited.get() == int(said.id)
        assert await heard.deleted.get() == {int(said.id)}


async def test_what_is_said_in_one_channel_keeps_its_order(platform: Discord) -> None:
    ann = platform.member("ann")
    async with connection(platform) as (_, heard):
        for number in range(50):
            await ann.says(f"{number}", mention=True)
        assert [await heard.next() for _ in range(50)] == [f"{number}" for number in range(50)]


async def test_an_error_of_ours_costs_one_message_and_no_connection(platform: Discord) -> None:
    ann, heard = platform.member("ann"), Heard(fails=True)
    async with connection(platform, heard):
        await ann.says("one", mention=True)
        await ann.says("two", mention=True)
        assert await heard.next() == "two"

    assert platform.gateway.opened == 1


async def test_the_bot_goes_offline_when_parley_ends(platform: Discord) -> None:
    async with connection(platform):
        assert platform.core.handshake.sessions.all
    await until(lambda: not platform.core.handshake.sessions.all)


@pytest.mark.parametrize("way", ["op 7", "op 9", "dropped", "garbage", *[4000, 4001, 4002, 4003, 4005, 4008]])
async def test_a_lost_connection_is_resumed_and_nothing_is_missed(platform: Discord, way: str | int) -> None:
    ann = platform.member("ann")
    async with connection(platform) as (there, heard):
        match way:
            case "op 7":
                platform.gateway.reconnect()
            case "op 9":
                platform.gateway.invalidate(resumable=True)
            case "dropped":
                platform.gateway.drop()
            case "garbage":
                platform.gateway.garbage()
            case int():
                platform.gateway.close(way)
        await ann.says("meanwhile", mention=True)
        assert await heard.next() == "meanwhile"
        await platform.gateway.resumed()
        await until(lambda: not there.ready())
        assert heard.messages.empty()

    assert len(platform.gateway.identifies) == 1


@pytest.mark.parametrize("way", ["op 9", 4007, 4009])
async def test_a_session_that_is_over_is_followed_by_another(platform: Discord, way: str | int) -> None:
    ann = platform.member("ann")
    async with connection(platform) as (_, heard):
        if isinstance(way, int):
            platform.gateway.close(way)
        else:
            platform.gateway.invalidate(resumable=False)
        await platform.gateway.identified(2)
        await platform.gateway.connected()
        await ann.says("again", mention=True)
        assert await heard.next() == "again"

    assert platform.gateway.resumes == []


@pytest.mark.parametrize(
    "event", [{}, {"id": "1"}, {"id": "x", "channel_id": "y", "author": None}, [], None, "text"]
)
async def test_an_event_that_nobody_can_read_ends_nothing(platform: Discord, event: object) -> None:
    ann = platform.member("ann")
    async with connection(platform) as (_, heard):
        for kind in ("MESSAGE_CREATE", "MESSAGE_UPDATE", "INTERACTION_CREATE", "GUILD_CREATE", "UNHEARD_OF"):
            platform.gateway.sends(kind, event)
        await ann.says("still there?", mention=True)
        assert await heard.next() == "still there?"

    assert platform.gateway.opened == 1


async def test_a_session_that_keeps_telling_what_nobody_can_read_is_given_up(platform: Discord) -> None:
    ann = platform.member("ann")
    async with connection(platform) as (_, heard):
        for times in range(1, 4):
            await until(lambda: len(platform.gateway.connections()) == 1)
            for one in platform.gateway.connections():
                one.send("[1, 2")
            if times < 3:
                await platform.gateway.resumed(times)
        await platform.gateway.identified(2)
        await platform.gateway.connected()
        await ann.says("hello", mention=True)
        assert await heard.next() == "hello"


async def test_a_gateway_that_is_closed_for_a_while_costs_no_session(platform: Discord) -> None:
    ann = platform.member("ann")
    async with connection(platform) as (_, heard):
        platform.gateway.refuses = 5
        platform.gateway.drop()
        await ann.says("meanwhile", mention=True)
        assert await heard.next() == "meanwhile"

    assert len(platform.gateway.identifies) == 1
    assert platform.gateway.opened == 7


async def test_a_gateway_that_is_closed_at_the_start_is_waited_for(platform: Discord) -> None:
    platform.gateway.refuses = 3
    async with connection(platform):
        assert len(platform.gateway.identifies) == 1


async def test_a_greeting_that_never_comes_is_not_waited_for(platform: Discord) -> None:
    platform.gateway.ready = False
    async with connecting(platform, patience=hasty(greeting=0.3)) as (there, _):
        await platform.gateway.identified()
        assert there.ready()
        platform.gateway.ready = True
        await until(lambda: not there.ready())

    assert len(platform.gateway.identifies) >= 2


async def test_a_gateway_that_talks_but_acknowledges_nothing_is_left() -> None:
    async with discord_server(Limits(identify_every=0.0, heartbeat=0.2)) as platform:
        ann = platform.member("ann")
        async with connection(platform) as (_, heard):
            platform.gateway.acks = False
            chatting = asyncio.create_task(_chat(platform))
            await platform.gateway.resumed()
            chatting.cancel()
            platform.gateway.acks = True
            await ann.says("hello", mention=True)
            assert await heard.next() == "hello"

        assert len(platform.gateway.identifies) == 1


async def _chat(platform: Discord) -> None:
    while True:
        platform.gateway.sends("TYPING_START", {})
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("code", sorted(CODES))
async def test_a_code_that_allows_no_return_switches_discord_off(platform: Discord, code: int) -> None:
    async with connection(platform) as (there, _):
        platform.gateway.close(code)
        await until(lambda: there.off != "")

        assert there.ready() == {"discord": CODES[code]}
        assert platform.gateway.opened == 1
        assert there.off.endswith("start Parley again.")


async def test_a_token_that_is_refused_switches_discord_off_with_what_to_do(platform: Discord) -> None:
    async with connecting(platform, token="x.y.not-the-token-of-this-bot") as (there, _):
        await until(lambda: there.off != "")

        assert there.ready() == {"discord": TOKEN}
    assert platform.gateway.opened == 0
    assert len(platform.transcript.of("GET", "/users/@me")) == 1


async def test_an_intent_that_was_not_granted_switches_discord_off_with_what_to_do(platform: Discord) -> None:
    async with connecting(platform, options=DiscordOptions(message_content=True)) as (there, _):
        await until(lambda: there.off != "")

        assert there.off == INTENTS
    assert len(platform.gateway.identifies) == 1


@pytest.mark.parametrize("path", ["/users/@me", "/oauth2/applications/@me", "/gateway/bot"])
async def test_a_discord_that_is_down_at_the_start_is_waited_for(platform: Discord, path: str) -> None:
    platform.will("GET", path, fails(503), resets(), hangs(), fails(403))
    async with connection(platform, patience=hasty(greeting=0.5)):
        assert len(platform.transcript.of("GET", path)) >= 5


async def test_a_limit_of_the_whole_bot_is_not_waited_for_by_everybody_for_ever(platform: Discord) -> None:
    platform.will("GET", "/gateway/bot", limited(29.0, scope="global"))
    async with connection(platform, patience=hasty(greeting=0.3)):
        assert len(platform.transcript.of("GET", "/gateway/bot")) >= 2


async def test_every_shard_begins_in_its_turn_and_hears_its_own() -> None:
    limits = Limits(identify_every=0.1, shards=3)
    async with discord_server(limits) as platform:
        for number in range(3):
            platform.room(f"room-{number}", server=platform.server(f"server {number}", on=(number, 3)))
        ann = platform.member("ann")
        async with connection(platform, patience=hasty(space=0.15)) as (_, heard):
            for room in ("room-0", "room-1", "room-2", DIRECT):
                await ann.says(f"in {room}", mention=True, room=room)
                assert await heard.next() == f"in {room}"
            platform.gateway.drop(1)
            await ann.says("again", mention=True, room="room-1")
            assert await heard.next() == "again"

        shards = [said["shard"] for said in platform.gateway.identifies]
        assert sorted(shards) == [[0, 3], [1, 3], [2, 3]]
        assert len(platform.gateway.resumes) == 1
        assert heard.messages.empty()


async def test_as_many_shards_as_discord_takes_begin_at_once() -> None:
    limits = Limits(identify_every=60.0, shards=4, max_concurrency=4)
    async with discord_server(limits) as platform, connection(platform, patience=hasty(space=60)):
        assert len(platform.gateway.identifies) == 4


async def test_the_operator_may_choose_the_number_of_shards(platform: Discord) -> None:
    async with connection(platform, options=DiscordOptions(shards=2)):
        assert sorted(said["shard"] for said in platform.gateway.identifies) == [[0, 2], [1, 2]]


async def test_sessions_that_die_at_once_are_not_begun_in_a_storm() -> None:
    limits, patience = Limits(identify_every=0.05), hasty(space=0.08)
    async with discord_server(limits) as platform, connection(platform, patience=patience):
        for count in range(2, 6):
            await platform.gateway.connected()
            platform.gateway.invalidate(resumable=False)
            await platform.gateway.identified(count)


async def test_the_last_sessions_of_a_day_are_kept() -> None:
    clock = Recording()
    async with discord_server(Limits(identify_every=0.0, identifies=20)) as platform:
        async with connecting(platform, clock=clock):
            await until(lambda: max(clock.waited, default=0) > 80_000)

        assert platform.gateway.identifies == []


def test_waits_grow_to_two_minutes_and_differ() -> None:
    waits = [[REAL.wait(failures) for _ in range(50)] for failures in range(40)]

    assert all(0 <= wait <= 2**failures for failures, some in enumerate(waits) for wait in some)
    assert max(max(some) for some in waits) <= REAL.most
    assert all(len(set(some)) > 1 for some in waits)
