"""The gateway that tests stand on: what the library as it is does when a connection breaks, and each code."""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from tests.platforms.discord import Broken, Discord, Intent, Limits, discord_server
from tests.platforms.discord.library import Listener, connected, discord
from tests.platforms.people import DIRECT

QUICK = Limits(identify_every=0.0)


@pytest.fixture
async def platform() -> AsyncIterator[Discord]:
    async with discord_server(QUICK) as made:
        yield made


@asynccontextmanager
async def line(platform: Discord, query: str = "?v=10&encoding=json") -> AsyncIterator[Any]:
    """A bare connection to the gateway."""
    url = platform.core.handshake.resume_at.removesuffix("resume/")
    async with aiohttp.ClientSession() as session, session.ws_connect(url + query) as socket:
        yield socket


async def hello(platform: Discord, socket: Any, **more: object) -> None:
    said = {"token": platform.token, "intents": 513, "properties": {}} | more
    await socket.send_str(json.dumps({"op": 2, "d": said}))


async def closing(socket: Any) -> int:
    """Read until it closes: the code."""
    async for _ in socket:
        pass
    return int(socket.close_code)


@pytest.mark.parametrize("way", ["drop", "reconnect", "invalid"])
async def test_a_lost_connection_is_resumed_and_told_what_it_missed(platform: Discord, way: str) -> None:
    ann, bot = platform.member("ann"), Listener()
    ways = {
        "drop": platform.gateway.drop,
        "reconnect": platform.gateway.reconnect,
        "invalid": lambda: platform.gateway.invalidate(resumable=True),
    }
    async with connected(bot, platform):
        ways[way]()
        await ann.says("while you were away", mention=True)
        heard = await bot.heard.get()
        await platform.gateway.resumed()

    assert "while you were away" in heard.content
    assert bot.heard.empty()
    assert len(platform.gateway.identifies) == 1


@pytest.mark.parametrize("code", [4000, 4001, 4002, 4003, 4005, 4008])
async def test_codes_after_which_the_session_goes_on(platform: Discord, code: int) -> None:
    ann, bot = platform.member("ann"), Listener()
    async with connected(bot, platform):
        platform.gateway.close(code)
        await ann.says("again", mention=True)
        assert "again" in (await bot.heard.get()).content

    assert (len(platform.gateway.identifies), len(platform.gateway.resumes)) == (1, 1)


@pytest.mark.parametrize("code", [4007, 4009])
async def test_codes_that_end_the_session(platform: Discord, code: int) -> None:
    bot = Listener()
    async with connected(bot, platform):
        platform.gateway.close(code)
        await platform.gateway.identified(2)

    assert len(platform.gateway.resumes) == 1


@pytest.mark.parametrize("code", [4004, 4010, 4011, 4012, 4013])
async def test_codes_after_which_the_library_gives_up(platform: Discord, code: int) -> None:
    async with connected(Listener(), platform) as task:
        platform.gateway.close(code)
        with pytest.raises(discord.ConnectionClosed) as closed:
            await task

    assert closed.value.code == code


async def test_an_intent_that_was_not_granted_is_refused(platform: Discord) -> None:
    async with connected(Listener(content=True), platform) as task:
        with pytest.raises(discord.PrivilegedIntentsRequired):
            await task


async def test_an_ended_session_is_started_anew(platform: Discord) -> None:
    ann, bot = platform.member("ann"), Listener()
    async with connected(bot, platform):
        platform.gateway.invalidate(resumable=False)
        await platform.gateway.identified(2)
        await platform.gateway.connected()
        await ann.says("here", mention=True)
        assert "here" in (await bot.heard.get()).content


async def test_a_session_is_kept_for_its_time_alone() -> None:
    async with discord_server(Limits(identify_every=0.0, session_kept=0.0)) as platform:
        async with connected(Listener(), platform):
            platform.gateway.drop()
            await platform.gateway.identified(2)

        assert len(platform.gateway.resumes) == 1


async def test_a_resume_may_tell_twice(platform: Discord) -> None:
    ann, bot = platform.member("ann"), Listener()
    platform.gateway.repeats = 1
    async with connected(bot, platform):
        await ann.says("once", mention=True)
        first = await bot.heard.get()
        platform.gateway.reconnect()
        second = await bot.heard.get()

    assert first.id == second.id


