"""Whatever an address claims, resolves to or redirects to: only the open internet is asked."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import pytest

from bot.errors import ProviderDown, ProviderError, ProviderGarbled, ProviderTimeout
from bot.http import Fetcher, fetch
from bot.http.fetch import Resolve, look_up
from tests.wire.answers import CLOSE, DRIP, RESET, Answer, fails, hangs, page, sends
from tests.wire.server import AiServer, nobody, serving
from tests.wire.wire import Wire

OPEN, CLOSED = "127.0.0.1", "127.0.0.2"
"""Two addresses of this machine; the tests let one of them pass for a public one."""

NAMES = {
    "metadata.google.internal": ["169.254.169.254"],
    "mixed.example": ["93.184.216.34", "127.0.0.1"],
    "mixed6.example": ["2606:4700::1111", "::ffff:127.0.0.1"],
    "alias.example": ["10.0.0.7"],
    "six.example": ["fd00:ec2::254"],
    "scoped.example": ["fe80::1%eth0"],
    "trailing.example.": ["127.0.0.1"],
}

HOSTS = (
    *("127.0.0.1", "127.1", "0", "0.0.0.0", "0x7f.1", "2130706433", "0177.0.0.1", "127.0.0.1."),  # noqa: S104
    *("localhost", "localhost.", "LOCALHOST", "①②⑦.0.0.1", "127。0。0。1", "%31%32%37.0.0.1"),
    *("[::]", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:169.254.169.254]", "[64:ff9b::a9fe:a9fe]"),
    *("[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[2001:0:4136:e378:8000:63bf:3fff:fdd2]", "[::a9fe:a9fe]"),
    *("[::7f00:1]", "[fd00:ec2::254]", "[fe80::1%25eth0]", "[fe80::1%25lo]", "[fec0::1]", "[ff02::1]"),
    *("169.254.169.254", "100.100.100.200", "168.63.129.16", "192.0.0.192", "198.18.0.1", "224.0.0.1"),
    *("255.255.255.255", "10.0.0.1", "192.168.1.1", "172.16.0.1", *NAMES),
)

UNHEARD_OF = ("localhost.", "%31%32%37.0.0.1")
"""Names that not every machine's resolver knows."""

ADDRESSES = (
    *("file:///etc/passwd", "gopher://{}/", "ftp://{}/", "data:text/plain,hello", "unix:/run/docker.sock"),
    *(
        "http://a:b@{}/",
        "http://a@{}/",
        "http://@{}/",
        "https://a:b@{}/",
        "http://evil\\@{}/",
        "http:\\\\{}/",
    ),
    *(
        "//{}/",
        "{}",
        "",
        "http://",
        "http:///x",
        "http://[",
        "http://[::1",
        "http://{}:99999/",
        "http://{}:x/",
    ),
    *(
        "http://ho st/",
        "http://{}/\r\nHost: evil",
        "http://{}/\tx",
        "\x00http://{}/",
        "http://{}/" + "x" * 9000,
    ),
)


@asynccontextmanager
async def sinkhole() -> AsyncIterator[tuple[int, list[bytes]]]:
    """A port of this machine on which nobody may call, and what came in all the same."""
    heard: list[bytes] = []

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(b"a connection")
        heard.append(await reader.read(1))
        writer.close()

    first = await asyncio.start_server(meet, OPEN, 0)
    port = first.sockets[0].getsockname()[1]
    async with first:
        with suppress(OSError):  # a machine without IPv6
            second = await asyncio.start_server(meet, "::1", port)
            async with second:
                yield port, heard
            return
        yield port, heard


def resolving(names: Mapping[str, Sequence[str]]) -> Resolve:
    """A resolver that knows these names, and else asks the system."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        return names[host] if host in names else await look_up(host, port)

    return resolve


class Names:
    """A resolver that answers as it was told, one answer after another, and counts."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        return self.answers[min(len(self.asked), len(self.answers)) - 1]


@asynccontextmanager
async def open_to(
    *answers: Answer, within: float = 10.0
) -> AsyncIterator[tuple[AiServer, str, Fetcher, Names]]:
    """A service at what passes for a public address, the address to ask, and who fetches there."""
    async with serving() as there:
        there.will(*answers)
        port = urlsplit(there.url).port or 0
        names = Names([OPEN])
        fetcher = Fetcher(resolve=names, vet=lambda address: address == OPEN, ports={port}, within=within)
        yield there, f"http://pictures.example:{port}", fetcher, names


def moved(to: str, status: int = 302) -> Answer:
    async def answer(wire: Wire) -> None:
        await wire.start(status, {"Location": to, "Set-Cookie": "who=me"})
        await wire.end()

    return answer


