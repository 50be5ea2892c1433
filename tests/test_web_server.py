"""The server inside our own loop, and the page's files."""

import asyncio
import signal
import socket
from pathlib import Path

import httpx
import pytest
from starlette.responses import PlainTextResponse

from adapters.web.connection.server import listen, serving
from bot.errors import ConfigError
from tests.web_chat import TOKEN, chat


def _nothing() -> None:
    """Nothing to end."""


async def test_any_free_port_is_told() -> None:
    served = serving(PlainTextResponse("here"), "127.0.0.1", 0, ending=_nothing)
    async with served as port, httpx.AsyncClient() as client:
        assert (await client.get(f"http://127.0.0.1:{port}")).text == "here"
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


async def test_a_port_is_free_again_at_once_after_the_stop() -> None:
    port = 0
    for _ in range(3):
        async with serving(PlainTextResponse(""), "127.0.0.1", port, ending=_nothing) as port:
            pass


def test_a_taken_port_is_the_operators_business() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match="PARLEY_WEB_PORT") as refused:
            listen("127.0.0.1", port)
        assert str(port) in str(refused.value)


def test_an_address_of_another_machine_is_the_operators_business() -> None:
    with pytest.raises(ConfigError, match="PARLEY_WEB_HOST"):
        listen("192.0.2.1", 0)
    with pytest.raises(ConfigError, match="PARLEY_WEB_HOST"):
        listen("no such name", 0)


async def test_signals_stay_with_the_process() -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    async with serving(PlainTextResponse(""), "127.0.0.1", 0, ending=_nothing) as port:
        async with httpx.AsyncClient() as client:
            await client.get(f"http://127.0.0.1:{port}")
        assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before


async def test_a_stop_ends_the_streams_and_does_not_wait_for_readers() -> None:
    async with chat(keep_alive=3600) as web:
        opened = [web.listening() for _ in range(5)]
        streams = [await stream.__aenter__() for stream in opened]
        web.events.close()
        for stream in streams:
            await stream.ends()
        for one in opened:
            await one.__aexit__(None, None, None)


async def test_the_page_is_served_with_its_types_and_asked_for_once(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text('<meta name="csrf" content="__CSRF__">')
    (tmp_path / "app.js").write_text("export {}")
    (tmp_path / "secret.py").write_text("no")
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "style.css").write_text("a{}")
    async with chat(page=tmp_path) as web, web.browser() as browser:
        script = await browser.get("/page/app.js")
        assert (script.status_code, script.headers["content-type"]) == (200, "text/javascript; charset=utf-8")
        again = await browser.get("/page/app.js", headers={"if-none-match": script.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert (await browser.get("/page/parts/style.css")).headers[
            "content-type"
        ] == "text/css; charset=utf-8"
        for path in (
            "secret.py",
            "nothing.js",
            "../api.py",
            "%2e%2e/api.py",
            "..%2fapi.py",
            "/etc/passwd",
            "parts",
            "",
        ):
            assert (await browser.get(f"/page/{path}")).status_code in (401, 404), path
        await browser.get(f"/?token={TOKEN}")
        page = await browser.get("/")
        csrf = (await browser.get("/api/me")).json()["csrf"]
        assert page.text == f'<meta name="csrf" content="{csrf}">'
        assert page.headers["cache-control"] == "no-store"


async def test_a_denied_page_of_ones_own_is_shown(tmp_path: Path) -> None:
    (tmp_path / "denied.html").write_text("<p>Not in")
    (tmp_path / "favicon.svg").write_text("<svg/>")
    async with chat(page=tmp_path) as web, web.browser() as browser:
        answer = await browser.get("/")
        assert (answer.status_code, answer.text) == (401, "<p>Not in")
        assert (await browser.get("/favicon.ico")).headers["content-type"] == "image/svg+xml"


async def test_what_the_page_needs_to_begin_is_told() -> None:
    async with chat() as web:
        assert (await web.client.get("/api/me")).json() == {
            "csrf": "",
            "as": ["member", "moderator"],
            "version": "1.2.3",
            "platforms": ["web"],
        }
