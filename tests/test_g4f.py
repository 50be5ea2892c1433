"""G4F servers: models without a name, two ways to pictures, and errors of every form."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.errors import KeyRefused, ProviderDown, ProviderError, ProviderGarbled, ProviderRefused
from bot.http import Http
from bot.messages import (
    ChatRequest,
    Drawn,
    DrawRequest,
    End,
    Need,
    PictureOptions,
    Style,
    Text,
    Turn,
    Usage,
)
from bot.providers.g4f import G4F
from bot.routes import Routes
from bot.settings import Account, Settings
from bot.wire.answers import Said
from tests.wire.answers import Answer, fails, page, says, tells
from tests.wire.g4f import DONE, PNG, a_g4f_server, delta, draws, image, streams, whole

HI = ChatRequest("gpt-4o", (Turn("system", "Be brief."), Turn("user", "Hi")), 50, Style(temperature=0.9))
TIGER = DrawRequest("flux-4o", "A tiger in a forest")


async def heard(*answers: Answer) -> list[Said]:
    async with a_g4f_server(*answers) as (_, g4f):
        return [part async for part in g4f.chat(HI)]


async def drawn(*answers: Answer, request: DrawRequest = TIGER) -> list[Drawn | End]:
    async with a_g4f_server(*answers) as (_, g4f):
        return await pictures(g4f, request)


async def pictures(g4f: G4F, request: DrawRequest = TIGER) -> list[Drawn | End]:
    return [part async for part in g4f.draw(request)]


@pytest.mark.parametrize("root", ["", "/v1"])
async def test_a_conversation_is_asked_for_as_the_server_documents_it(root: str) -> None:
    async with a_g4f_server(says("Hello"), root=root) as (ai, g4f):
        assert [part async for part in g4f.chat(HI)] == [Text("Hello"), End(usage=Usage(9, 3))]

    (request,) = ai.requests
    assert request.path == "/v1/chat/completions"
    assert request.headers["accept"] == "text/event-stream"
    assert "authorization" not in request.headers
    assert request.body == {
        "model": "gpt-4o",
        "temperature": 0.9,
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}],
        "max_tokens": 50,
        "stream": True,
    }


async def test_a_model_without_a_name_is_the_servers_choice() -> None:
    async with a_g4f_server(says("Hello")) as (ai, g4f):
        assert [part async for part in g4f.chat(ChatRequest("", HI.turns, 50))]

    assert ai.requests[0].body["model"] == ""


async def test_what_is_no_json_is_skipped_and_what_is_empty_is_nothing() -> None:
    empty = b'data: {"choices":[]}\n\n'
    missing, null = delta(role="assistant"), delta(content=None)
    odd = b"not even a field\n\ndata: what?\n\n: a comment\n\ndata: {\n\n"
    parts = await heard(
        streams(odd, empty, missing, delta(content="Hel"), odd, null, delta(content="lo"), DONE)
    )

    assert parts == [Text("Hel"), Text("lo"), End()]


async def test_lines_that_no_empty_line_divides_are_read_one_by_one() -> None:
    close = delta(content="Hel").strip() + b"\ndata: what?\nnot even a field\n" + delta(content="lo").strip()

    parts = await heard(streams(close + b"\n" + DONE))

    assert "".join(part.text for part in parts if isinstance(part, Text)) == "Hello"
    assert parts[-1] == End()


async def test_an_answer_as_a_whole_is_read_too() -> None:
    assert await heard(tells("Hello")) == [Text("Hello"), End(usage=Usage(9, 3))]


async def test_a_stream_that_does_not_say_that_it_is_over_has_no_end() -> None:
    assert await heard(streams(delta(content="Hel"))) == [Text("Hel")]


ERRORS: list[tuple[Answer, type[ProviderError]]] = [
    (whole({"error": {"message": "SECRET"}, "model": "gpt-4o", "provider": "You"}), ProviderDown),
    (whole({"error": "SECRET"}), ProviderDown),
    (fails(500, "SECRET"), ProviderDown),
    (fails(404, "SECRET"), ProviderRefused),
    (fails(422, "SECRET"), ProviderRefused),
    (fails(401, "SECRET"), KeyRefused),
    (page(), ProviderGarbled),
    (page(502), ProviderDown),
]


@pytest.mark.parametrize(("answer", "kind"), ERRORS)
async def test_every_form_of_an_error_is_one_and_its_words_are_kept_apart(
    answer: Answer, kind: type[ProviderError]
) -> None:
    for attempt in (heard(answer), drawn(answer, answer)):
        with pytest.raises(ProviderError) as caught:
            await attempt
        assert type(caught.value) is kind
        assert "SECRET" not in f"{caught.value} {caught.value!r} {caught.value.reply}"
        assert kind is ProviderGarbled or "SECRET" in caught.value.said or "<title>" in caught.value.said


async def test_an_error_in_the_middle_of_a_stream_is_one() -> None:
    with pytest.raises(ProviderDown):
        await heard(
            streams(delta(content="Hel"), b'data: {"error": {"message": "no"}, "model": "m"}\n\n', DONE)
        )


async def test_the_newer_way_to_a_picture_takes_the_words_as_they_are() -> None:
    async with a_g4f_server(draws("/images/tiger.png"), image()) as (ai, g4f):
        first, end = await pictures(g4f)

    assert isinstance(first, Drawn)
    assert (first.picture.data, first.seed, end) == (PNG, None, End())
    asked, fetched = ai.requests
    assert (asked.method, asked.path) == ("POST", "/v1/images/generations")
    assert asked.body == {"model": "flux-4o", "prompt": "A tiger in a forest"}
    assert (fetched.method, fetched.path) == ("GET", "/images/tiger.png")


@pytest.mark.parametrize("status", [404, 405])
async def test_the_older_way_has_plus_signs_for_spaces_and_is_remembered(status: int) -> None:
    made = draws("/images/tiger.png")
    async with a_g4f_server(fails(status), made, image(), made, image()) as (ai, g4f):
        assert len(await pictures(g4f)) == len(await pictures(g4f)) == 2

    posts = [request for request in ai.requests if request.method == "POST"]
    assert [post.path.removeprefix("/v1/images/") for post in posts] == [
        "generations",
        "generate",
        "generate",
    ]
    assert posts[1].body == {"model": "flux-4o", "temperature": 0.9, "prompt": "A+tiger+in+a+forest"}


async def test_a_model_that_neither_way_knows_is_no_reason_to_forget_the_newer_one() -> None:
    async with a_g4f_server(fails(404), fails(404), draws("/images/tiger.png"), image()) as (ai, g4f):
        with pytest.raises(ProviderRefused):
            await pictures(g4f)
        assert await pictures(g4f)

    assert [request.path.rpartition("/")[2] for request in ai.requests] == [
        *("generations", "generate", "generations", "tiger.png")
    ]


async def test_what_was_chosen_for_a_picture_is_asked_for() -> None:
    chosen = PictureOptions(2, (512, 768), 4, 3.5, 0, "rain")
    request = DrawRequest("", "a parrot", chosen)
    links = [f"/images/{number}.png" for number in range(4)]
    async with a_g4f_server(draws(*links), image(PNG + b"1"), image(PNG + b"2")) as (ai, g4f):
        parts = await pictures(g4f, request)

    assert [part.picture.data for part in parts if isinstance(part, Drawn)] == [PNG + b"1", PNG + b"2"]
    assert ai.requests[0].body == {
        "model": "",
        "prompt": "a parrot",
        "n": 2,
        "size": "512x768",
        "num_inference_steps": 4,
        "guidance_scale": 3.5,
        "seed": 0,
        "negative_prompt": "rain",
    }


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"created": 1},
        {"created": 1, "data": None},
        {"created": 1, "data": []},
        {"created": 1, "data": {"url": "/x.png"}},
        {"created": 1, "data": "x.png"},
        {"created": 1, "data": [{}]},
        {"created": 1, "data": [{"url": ""}]},
        {"created": 1, "data": [{"url": None}]},
        {"created": 1, "data": ["/x.png"]},
        [],
        "well",
        None,
    ],
)
async def test_an_answer_without_a_picture_is_an_error(body: Any) -> None:
    with pytest.raises(ProviderGarbled):
        await drawn(whole(body))


@pytest.mark.parametrize("root", ["", "/v1"])
async def test_pictures_of_the_server_itself_come_by_its_own_door(root: str) -> None:
    """Other addresses have to be public; this server is not."""
    async with a_g4f_server(root=root) as (ai, g4f):
        home = ai.url.removesuffix("/v1")
        for link in ("/images/a.png?x=1", f"{home}/images/a.png?x=1"):
            ai.will(draws(link), image())
            assert len(await pictures(g4f)) == 2

    assert {request.path for request in ai.requests if request.method == "GET"} == {"/images/a.png?x=1"}


async def test_no_other_address_is_reached_by_the_servers_word() -> None:
    async with a_g4f_server() as (sinkhole, _), a_g4f_server() as (ai, g4f):
        elsewhere = sinkhole.url.partition(":")[2].removesuffix("/v1")
        for link in (
            f"http:{elsewhere}/images/a.png",
            f"{elsewhere}/images/a.png",
            f"{ai.url.removesuffix('/v1')}@{elsewhere.removeprefix('//')}/a.png",
            f"{ai.url.removesuffix('/v1')}0/a.png",
            "file:///etc/hosts",
        ):
            ai.will(draws(link))
            with pytest.raises(ProviderError):
                await pictures(g4f)

    assert sinkhole.requests == []
    assert {request.method for request in ai.requests} == {"POST"}


LISTED: list[Any] = [
    {"id": "gpt-4o", "object": "model", "created": 0, "owned_by": "OpenAI"},
    {"id": "flux", "object": "model", "owned_by": "", "image": True, "vision": False, "provider": False},
    {"id": "llava", "object": "model", "owned_by": None, "image": False, "vision": True},
    {"id": "PollinationsAI", "object": "model", "image": True, "vision": True, "provider": True},
    {"name": "nothing"},
    {"id": 7},
    "odd",
]


@pytest.mark.parametrize("plain", [False, True])
async def test_the_models_are_listed_with_what_they_are_for(plain: bool) -> None:
    async with a_g4f_server() as (ai, g4f):
        if plain:
            ai.models = LISTED
        else:
            ai.models = {"object": "list", "data": LISTED}
        listed = {facts.id: facts.needs for facts in await g4f.models()}

    assert [request.path for request in ai.requests] == ["/v1/models/"]
    assert listed == {
        "g4f/gpt-4o": {Need.CHAT},
        "g4f/flux": {Need.IMAGE},
        "g4f/llava": {Need.CHAT, Need.VISION},
        "g4f/": {Need.CHAT},
    }


@asynccontextmanager
async def pages(**statuses: int) -> AsyncIterator[tuple[G4F, list[str]]]:
    """A server that lists its models with these statuses at `models/` and `models`, and what it was asked."""
    asked: list[str] = []

    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
        asked.append(path)
        status = statuses["slash" if path.endswith("/") else "plain"]
        writer.write(b"HTTP/1.1 %d Odd\r\nContent-Length: 17\r\n\r\n" % status + b'[{"id":"gpt-4o"}]')
        writer.close()

    server = await asyncio.start_server(reply, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        async with aclosing(Http(url)) as http:
            yield G4F(http, Account("g4f", "g4f", url)), asked
    finally:
        server.close()


@pytest.mark.parametrize("status", [307, 404])
async def test_a_server_that_lists_its_models_without_a_slash_is_understood(status: int) -> None:
    async with pages(slash=status, plain=200) as (g4f, asked):
        assert [facts.name for facts in await g4f.models()] == ["gpt-4o", ""]

    assert asked == ["/v1/models/", "/v1/models"]


async def test_a_list_that_is_refused_is_not_asked_for_twice() -> None:
    async with pages(slash=401, plain=200) as (g4f, asked):
        with pytest.raises(KeyRefused):
            await g4f.models()

    assert asked == ["/v1/models/"]


async def test_a_list_that_is_none_is_an_error() -> None:
    async with a_g4f_server() as (ai, g4f):
        ai.models = {"error": "no"}
        with pytest.raises(ProviderGarbled):
            await g4f.models()


@pytest.mark.parametrize("listed", [False, True])
async def test_the_model_without_a_name_can_be_chosen(listed: bool) -> None:
    async with a_g4f_server() as (ai, g4f):
        account = Account("g4f", "g4f", ai.url, free=True)
        routes = Routes(Settings(accounts={"g4f": account}), lambda _: g4f, SystemClock())
        if listed:
            await routes.refresh()

    (model, *_) = routes.candidates(Need.CHAT, "g4f/")
    assert (model.id, model.name) == ("g4f/", "")
