"""Addresses in a service's answer: its own are asked without the key, others like any from outside."""

import pytest

from bot.errors import ProviderDown, ProviderGarbled, ProviderRefused
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
async def test_what_a_service_keeps_itself_is_asked_of_it_without_the_key(url: str, path: str) -> None:
    """An answer's writer chooses the path: nobody there hears the key, and nothing is asked in its name."""
    async with talking(sends(b"\x89PNG")) as (ai, http):
        assert await http.fetch(url.format(ai.url.removesuffix("/v1")), 100) == b"\x89PNG"
    (asked,) = ai.requests
    assert asked.path == path
    assert KEY not in str(asked)


async def test_only_an_address_of_the_operators_own_is_asked_with_the_key() -> None:
    async with serving() as other, talking(sends(b"[]")) as (ai, http):
        assert await http.fetch("list", 100, with_key=True) == b"[]"
        with pytest.raises(ProviderGarbled):
            await http.fetch(f"{other.url}/list", 100, with_key=True)
    assert ai.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert other.requests == []


@pytest.mark.parametrize("path", ["../admin", "models/../../admin", "a/./b", "..", "../admin?x=1"])
async def test_no_path_leads_out_of_the_accounts_address(path: str) -> None:
    async with talking() as (ai, http):
        for call in (
            http.get_json(path),
            http.post_bytes(path, {}, 100),
            anext(http.stream_events(path, {})),
        ):
            with pytest.raises(ProviderRefused):
                await call
        assert ai.requests == []


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