async def test_a_silent_gateway_is_noticed_and_nothing_is_lost() -> None:
    async with discord_server(Limits(identify_every=0.0, heartbeat=0.1)) as platform:
        ann, bot = platform.member("ann"), Listener(timeout=0.5)
        async with connected(bot, platform):
            platform.gateway.silent = True
            before = platform.gateway.opened
            await ann.says("anybody?", mention=True)
            await platform.core.news.until(lambda: platform.gateway.opened > before, lambda: "no reconnect")
            platform.gateway.silent = False
            assert "anybody?" in (await bot.heard.get()).content


async def test_heartbeats_without_an_answer_go_on_beside_events() -> None:
    async with discord_server(Limits(identify_every=0.0, heartbeat=0.05)) as platform:
        ann, bot = platform.member("ann"), Listener()
        platform.gateway.acks = False
        async with connected(bot, platform):
            await platform.core.news.until(
                lambda: sum(said["op"] == 1 for said in platform.gateway.heard) > 3, lambda: "no beats"
            )
            await ann.says("chatty", mention=True)
            await bot.heard.get()
            assert bot.latency == float("inf")

        assert platform.gateway.resumes == []


async def test_a_heartbeat_is_sent_when_it_is_asked_for(platform: Discord) -> None:
    async with connected(Listener(), platform):
        before = sum(said["op"] == 1 for said in platform.gateway.heard)
        platform.gateway.asks_heartbeat()
        await platform.core.news.until(
            lambda: sum(said["op"] == 1 for said in platform.gateway.heard) > before, lambda: "no beat"
        )


async def test_a_malformed_event_ends_the_library(platform: Discord) -> None:
    async with connected(Listener(), platform) as task:
        platform.gateway.sends("MESSAGE_CREATE", {"id": "1"})
        with pytest.raises(KeyError):
            await task


async def test_an_unknown_event_does_not(platform: Discord) -> None:
    ann, bot = platform.member("ann"), Listener()
    async with connected(bot, platform):
        platform.gateway.sends("SOMETHING_NEW", {"id": "1"})
        await ann.says("fine", mention=True)
        await bot.heard.get()


async def test_garbage_ends_the_library(platform: Discord) -> None:
    async with connected(Listener(), platform) as task:
        platform.gateway.garbage()
        with pytest.raises(zlib.error):
            await task


async def test_shards_hear_their_own_servers_and_the_first_direct_messages(platform: Discord) -> None:
    for number in (0, 1):
        platform.room(f"room {number}", server=platform.server(f"server {number}", on=(number, 2)))
    ann, bots = platform.member("ann"), [Listener(shard=(number, 2)) for number in (0, 1)]
    async with connected(bots[0], platform), connected(bots[1], platform):
        await platform.gateway.connected(2)
        for room in ("room 0", "room 1", DIRECT):
            await ann.says(room, room=room, mention=True)
        heard = [
            [(await bot.heard.get()).content.split("> ")[1] for _ in range(n)]
            for bot, n in zip(bots, (2, 1), strict=True)
        ]

    assert heard == [["room 0", DIRECT], ["room 1"]]
    assert bots[0].heard.empty()


async def test_identifying_too_fast_is_answered_with_op_9_and_held_against_the_bot() -> None:
    async with discord_server(Limits(identify_every=60.0)) as platform:
        async with line(platform) as first, line(platform) as second:
            await hello(platform, first)
            await platform.gateway.connected()
            await hello(platform, second)
            said = [(await second.receive_json())["op"] for _ in range(2)]

        assert said == [10, 9]
        assert platform.broken.pop() == "gateway: two identifies within 60 s"


async def test_shards_of_other_buckets_may_identify_at_once() -> None:
    limits = Limits(identify_every=60.0, max_concurrency=2)
    async with discord_server(limits) as platform, line(platform) as first, line(platform) as second:
        await hello(platform, first, shard=[0, 2])
        await hello(platform, second, shard=[1, 2])
        await platform.gateway.connected(2)


async def test_more_sessions_than_a_day_has_are_held_against_the_bot() -> None:
    async with discord_server(Limits(identify_every=0.0, identifies=0)) as platform, line(platform) as one:
        await hello(platform, one)
        assert await closing(one) == 4004
        assert platform.broken.pop().startswith("gateway: more sessions started")