@pytest.mark.parametrize("host", HOSTS)
async def test_no_host_of_a_closed_network_is_asked(host: str) -> None:
    async with sinkhole() as (port, heard):
        fetcher = Fetcher(resolve=resolving(NAMES), ports={port})
        with pytest.raises(ProviderError) as caught:
            await fetcher.fetch(f"http://{host}:{port}/latest/meta-data", 1000)

    assert heard == []
    assert type(caught.value) is ProviderGarbled or host in UNHEARD_OF  # refused, not just out of reach


@pytest.mark.parametrize("address", ADDRESSES)
async def test_what_is_no_plain_web_address_is_not_asked(address: str) -> None:
    async with sinkhole() as (port, heard):
        with pytest.raises(ProviderGarbled):
            await Fetcher(ports={port}, vet=lambda _: True).fetch(
                address.replace("{}", f"127.0.0.1:{port}"), 1000
            )

    assert heard == []


@pytest.mark.parametrize("port", [0, 22, 6379, 8080, 65535])
async def test_only_the_webs_ports_are_asked(port: int) -> None:
    with pytest.raises(ProviderGarbled, match="port"):
        await fetch(f"http://93.184.216.34:{port}/", 1000)


async def test_the_fetcher_in_use_is_the_guarded_one() -> None:
    for host in ("127.0.0.1", "localhost", "[::1]", "169.254.169.254"):
        with pytest.raises(ProviderGarbled, match="not public"):
            await fetch(f"http://{host}/", 1000)


async def test_what_is_there_is_fetched_under_its_own_name() -> None:
    async with open_to(sends(b"pic", b"ture", headers={})) as (there, url, fetcher, names):
        assert await fetcher.fetch(f"{url}/x.png?X-Sig=a%2Fb%2Bc+d&e=%C3%A4", 7) == b"picture"

    request = there.requests[0]
    assert (request.method, request.path) == ("GET", "/x.png?X-Sig=a%2Fb%2Bc+d&e=%C3%A4")
    assert request.headers["host"] == urlsplit(url).netloc
    assert request.headers["accept-encoding"] == "identity"
    assert not {"authorization", "cookie", "referer"} & request.headers.keys()
    assert names.asked == ["pictures.example"]


async def test_tls_is_asked_for_under_the_name_of_the_address() -> None:
    """The hello is not encrypted: the name can be read from it."""
    hello: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hello.set_result(await reader.read(4096))
        writer.close()

    async with await asyncio.start_server(meet, OPEN, 0) as server:
        port = server.sockets[0].getsockname()[1]
        fetcher = Fetcher(resolve=Names([OPEN]), vet=lambda address: address == OPEN, ports={port})
        with pytest.raises(ProviderError):
            await fetcher.fetch(f"https://pictures.example:{port}/x.png", 1000)

        assert b"pictures.example" in await hello


async def test_a_name_that_changes_its_mind_is_asked_once() -> None:
    """First a public address, then one of this machine: only the first is ever dialled."""
    async with open_to(sends(b"picture", headers={})) as (there, url, fetcher, names):
        names.answers = [[OPEN], [CLOSED]]
        assert await fetcher.fetch(f"{url}/x.png", 100) == b"picture"
        assert len(names.asked) == len(there.requests) == 1

        with pytest.raises(ProviderGarbled, match="not public"):
            await fetcher.fetch(f"{url}/x.png", 100)
        assert len(there.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_followed_by_a_plain_question(status: int) -> None:
    answers = (moved("/b?c=d%2F", status), sends(b"picture", headers={}))
    async with open_to(*answers) as (there, url, fetcher, names):
        assert await fetcher.fetch(f"{url}/a", 100) == b"picture"

    assert [(asked.method, asked.path) for asked in there.requests] == [("GET", "/a"), ("GET", "/b?c=d%2F")]
    assert "cookie" not in there.requests[1].headers
    assert names.asked == ["pictures.example"] * 2


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.2:{port}/",
        "//127.0.0.2:{port}/",
        "https://127.0.0.2:{port}/",
        "http://[::1]:{port}/",
        "http://169.254.169.254:{port}/latest",
        "http://a:b@127.0.0.1:{port}/",
        "http://127.0.0.1:22/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:{port}/",
        "http://127.1:{port}/",
        "http:\\\\127.0.0.1:{port}/",
        "",
    ],
)
async def test_a_redirect_is_vetted_like_any_address(location: str) -> None:
    async with open_to() as (there, url, fetcher, _):
        there.will(moved(location.replace("{port}", url.rpartition(":")[2]), 307))
        with pytest.raises(ProviderGarbled):
            await fetcher.fetch(f"{url}/a", 100)

    assert len(there.requests) == 1


