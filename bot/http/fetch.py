"""Fetching from an address that somebody else wrote: a service's answer, a message."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from bot.errors import ProviderDown, ProviderGarbled, ProviderRefused
from bot.http.addresses import is_public
from bot.http.faults import translated
from bot.http.stream import read

Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a host, for a port. Raises OSError."""

AddrInfo: TypeAlias = tuple[
    int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[str, int] | tuple[str, int, int, int]
]
"""What aiohttp is about to dial."""

PORTS: Final = frozenset({80, 443})
WITHIN: Final = 10.0
"""Seconds for all of it, with every redirect."""

REDIRECTS: Final = 3
MOVED: Final = (301, 302, 303, 307, 308)
PASSING: Final = (408, 425, 429)
"""Statuses below 500 of a server that may answer later."""

LONGEST: Final = 8192
"""Characters of an address."""

HEADERS: Final = {"User-Agent": "Parley", "Accept": "*/*", "Accept-Encoding": "identity"}


async def look_up(host: str, port: int) -> Sequence[str]:
    """Ask the system for the addresses of a host. Raises OSError."""
    loop = asyncio.get_running_loop()
    return [str(info[4][0]) for info in await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What is at an address. `address`: where it was in the end; `kind`: what its server calls it, if at
    all."""

    data: bytes = field(repr=False)
    address: str = field(repr=False)
    kind: str = ""


class Fetcher:
    """Fetches from the open internet only, whatever the address claims, resolves to or redirects to.

    Every name is resolved once for each request; when `vet` refuses one of its addresses, none is dialled,
    and what is dialled is vetted once more: an address that was written as a number is never resolved.

    `servers`: it asks these alone, redirects included, and whoever named them trusts them: there, any port
    and any address will do.
    """

    def __init__(
        self,
        *,
        resolve: Resolve = look_up,
        vet: Callable[[str], bool] = is_public,
        ports: Collection[int] = PORTS,
        within: float = WITHIN,
        servers: Collection[URL] = (),
    ) -> None:
        self._resolve = resolve
        self._vet = (lambda _: True) if servers else vet
        self._ports = ports
        self._servers = servers
        self._within = within

    async def fetch(self, url: str, at_most: int) -> bytes:
        """What is there, at most `at_most` bytes. Raises ProviderError.

        An address that may not be asked, a refusal and too many bytes are ProviderGarbled: whoever gave
        the address gave a bad one, and no status here says anything about an account's key.
        """
        return (await self.found(url, at_most)).data

    async def found(self, url: str, at_most: int) -> Fetched:
        """As `fetch`, with where it was and what it is said to be."""
        with _given():
            async with asyncio.timeout(self._within), self._session() as session:
                where = self._address(url)
                for _ in range(REDIRECTS + 1):
                    async with session.get(where, allow_redirects=False) as answer:
                        if answer.status not in MOVED:
                            kind = answer.headers.get("Content-Type", "")
                            return Fetched(await _body(answer, at_most), str(where), kind)
                        where = self._address(_joined(where, answer.headers.get("Location", "")))
        raise ProviderGarbled("too many redirects")

    def _session(self) -> aiohttp.ClientSession:
        """Connections of one fetch: nothing is kept for the next one, no cookie, no name's addresses."""
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=_Vetted(self._resolve, self._vet),
                use_dns_cache=False,
                socket_factory=self._dial,
                force_close=True,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(),
            headers=HEADERS,
            auto_decompress=False,
            trust_env=False,
        )

    def _address(self, text: str) -> URL:
        """The address, when it is one to ask. Raises ProviderGarbled."""
        url = _parsed(text)
        if url.scheme not in ("http", "https") or not url.raw_host or "@" in url.raw_authority:
            raise ProviderGarbled("an address that is not for fetching")
        if self._servers and url.origin() not in self._servers:
            raise ProviderGarbled("an address of another server")
        if not self._servers and url.port not in self._ports:
            raise ProviderGarbled("an address with a port that is not the web's")
        return url

    def _dial(self, info: AddrInfo) -> socket.socket:
        """A socket for an address that was vetted. Raises ProviderGarbled."""
        family, kind, protocol, _, (host, *_) = info
        if not self._vet(host):
            raise ProviderGarbled("an address that is not public")
        return socket.socket(family, kind, protocol)


@contextmanager
def _given() -> Iterator[None]:
    """Blame the address. Whoever gave it has been asked before, and is owed for it: this call was sent."""
    try:
        with translated():
            yield
    except ProviderRefused:
        raise ProviderGarbled("an address that cannot be asked") from None
    except ProviderDown as error:
        raise error if error.sent else ProviderDown("no way to an address that was given") from None


class _Vetted(AbstractResolver):
    """Resolves names for aiohttp, and refuses those with an address that is not public."""

    def __init__(self, resolve: Resolve, vet: Callable[[str], bool]) -> None:
        self._lookup = resolve
        self._vet = vet

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Every address of a host. Raises ProviderGarbled, OSError."""
        found = dict.fromkeys(await self._lookup(host, port))
        if not found or not all(self._vet(address) for address in found):
            raise ProviderGarbled("a name without an address, or with one that is not public")
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
            for address in found
        ]

    async def close(self) -> None:
        """Nothing is held."""


def _parsed(text: str) -> URL:
    """An address as it is written. What two readers could read in two ways is none."""
    if len(text) > LONGEST or "\\" in text or any(letter <= " " or letter == "\x7f" for letter in text):
        raise ProviderGarbled("an address that cannot be read")
    try:
        return URL(text, encoded=text.isascii())  # a signature in it holds for these very characters
    except ValueError:
        raise ProviderGarbled("an address that cannot be read") from None


def _joined(where: URL, location: str) -> str:
    """Where a redirect leads. Raises ProviderGarbled."""
    if not location:
        raise ProviderGarbled("a redirect to nowhere")
    return str(where.join(_parsed(location)))


async def _body(answer: aiohttp.ClientResponse, at_most: int) -> bytes:
    """An answer's bytes. Raises ProviderDown, ProviderGarbled."""
    if answer.status >= 500 or answer.status in PASSING:
        raise ProviderDown(f"{answer.status} at an address that was given")
    if answer.status != 200:
        raise ProviderGarbled(f"{answer.status} at an address that was given")
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise ProviderGarbled("a compressed body, which was not asked for")
    return await read(answer.content.iter_any(), at_most)


_public: Final = Fetcher()


async def fetch(url: str, at_most: int) -> bytes:
    """Fetch what is at an address that came from outside, from the open internet only. See `Fetcher`."""
    return await _public.fetch(url, at_most)
