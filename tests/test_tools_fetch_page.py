"""A page is read for a model: its words, marked as a stranger's; nothing inside our own network is asked."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.http import Fetcher
from bot.messages import Actor, ChannelKey, Person, ToolCall, ToolResult
from bot.reading.reader import Reader
from bot.tools import Here, Tool, Toolbox
from bot.tools.builtin.fetch_page import LARGEST, PIECE, pages
from tests.test_fetch import ADDRESSES, HOSTS, NAMES, moved, open_to, resolving, sinkhole
from tests.wire.answers import Answer, fails, hangs, sends
from tests.wire.server import AiServer

HERE = Here(ChannelKey("web", "1", "s", "c"), Actor(Person("web:ann", "Ann")), 1)
HTML = {"Content-Type": "text/html; charset=utf-8"}


async def asked(made: Tool, **arguments: object) -> ToolResult:
    call = ToolCall("c", "fetch_page", json.dumps(arguments))
    (result,) = await Toolbox([made]).run([call], [made], HERE)
    return result


@pytest.fixture
async def reader() -> AsyncIterator[Reader]:
    one = Reader()
    yield one
    await one.close()


@asynccontextmanager
async def web(
    reader: Reader, *answers: Answer, within: float = 10
) -> AsyncIterator[tuple[AiServer, str, Tool]]:
    async with open_to(*answers, within=within) as (there, url, fetcher, _):
        yield there, url, pages(fetcher, reader)


@pytest.mark.parametrize("host", HOSTS)
async def test_no_byte_reaches_a_closed_network(host: str) -> None:
    async with sinkhole() as (port, heard):
        made = pages(Fetcher(resolve=resolving(NAMES), ports={port}), Reader())
        result = await asked(made, address=f"http://{host}:{port}/latest/meta-data")

    assert heard == []
    assert result.failed


@pytest.mark.parametrize("address", ADDRESSES)
async def test_no_byte_goes_where_no_web_page_is(address: str) -> None:
    async with sinkhole() as (port, heard):
        made = pages(Fetcher(ports={port}, vet=lambda _: True), Reader())
        result = await asked(made, address=address.replace("{}", f"127.0.0.1:{port}"))

    assert heard == []
    assert result.failed


@pytest.mark.parametrize("port", [22, 25, 6379, 8080])
async def test_only_the_webs_ports_are_asked(port: int) -> None:
    result = await asked(pages(Fetcher(), Reader()), address=f"http://93.184.216.34:{port}/")

    assert result.failed
    assert "a port that is not the web's" in result.text


async def test_who_is_refused_an_address_reads_no_name_of_ours() -> None:
    result = await asked(pages(Fetcher(), Reader()), address="http://2130706433/")

    assert result.text.endswith("This address cannot be read: an address that cannot be asked.")


async def test_a_page_that_leads_round_and_round_is_left(reader: Reader) -> None:
    async with web(reader, *[moved("/again")] * 9) as (there, url, made):
        result = await asked(made, address=url)

    assert "too many redirects" in result.text
    assert len(there.requests) == 4


@pytest.mark.parametrize("inside", ["http://127.0.0.2:{}/", "//127.0.0.2:{}/", "http://169.254.169.254:{}/"])
async def test_a_page_that_leads_inside_is_not_followed(inside: str, reader: Reader) -> None:
    async with web(reader) as (there, url, made):
        port = url.rpartition(":")[2]
        there.will(moved(inside.format(port)))
        refused = await asked(made, address=url)
        there.will(
            sends(f"<meta http-equiv=refresh content='0;url={inside.format(port)}'>x".encode(), headers=HTML)
        )
        read = await asked(made, address=url)

    assert refused.failed
    assert "not public" in refused.text
    assert not read.failed
    assert len(there.requests) == 2


async def test_no_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch, reader: Reader) -> None:
    async with sinkhole() as (port, heard), web(reader, sends(b"words", headers=HTML)) as (_, url, made):
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        assert not (await asked(made, address=url)).failed

    assert heard == []


async def test_a_page_is_told_with_its_title_and_where_it_was_in_the_end(reader: Reader) -> None:
    html = b"<title>News</title><nav>Menu</nav><p>It rained.</p>"
    async with web(reader, moved("/final#part"), sends(html, headers=HTML)) as (_, url, made):
        result = await asked(made, address=f"{url}/first")

    lines = result.text.splitlines()
    assert lines[2:6] == ["Title: News", f"Address: {url}/final#part", "", "It rained."]
    assert lines[1] == lines[-1] == "=== " + lines[1][4:20] + " ==="
    assert "instruction" in lines[0]


async def test_a_long_page_is_read_piece_by_piece(reader: Reader) -> None:
    text = " ".join(str(number) for number in range(3000))
    answer = sends(text.encode(), headers={"Content-Type": "text/plain"})
    async with web(reader, answer, answer, answer) as (_, url, made):
        first = await asked(made, address=url)
        second = await asked(made, address=url, start=PIECE)
        beyond = await asked(made, address=url, start=len(text) + 1)

    assert text[:PIECE] in first.text
    assert f"[{len(text) - PIECE} more characters: ask again with start={PIECE}]" in first.text
    assert text[PIECE:] in second.text
    assert "more characters" not in second.text
    assert "(no text)" in beyond.text


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (fails(404), "This address cannot be read: 404"),
        (fails(500), "cannot be reached now"),
        (sends(b"GIF89a", headers={"Content-Type": "image/gif"}), "no text at this address, but image/gif"),
        (sends(b"x" * LARGEST, b"x", headers=HTML), f"more than {LARGEST} bytes"),
        (sends(b"\x1f\x8b", headers={"Content-Encoding": "gzip"}), "compressed"),
    ],
)
async def test_what_cannot_be_read_is_told(answer: Answer, said: str, reader: Reader) -> None:
    async with web(reader, answer) as (_, url, made):
        result = await asked(made, address=f"{url}/a-secret")

    assert result.failed
    assert said in result.text
    assert "secret" not in result.text


async def test_a_server_that_keeps_us_waiting_is_left(reader: Reader) -> None:
    async with web(reader, hangs(), within=0.1) as (there, url, made):
        result = await asked(made, address=url)
        await there.hung_up()

    assert result.text == "The server at this address took too long."


async def test_a_page_of_two_megabytes_is_read(reader: Reader) -> None:
    html = b"<p>" + b"word " * ((LARGEST - 3) // 5)
    async with web(reader, sends(html, headers=HTML)) as (_, url, made):
        result = await asked(made, address=url)

    assert not result.failed
    assert len(result.text) < made.at_most + 300


def test_it_is_known_to_reach_out_and_to_bring_strangers_words() -> None:
    made = pages(Fetcher(), Reader())

    assert (made.foreign, made.reaches_out, made.asks) == (True, True, False)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://user:secret@News.example:443/a-secret?secret#secret", "looking at news.example"),
        ("secret", "looking at a page"),
        ("http://[secret", "looking at a page"),
    ],
)
def test_people_are_told_whose_page_is_read(address: str, said: str) -> None:
    assert pages(Fetcher(), Reader()).told(json.dumps({"address": address})) == said