async def test_a_redirect_to_a_name_in_a_closed_network_is_not_followed() -> None:
    async with open_to() as (there, url, fetcher, names):
        names.answers = [[OPEN], [OPEN, CLOSED]]
        there.will(moved(url.replace("pictures", "inside")))
        with pytest.raises(ProviderGarbled, match="not public"):
            await fetcher.fetch(f"{url}/a", 100)

    assert names.asked == ["pictures.example", "inside.example"]
    assert len(there.requests) == 1


async def test_redirects_come_to_an_end() -> None:
    async with open_to() as (there, url, fetcher, _):
        there.always = moved("/again")
        there.will(*[moved("/again")] * 9)
        with pytest.raises(ProviderGarbled, match="too many redirects"):
            await fetcher.fetch(f"{url}/a", 100)

    assert len(there.requests) == 4


async def test_a_page_that_would_send_a_browser_elsewhere_is_just_bytes() -> None:
    body = b'<meta http-equiv="refresh" content="0;url=http://127.0.0.2/">'
    async with open_to(sends(body, headers={})) as (there, url, fetcher, _):
        assert await fetcher.fetch(url, 100) == body
    assert len(there.requests) == 1


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (page(404), ProviderGarbled),
        (fails(401), ProviderGarbled),  # says nothing about the account's key
        (fails(403), ProviderGarbled),
        (fails(204), ProviderGarbled),
        (fails(206), ProviderGarbled),
        (fails(300), ProviderGarbled),
        (fails(304), ProviderGarbled),
        (fails(429), ProviderDown),
        (fails(503), ProviderDown),
        (sends(RESET), ProviderDown),
        (sends(CLOSE), ProviderDown),
        (Wire.reset, ProviderDown),
        (sends(b"x", headers={"Content-Encoding": "gzip"}), ProviderGarbled),
        (sends(b"x", headers={"Content-Encoding": "br"}), ProviderGarbled),
        (sends(b"x" * 101, headers={}), ProviderGarbled),
        (sends(*[b"x" * 50] * 3, headers={}), ProviderGarbled),
    ],
)
async def test_whatever_is_there_instead_has_a_name(answer: Answer, kind: type[ProviderError]) -> None:
    async with open_to(answer, answer) as (_, url, fetcher, _):  # a connection that breaks is made anew once
        with pytest.raises(ProviderError) as caught:
            await fetcher.fetch(f"{url}/secret-words", 100)

    assert type(caught.value) is kind
    assert "secret" not in str(caught.value)
    assert "example" not in str(caught.value)
    assert getattr(caught.value, "sent", True)


async def test_a_flood_is_cut_at_the_cap() -> None:
    async def flood(wire: Wire) -> None:
        await wire.start(200, {})
        while True:
            await wire.send(b"x" * 65536)

    async with open_to(flood) as (there, url, fetcher, _):
        with pytest.raises(ProviderGarbled, match="more than 100000 bytes"):
            await fetcher.fetch(url, 100_000)
        await there.hung_up()


@pytest.mark.parametrize("answer", [sends(DRIP, headers={}), hangs()])
async def test_what_takes_too_long_is_left(answer: Answer) -> None:
    async with open_to(answer, within=0.15) as (there, url, fetcher, _):
        with pytest.raises(ProviderTimeout):
            await fetcher.fetch(url, 100_000)
        await there.hung_up()


async def test_a_resolver_that_hangs_is_left() -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]

    with pytest.raises(ProviderTimeout):
        await Fetcher(resolve=resolve, within=0.05).fetch("http://slow.example/", 100)


@pytest.mark.parametrize("names", [[], [OPEN]])
async def test_who_cannot_be_reached_is_down_and_was_asked_all_the_same(names: list[str]) -> None:
    """The picture behind the address was paid for: `sent` would say that it was not."""
    port = urlsplit(nobody()).port or 0
    fetcher = Fetcher(resolve=Names(names), vet=lambda _: True, ports={port})
    with pytest.raises(ProviderError) as caught:
        await fetcher.fetch(f"http://private.example:{port}/", 100)

    assert type(caught.value) in (ProviderDown, ProviderGarbled)
    assert getattr(caught.value, "sent", True)
    assert "private" not in str(caught.value)


async def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with sinkhole() as (port, heard), open_to(sends(b"picture", headers={})) as (_, url, fetcher, _):
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        assert await fetcher.fetch(url, 100) == b"picture"

    assert heard == []
