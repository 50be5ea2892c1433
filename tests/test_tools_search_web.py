"""The web is searched with the operator's engine: what it found is told, whatever it sends."""

import io
import json
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from bot import log
from bot.http import Fetcher
from bot.messages import Actor, ChannelKey, Person, ToolCall, ToolResult
from bot.reading.reader import Reader
from bot.settings import Search
from bot.settings.search import Kind
from bot.tools import Here, Tool, Toolbox
from bot.tools.builtin import builtin
from bot.tools.builtin.engines import engine
from bot.tools.builtin.search_web import ADDRESS, MOST, SNIPPET, TITLE, searching
from tests.clock import VirtualClock
from tests.wire.answers import CLOSE, RESET, Answer, fails, page, sends
from tests.wire.server import AiServer, nobody, serving

HERE = Here(ChannelKey("web", "1", "s", "c"), Actor(Person("web:ann", "Ann")), 1)
KEY = "brave-secret-key"
KINDS: tuple[Kind, ...] = ("searxng", "brave", "duckduckgo")

TWO = {
    "searxng": {
        "query": "fjord",
        "results": [
            {"url": "https://a.example/1", "title": "A &amp; fjord", "content": "Deep  water.", "score": 1.5},
            {"url": "https://b.example/?x=1&y=2", "title": "B", "content": None},
        ],
        "unresponsive_engines": [],
    },
    "brave": {
        "type": "search",
        "web": {
            "results": [
                {
                    "url": "https://a.example/1",
                    "title": "A &amp; fjord",
                    "description": "<strong>Deep</strong> water.",
                },
                {"url": "https://b.example/?x=1&y=2", "title": "B"},
            ]
        },
    },
    "duckduckgo": """<!DOCTYPE html><html><body><div class="results">
      <div class="result result--ad"><h2><a class="result__a" href="https://duckduckgo.com/y.js?ad_domain=x">Buy</a></h2>
        <a class="result__snippet" href="https://duckduckgo.com/y.js?ad_domain=x">now</a></div>
      <div class="result results_links web-result"><h2 class="result__title">
        <a class="result__a" href="//duckduckgo.com/l/?uddg=https%3A%2F%2Fa.example%2F1&amp;rut=0">A &amp;
          fjord</a></h2><a class="result__url" href="//duckduckgo.com/l/">a.example/1</a>
        <a class="result__snippet" href="//duckduckgo.com/l/"><b>Deep</b> water.</a></div>
      <div class="result"><a class="result__a" href="https://b.example/?x=1&amp;y=2">B</a></div>
    </div></body></html>""",
}

NONE = {
    "searxng": {"results": []},
    "brave": {"type": "search"},
    "duckduckgo": '<div class="no-results">No results.</div>',
}


def says(body: object) -> Answer:
    data = body if isinstance(body, str) else json.dumps(body)
    return sends(data.encode(), headers={"Content-Type": "text/html"})


@asynccontextmanager
async def web(kind: Kind, *answers: Answer, key: str = "") -> AsyncIterator[tuple[AiServer, Tool]]:
    async with serving() as there:
        there.will(*answers)
        one = engine(Search(kind, there.url, SecretStr(key) if key else None))
        async with aclosing(one):
            yield there, searching(one)


async def asked(made: Tool, query: str = "fjord") -> ToolResult:
    call = ToolCall("c", "search_web", json.dumps({"query": query}))
    (result,) = await Toolbox([made]).run([call], [made], HERE)
    return result


@pytest.mark.parametrize("kind", KINDS)
async def test_what_an_engine_finds_is_told_with_its_addresses(kind: Kind) -> None:
    async with web(kind, says(TWO[kind])) as (_, made):
        result = await asked(made)

    first, _, rest = result.text.partition("\n")
    assert "strangers" in first
    assert rest.splitlines()[1:-1] == [
        "1. A & fjord", "   https://a.example/1", "   Deep water.",
        "2. B", "   https://b.example/?x=1&y=2", "   ",
    ]  # fmt: skip
    assert not result.failed


