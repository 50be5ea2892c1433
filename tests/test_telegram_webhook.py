"""Telegram may call instead of being asked: who knows the secret is heard, and nobody else is even read."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from adapters.telegram.connection.fetching import ALLOWED
from adapters.telegram.connection.webhook import HEADER, PATH, Webhook
from adapters.telegram.platform import NOT_CALLED
from bot.application import running
from bot.errors import StorageError
from bot.settings import Settings, Web
from tests.platforms.people import DIRECT
from tests.platforms.telegram import Telegram, serving
from tests.platforms.telegram.faults import refuses
from tests.process import free_port
from tests.seeded import seeded

SECRET = "a-secret-for-tests-of-32-or-more_"
UPDATE = b'{"update_id": 7, "message": {}}'


class Heard:
    """Whoever stores updates, or cannot."""

    def __init__(self) -> None:
        self.updates: list[Mapping[int, str]] = []
        self.full = False

    async def __call__(self, updates: Mapping[int, str]) -> int:
        if self.full:
            raise StorageError("the disk is full")
        self.updates.append(updates)
        return len(updates)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
async def http(heard: Heard) -> AsyncIterator[httpx.AsyncClient]:
    webhook = Webhook(SECRET, at_most=1000, within=0.2)
    webhook.listen(heard)
    site = Starlette(routes=[webhook.route()])
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(site), base_url="http://parley", headers={HEADER: SECRET}
    ) as client:
        yield client


async def test_what_telegram_brings_is_stored_and_acknowledged(http: httpx.AsyncClient, heard: Heard) -> None:
    answer = await http.post(PATH, content=UPDATE)

    assert (answer.status_code, answer.content) == (200, b"")
    assert heard.updates == [{7: UPDATE.decode()}]


@pytest.mark.parametrize("secret", ["", "wrong", SECRET[:-1], SECRET + "x", SECRET.upper(), "ü" * 33])
async def test_without_the_secret_nothing_is_read(http: httpx.AsyncClient, heard: Heard, secret: str) -> None:
    del http.headers[HEADER]
    read = []

    async def body() -> AsyncIterator[bytes]:
        read.append(True)
        yield UPDATE

    headers = [(HEADER.encode(), secret.encode("latin-1"))] if secret else []
    answer = await http.post(PATH, headers=headers, content=body())

    assert (answer.status_code, answer.content) == (401, b"")
    assert heard.updates == []
    assert read == []


def test_an_empty_secret_opens_nothing() -> None:
    with pytest.raises(ValueError, match="secret"):
        Webhook("")


async def test_nothing_is_acknowledged_that_cannot_be_stored(http: httpx.AsyncClient, heard: Heard) -> None:
    heard.full = True
    answer = await http.post(PATH, content=UPDATE)

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"


async def test_nothing_is_acknowledged_before_somebody_listens() -> None:
    site = Starlette(routes=[Webhook(SECRET).route()])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url="http://parley") as client:
        assert (await client.post(PATH, content=UPDATE, headers={HEADER: SECRET})).status_code == 503


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"update_id": "7"}', b'{"update_id": 1e400}', b"\xff", b"[" * 900]
)
async def test_what_has_no_number_does_not_come_for_ever(
    http: httpx.AsyncClient, heard: Heard, body: bytes
) -> None:
    assert (await http.post(PATH, content=body)).status_code == 200
    assert heard.updates == []


async def test_a_body_has_its_limit_however_it_is_sent(http: httpx.AsyncClient, heard: Heard) -> None:
    async def long() -> AsyncIterator[bytes]:
        for _ in range(11):
            yield b" " * 100

    assert (await http.post(PATH, content=b" " * 1001)).status_code == 413
    assert (await http.post(PATH, content=long())).status_code == 413
    for length in ("-1", "1e3", "9" * 400):
        answer = await http.post(PATH, content=UPDATE, headers={"content-length": length})
        assert answer.status_code == 413
    assert heard.updates == []


async def test_a_body_that_never_ends_is_not_waited_for(http: httpx.AsyncClient, heard: Heard) -> None:
    async def slow() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    assert (await http.post(PATH, content=slow())).status_code == 408
    assert heard.updates == []


def hooked(telegram: Telegram, folder: Path, port: int) -> Settings:
    return Settings(
        telegram_token=SecretStr(telegram.token),
        telegram_api_base=telegram.url,
        telegram_webhook_url=f"http://127.0.0.1:{port}{PATH}",
        telegram_webhook_secret=SecretStr(SECRET),
        data=seeded(folder),
        web=Web(port=port, token=SecretStr("a-token-for-tests-that-is-long-enough")),
    )


async def test_a_running_parley_is_called_and_answers(tmp_path: Path) -> None:
    async with serving(pace=None) as telegram:
        async with running(hooked(telegram, tmp_path, free_port())):
            hook = (await telegram.was_asked("setWebhook")).params
            ann = telegram.member("ann")
            await ann.says("What is a fjord?", room=DIRECT)
            await ann.sees_final("fjord", room=DIRECT)

        assert hook["allowed_updates"] == list(ALLOWED)
        assert hook["max_connections"] == 20
        assert telegram.asked("getUpdates") == []
        assert telegram.deliverer.webhook is not None


async def test_what_is_said_while_it_is_down_is_brought_after_the_start(tmp_path: Path) -> None:
    port = free_port()
    async with serving(pace=None, webhook_delay=0.05) as telegram:
        ann = telegram.member("ann")
        async with running(hooked(telegram, tmp_path, port)):
            await telegram.was_asked("setWebhook")
        await ann.says("Is anybody there?", room=DIRECT)
        await telegram.clock.until(lambda: telegram.deliverer.webhook and telegram.deliverer.webhook.attempts)
        async with running(hooked(telegram, tmp_path, port)):
            await ann.sees_final("anybody", room=DIRECT)
            assert telegram.asked("setWebhook")[-1].params.get("drop_pending_updates") is None


async def test_the_way_back_from_a_webhook_loses_nothing(tmp_path: Path) -> None:
    port = free_port()
    async with serving(pace=None) as telegram:
        ann = telegram.member("ann")
        wanted = hooked(telegram, tmp_path, port)
        async with running(wanted):
            await telegram.was_asked("setWebhook")
        await ann.says("Is anybody there?", room=DIRECT)
        async with running(replace(wanted, telegram_webhook_url="", telegram_webhook_secret=None)):
            await ann.sees_final("anybody", room=DIRECT)
        assert telegram.deliverer.webhook is None


async def test_an_address_that_telegram_does_not_call_is_told(tmp_path: Path) -> None:
    async with serving(pace=None) as telegram:
        telegram.always("setWebhook", refuses(400, "Bad Request: bad webhook: An HTTPS URL must be provided"))
        async with running(hooked(telegram, tmp_path, free_port())) as parley:
            await telegram.was_asked("setWebhook")
            async with httpx.AsyncClient() as http:
                reasons: dict[str, str] = {}
                while reasons != {"telegram": NOT_CALLED}:
                    reasons = (await http.get(f"{parley.url}/readyz")).json()["reasons"]


async def test_only_that_address_is_reached_by_another_name(tmp_path: Path) -> None:
    async with serving(pace=None) as telegram, running(hooked(telegram, tmp_path, free_port())) as parley:
        await telegram.was_asked("setWebhook")
        async with httpx.AsyncClient(base_url=parley.url, headers={"host": "bot.example"}) as http:
            assert (await http.post(PATH, content=UPDATE)).status_code == 401
            assert (await http.post(PATH, content=UPDATE, headers={HEADER: SECRET})).status_code == 200
            assert (await http.get(PATH)).status_code == 405
            for other in (f"{PATH}/", f"{PATH}/..", "/", "/api/me", "/webhooks", f"/{PATH}"):
                assert (await http.post(other, headers={HEADER: SECRET})).status_code == 421, other


async def test_a_large_body_without_the_secret_is_hardly_read(tmp_path: Path) -> None:
    async with serving(pace=None) as telegram, running(hooked(telegram, tmp_path, free_port())) as parley:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(parley.url.rpartition(":")[2]))
        writer.write(f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n{{".encode())
        status = await reader.readline()
        rest = await reader.read()  # it hangs up
        writer.close()

        assert status == b"HTTP/1.1 401 Unauthorized\r\n"
        assert b"\r\nconnection: close\r\n" in rest.lower()  # and does not wait for the rest
