"""Addresses in a service's answer: its own are asked with the key, others like any from outside."""

import pytest

from bot.errors import ProviderDown, ProviderGarbled
from tests.wire.answers import fails, sends
from tests.wire.door import KEY, talking
from tests.wire.server import serving


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("{}/files/a.png?sig=a%2Fb", "/files/a.png?sig=a%2Fb"),
        ("{}", "/"),
        ("/files/a.png", "/files/a.png"),
        ("a.png", "/v1/a.png"),
        ("../a.png", "/a.png"),
    ],
)
async def test_what_a_service_keeps_itself_is_asked_of_it_with_the_key(url: str, path: str) -> None:
    async with talking(sends(b"\x89PNG")) as (ai, http):
        assert await http.fetch(url.format(ai.url.removesuffix("/v1")), 100) == b"\x89PNG"
    assert ai.requests[0].path == path
    assert ai.requests[0].headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("key", [KEY, ""])
async def test_no_other_address_hears_the_key_or_is_asked_inside(key: str) -> None:
    async with serving() as other, talking(key=key) as (ai, http):
        ours = ai.url.removeprefix("http://")
        for url in (
            f"{other.url}/a.png",
            f"https://{ours}/a.png",
            f"http://user@{ours}/a.png",
            f"http://localhost:{ours.partition(':')[2]}/a.png",
            f"//{other.url.removeprefix('http://')}/a.png",
            "http://[::1",
            "http://\ud800/",
            "file:///etc/passwd",
        ):
            with pytest.raises(ProviderGarbled):
                await http.fetch(url, 100)
        assert (ai.requests, other.requests) == ([], [])


@pytest.mark.parametrize("status", [301, 401, 403, 404])
async def test_an_address_that_the_service_refuses_was_a_bad_one(status: int) -> None:
    async with talking(fails(status)) as (_, http):
        with pytest.raises(ProviderGarbled):
            await http.fetch("/a.png", 100)


async def test_a_service_that_fails_then_is_down() -> None:
    async with talking(fails(500)) as (_, http):
        with pytest.raises(ProviderDown):
            await http.fetch("/a.png", 100)


async def test_a_file_over_its_cap_is_garbled() -> None:
    async with talking(sends(b"x" * 101)) as (_, http):
        with pytest.raises(ProviderGarbled):
            await http.fetch("/a.png", 100)