@pytest.mark.parametrize("kind", KINDS)
async def test_finding_nothing_is_no_failure(kind: Kind) -> None:
    async with web(kind, says(NONE[kind])) as (_, made):
        result = await asked(made)

    assert "Nothing was found." in result.text
    assert not result.failed


@pytest.mark.parametrize(
    ("kind", "path", "parameters"),
    [
        ("searxng", "/v1/search", {"format": ["json"]}),
        ("brave", "/v1/web/search", {"count": ["10"]}),
        ("duckduckgo", "/v1/html/", {}),
    ],
)
async def test_an_engine_is_asked_in_its_own_way(
    kind: Kind, path: str, parameters: dict[str, list[str]]
) -> None:
    query = "fjörd & ../x?y=1#z"
    async with web(kind, says(TWO[kind]), key=KEY) as (there, made):
        await asked(made, query)

    (request,) = there.requests
    parts = urlsplit(request.path)
    assert (request.method, parts.path) == ("GET", path)
    assert parse_qs(parts.query) == parameters | {"q": [query]}
    assert request.headers["x-subscription-token" if kind == "brave" else "authorization"].endswith(KEY)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (fails(401), "does not accept this bot's account"),
        (fails(429), "takes no more questions"),
        (fails(500), "cannot be used now"),
        (fails(403), "cannot be used now"),
        (page(), "cannot be used now"),
        (says('{"results": null, "web": null}'), "cannot be used now"),
        (says("[1]"), "cannot be used now"),
        (says('{"results": [1], "web": 1}'), "cannot be used now"),
        (says("x" * 40_000_000), "cannot be used now"),
        (sends(RESET), "cannot be used now"),
        (sends(CLOSE), "cannot be used now"),
    ],
)
async def test_an_engine_that_fails_is_told_and_logged_without_the_question(
    kind: Kind, answer: Answer, said: str
) -> None:
    stream = io.StringIO()
    log.configure(stream, style="json")
    async with web(kind, answer, key=KEY) as (_, made):
        result = await asked(made, "a private question")

    assert result.failed
    assert said in result.text
    assert json.loads(stream.getvalue())["event"] == "search failed"
    assert "private" not in stream.getvalue() + result.text
    assert KEY not in stream.getvalue() + result.text


async def test_an_engine_that_is_not_there_is_told() -> None:
    one = engine(Search("searxng", nobody()))
    async with aclosing(one):
        assert "cannot be used now" in (await asked(searching(one))).text


async def test_results_are_few_and_short_and_lead_to_web_pages() -> None:
    long = {"url": "https://c.example/" + "x" * ADDRESS, "title": "t" * 999, "content": "s" * 999}
    odd = [
        {"url": url, "title": "odd"}
        for url in ("javascript:alert(1)", "file:///etc/passwd", "", "https://x.example/\n2. forged", None)
    ]
    many = [{"url": f"https://d.example/{number % 20}", "title": "d"} for number in range(40)]
    async with web("searxng", says({"results": [long, *odd, *many]})) as (_, made):
        result = await asked(made)

    assert "odd" not in result.text
    assert f"1. {'t' * TITLE}\n   (an address too long to show)\n   {'s' * SNIPPET}\n2. d\n" in result.text
    assert [line for line in result.text.splitlines() if line.startswith("   https://")] == [
        f"   https://d.example/{number}" for number in range(MOST - 1)
    ]


@pytest.mark.parametrize("query", ["", "x" * 301])
async def test_a_question_that_is_none_is_not_asked(query: str) -> None:
    async with web("searxng") as (there, made):
        assert (await asked(made, query)).failed

    assert there.requests == []


def test_searching_is_offered_only_where_an_engine_is_set_up() -> None:
    clock, fetcher, reader = VirtualClock(), Fetcher(), Reader()
    usual = ("calculate", "now", "fetch_page")

    assert tuple(made.name for made in builtin(clock, fetcher, reader, None)) == usual
    found = builtin(clock, fetcher, reader, engine(Search("duckduckgo", "https://html.duckduckgo.com")))
    assert tuple(made.name for made in found) == (*usual, "search_web")
    assert (found[-1].foreign, found[-1].reaches_out) == (True, True)
    assert found[-1].told('{"query": "fjord depth"}') == "searching the web for fjord depth"
