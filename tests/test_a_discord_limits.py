"""The limits and faults that tests stand on: what the library as it is makes of them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.platforms.discord import (
    Discord,
    Limits,
    discord_server,
    fails,
    hangs,
    limited,
    passes,
    resets,
    spec,
)
from tests.platforms.discord.library import Listener, connected, discord
from tests.wire.answers import Gate

QUICK = Limits(identify_every=0.0)
CREATE, EDIT = "POST /channels/{channel_id}/messages", "PATCH /channels/{channel_id}/messages/{message_id}"
MESSAGES = "/channels/*/messages"


@pytest.fixture
async def platform() -> AsyncIterator[Discord]:
    async with discord_server(QUICK.with_bucket(CREATE, 2, 0.2)) as made:
        yield made


@pytest.fixture
async def bot(platform: Discord) -> AsyncIterator[Listener]:
    made = Listener()
    async with connected(made, platform):
        yield made


def general(bot: Listener, platform: Discord) -> discord.PartialMessageable:
    return bot.get_partial_messageable(platform.channel("general").id)


async def bare(
    platform: Discord, method: str, path: str, body: object = None, **headers: str
) -> tuple[int, Any, Any]:
    """A request without the library: status, headers, body."""
    token = {"Authorization": f"Bot {platform.token}"}
    async with (
        aiohttp.ClientSession(headers=token | headers) as session,
        session.request(method, platform.url + path, json=body) as response,
    ):
        said = await response.json() if response.content_type == "application/json" else None
        return response.status, response.headers, said


async def test_the_library_keeps_a_bucket_by_its_headers(platform: Discord, bot: Listener) -> None:
    for number in range(5):
        await general(bot, platform).send(f"{number}")

    statuses = [one.status for one in platform.transcript.of("POST", MESSAGES)]
    assert statuses == [200] * 5


async def test_requests_above_a_bucket_are_refused_and_held_against_the_bot() -> None:
    async with discord_server(QUICK.with_bucket(CREATE, 2, 60.0)) as platform:
        path = f"/channels/{platform.channel('general').id}/messages"
        answers = [await bare(platform, "POST", path, {"content": "x"}) for _ in range(3)]
        status, headers, body = answers[-1]

        assert [one[1]["X-RateLimit-Remaining"] for one in answers] == ["1", "0", "0"]
        assert (status, headers["X-RateLimit-Scope"], headers["Via"]) == (429, "user", "1.1 google")
        assert headers["Content-Type"] == "application/json"
        assert 0 < body["retry_after"] <= 60
        assert body["global"] is False
        assert platform.broken.pop() == f"POST {path}: too often (user)"
        assert platform.transcript.invalid == 1


async def test_a_bucket_is_one_channels(platform: Discord) -> None:
    other = platform.room("other")
    for room in (platform.channel("general"), other):
        for _ in range(2):
            status, _, _ = await bare(platform, "POST", f"/channels/{room.id}/messages", {"content": "x"})
            assert status == 200


async def test_the_edits_of_a_channel_share_a_bucket(platform: Discord, bot: Listener) -> None:
    first, second = [await general(bot, platform).send("x") for _ in range(2)]
    paths = [f"/channels/{first.channel.id}/messages/{one.id}" for one in (first, second)]
    statuses = [(await bare(platform, "PATCH", paths[n % 2], {"content": f"{n}"}))[0] for n in range(6)]

    assert statuses == [200] * 5 + [429]
    platform.broken.clear()


async def test_more_requests_a_second_than_a_bot_has_are_refused_globally() -> None:
    async with discord_server(Limits(per_second=0)) as platform:
        status, headers, body = await bare(platform, "GET", "/users/@me")

        assert (status, headers["X-RateLimit-Global"], body["global"]) == (429, "true", True)
        assert platform.broken.pop().endswith("too often (global)")


async def test_interactions_do_not_count_against_it() -> None:
    async with discord_server(Limits(per_second=0)) as platform:
        paths = ["/interactions/1/x/callback", f"/webhooks/{platform.bot.id}/x/messages/@original"]
        for path, method in zip(paths, ("POST", "GET"), strict=True):
            for _ in range(2):
                assert (await bare(platform, method, path, {"type": 5}))[0] == 404


@pytest.mark.parametrize("scope", ["user", "global", "shared"])
async def test_the_library_waits_for_a_429_of_any_scope(platform: Discord, bot: Listener, scope: str) -> None:
    platform.will("POST", MESSAGES, limited(0.01, scope=scope))
    await general(bot, platform).send("in the end")

    assert [one.status for one in platform.transcript.of("POST", MESSAGES)] == [429, 200]


async def test_it_gives_up_at_cloudflares(platform: Discord, bot: Listener) -> None:
    platform.will("POST", MESSAGES, limited(via=False))
    with pytest.raises(discord.HTTPException) as refused:
        await general(bot, platform).send("x")
    assert refused.value.status == 429


@pytest.mark.parametrize(("status", "code"), [(503, 130000), (403, 50013), (400, 200000), (404, 10008)])
async def test_failures_come_with_their_codes(
    platform: Discord, bot: Listener, status: int, code: int
) -> None:
    platform.will("POST", MESSAGES, fails(status, code))
    with pytest.raises(discord.HTTPException) as refused:
        await general(bot, platform).send("x")
    assert (refused.value.status, refused.value.code) == (status, code)


async def test_a_reset_connection_is_not_retried_by_the_library(platform: Discord, bot: Listener) -> None:
    platform.will("POST", MESSAGES, resets(), resets(after=True))
    for seen in (0, 1):
        with pytest.raises(aiohttp.ClientOSError):
            await general(bot, platform).send("x")
        assert len(platform.member("ann").screen()) == seen


async def test_a_request_may_hang(platform: Discord, bot: Listener) -> None:
    platform.will("POST", MESSAGES, hangs())
    sending = asyncio.create_task(general(bot, platform).send("x"))
    await platform.core.news.until(lambda: platform.transcript.of("POST", MESSAGES), lambda: "nothing")
    assert not sending.done()
    sending.cancel()


async def test_a_request_waits_for_the_tests_gate(platform: Discord, bot: Listener) -> None:
    gate = Gate()
    platform.will("POST", MESSAGES, passes(gate))
    sending = asyncio.create_task(general(bot, platform).send("x"))
    await gate.reached()
    assert platform.member("ann").screen() == []
    gate.open()
    await sending
    assert len(platform.member("ann").screen()) == 1


async def test_faults_meet_the_paths_that_they_are_for(platform: Discord, bot: Listener) -> None:
    platform.will("PATCH", "/channels/*/messages/*", fails(400, 50035))
    sent = await general(bot, platform).send("x")
    with pytest.raises(discord.HTTPException):
        await sent.edit(content="y")
    await sent.edit(content="z")


async def test_a_wrong_token_is_refused(platform: Discord) -> None:
    status, _, body = await bare(platform, "GET", "/users/@me", Authorization="Bot wrong")
    assert (status, body) == (401, {"message": "401: Unauthorized", "code": 0})
    platform.token = "wrong"
    with pytest.raises(discord.LoginFailure):
        await connected(Listener(), platform).__aenter__()


async def test_who_goes_on_and_on_is_shut_out() -> None:
    async with discord_server(Limits(invalid=1)) as platform:
        wrong = [await bare(platform, "GET", "/users/@me", Authorization="x") for _ in range(2)]
        assert [one[0] for one in wrong] == [401, 429]
        assert "Via" not in wrong[1][1]
        assert platform.broken.pop().startswith("more invalid requests")


async def test_what_discord_does_not_know_is_not_found(platform: Discord) -> None:
    status, _, body = await bare(platform, "GET", "/nothing/here")
    assert (status, body["code"]) == (404, 0)


@pytest.mark.skipif(not spec.PUBLISHED.exists(), reason="no OpenAPI description on this machine")
@pytest.mark.parametrize("body", [{"content": 1}, {"nonce": "n" * 26}, {"content": "x", "flags": "4"}])
async def test_every_body_is_held_against_discords_description(platform: Discord, body: object) -> None:
    status, _, said = await bare(
        platform, "POST", f"/channels/{platform.channel('general').id}/messages", body
    )
    assert (status, said["code"]) == (400, 50035)
    assert "Invalid Form Body: body: $" in platform.broken.pop()


async def test_every_request_is_kept(platform: Discord, bot: Listener) -> None:
    await general(bot, platform).send("kept", nonce="n")
    asked = await platform.transcript.asked("POST", MESSAGES)

    assert (asked.body["content"], asked.body["nonce"], asked.status) == ("kept", "n", 200)
    assert asked.headers["Authorization"] == f"Bot {platform.token}"
    assert platform.transcript.unguarded() == []