async def test_what_was_broken_fails_the_test() -> None:
    server = discord_server(QUICK)
    platform = await server.__aenter__()
    platform.transcript.breach("something")
    with pytest.raises(Broken, match="something"):
        await server.__aexit__(None, None, None)


async def test_text_without_compression_is_spoken_too(platform: Discord) -> None:
    async with line(platform) as socket:
        assert (await socket.receive_json())["op"] == 10
        await hello(platform, socket)
        ready, guild = [await socket.receive_json() for _ in range(2)]

    assert (ready["t"], ready["s"], guild["t"], guild["s"]) == ("READY", 1, "GUILD_CREATE", 2)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"token": "wrong"}, 4004),
        ({"shard": [2, 2]}, 4010),
        ({"intents": 1 << 40}, 4013),
        ({"intents": int(Intent.CONTENT)}, 4014),
    ],
)
async def test_a_wrong_identify_is_closed_with_its_code(platform: Discord, said: Any, code: int) -> None:
    async with line(platform) as socket:
        await hello(platform, socket, **said)
        assert await closing(socket) == code


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        (["no json"], 4002),
        ([json.dumps({"op": 3, "d": {}})], 4003),
        ([json.dumps({"op": 99})], 4003),
    ],
)
async def test_nonsense_is_closed_with_its_code(platform: Discord, frames: list[str], code: int) -> None:
    async with line(platform) as socket:
        for frame in frames:
            await socket.send_str(frame)
        assert await closing(socket) == code


@pytest.mark.parametrize(("op", "code"), [(2, 4005), (99, 4001)])
async def test_nonsense_in_a_session_is_closed_with_its_code(platform: Discord, op: int, code: int) -> None:
    async with line(platform) as socket:
        await hello(platform, socket)
        await socket.send_str(json.dumps({"op": op, "d": {"token": platform.token, "intents": 0}}))
        assert await closing(socket) == code


async def test_another_version_is_closed(platform: Discord) -> None:
    async with line(platform, "?v=9&encoding=json") as socket:
        assert await closing(socket) == 4012


async def test_a_sequence_that_never_was_is_closed(platform: Discord) -> None:
    async with line(platform) as socket:
        await hello(platform, socket)
        await platform.gateway.connected()
    session = next(iter(platform.core.handshake.sessions.all.values()), None)
    assert session is None  # the bare client closed with 1000, which ends the session

    async with line(platform) as socket:
        await hello(platform, socket)
        await platform.gateway.connected()
        resumes = next(iter(platform.core.handshake.sessions.all))
        async with line(platform) as other:
            said = {"token": platform.token, "session_id": resumes, "seq": 99}
            await other.send_str(json.dumps({"op": 6, "d": said}))
            assert await closing(other) == 4007


async def test_too_much_said_is_closed_and_held_against_the_bot(platform: Discord) -> None:
    async with line(platform) as one, line(platform) as other:
        await one.send_str("x" * 4097)
        assert await closing(one) == 4002
        for _ in range(121):
            await other.send_str(json.dumps({"op": 1, "d": None}))
        assert await closing(other) == 4008

    assert len(platform.broken) == 2
    platform.broken.clear()


async def test_a_heart_that_stops_is_closed_and_held_against_the_bot() -> None:
    async with discord_server(Limits(heartbeat=0.02, missed_heartbeat=0.0)) as platform:
        async with line(platform) as socket:
            assert await closing(socket) == 4009
        assert platform.broken.pop() == "gateway: no heartbeat in time"


async def test_a_connection_can_be_refused(platform: Discord) -> None:
    platform.gateway.refuses = 1
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with line(platform):
            pass
    assert refused.value.status == 503
    async with line(platform) as socket:
        assert (await socket.receive_json())["op"] == 10


async def test_ready_may_never_come(platform: Discord) -> None:
    platform.gateway.ready = False
    async with line(platform) as socket:
        await hello(platform, socket)
        await platform.gateway.identified()
        await asyncio.sleep(0)
        assert platform.gateway.connections() == []


async def test_servers_come_and_go(platform: Discord) -> None:
    bot = Listener()
    async with connected(bot, platform):
        joined = asyncio.create_task(bot.wait_for("guild_join"))
        left = asyncio.create_task(bot.wait_for("guild_remove"))
        await asyncio.sleep(0)
        other = platform.server("Another")
        assert (await joined).name == "Another"
        platform.leaves(other)
        assert (await left).name == "Another"
