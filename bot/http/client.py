"""One account's way to its service: base address, key, deadlines and caps."""

import asyncio
import json
import os
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import ExitStack, aclosing, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias, cast

import httpx
import msgspec

from bot.errors import ProviderError, ProviderGarbled, ProviderRefused
from bot.http.events import Event
from bot.http.faults import FOREIGN, status_error, translated
from bot.http.fetch import fetch
from bot.http.stream import EventStream, read
from bot.http.transport import AS_READ, Wire
from bot.settings.values import Deadlines

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
Params: TypeAlias = Mapping[str, str | int]

JSON_AT_MOST: Final = 32 * 1024 * 1024
"""Bytes of one JSON answer; a catalogue of models has about one million."""

SLOWEST: Final = 256 * 1024
"""Bytes of files that are sent in a second at least."""

ERROR_AT_MOST: Final = 64 * 1024
"""Bytes of an error's body that are read."""

ERROR_WITHIN: Final = 5.0
"""Seconds that we wait for an error's body."""

SECRET: Final = 12
"""Characters of the shortest key that is one: servers without keys are given words such as `EMPTY`."""

HEADERS: Final = {"User-Agent": "Parley", "Accept-Encoding": "identity"}
"""Nothing comes compressed: a small body cannot become a large one, and events are not held back."""

EVENTS: Final = {"Accept": "text/event-stream"}
"""Who asks for a stream says so: servers may choose by it."""


ABOVE: Final = frozenset({".", ".."})
"""Steps of a path that go nowhere, or up."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to upload."""

    name: str
    data: bytes = field(repr=False)
    media_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Lying:
    """A file to upload that is read while it is sent: it may be large."""

    name: str
    path: Path
    media_type: str = "application/octet-stream"


class Http:
    """Speaks to one account's service. Every path is appended to `base_url`.

    A request that is answered as a whole has `deadlines.whole` seconds; a stream has `first_token` seconds
    until its first event with data and `between_tokens` until each further one, whatever else comes in
    between. The time that the caller takes between two events does not count. `key_header`: where the key
    travels, as a bearer token when there is none; `headers` go with every request. Raises ProviderError.
    """

    def __init__(
        self,
        base_url: str,
        *,
        key: str = "",
        key_header: str = "",
        headers: Mapping[str, str] | None = None,
        deadlines: Deadlines | None = None,
    ) -> None:
        self._key = key
        self._secret = key.encode("utf-8", "replace") if len(key) >= SECRET else b""
        self._deadlines = deadlines or Deadlines()
        shown = {key_header: key} if key_header else {"Authorization": f"Bearer {key}"}
        self._headers = {**HEADERS, **(headers or {}), **(shown if key else {})}
        self._base_url = base_url.rstrip("/")
        self._wire = Wire(self._deadlines.connect)

    async def get_json(self, path: str, params: Params | None = None) -> Json:
        """Ask for JSON."""
        return _json(await self._whole("GET", path, JSON_AT_MOST, params=params))

    async def post_json(self, path: str, body: Json) -> Json:
        """Send JSON, get JSON."""
        return _json(await self._whole("POST", path, JSON_AT_MOST, body=body))

    async def get_bytes(self, path: str, at_most: int) -> bytes:
        """Fetch a file. Raises ProviderGarbled when it has more than `at_most` bytes."""
        return await self._whole("GET", path, at_most)

    async def fetch(self, url: str, at_most: int, *, with_key: bool = False) -> bytes:
        """Fetch a file whose address the service gave: of its own origin, or from the open internet.

        Never with the key: behind one origin there may be many who are not to have it, and whoever writes an
        answer would choose what is asked with it. `with_key`: the operator gave the address, and the key goes
        to the account's own origin. A bad address, a refusal and too many bytes are ProviderGarbled.
        """
        try:
            ours, where = httpx.URL(self._base_url), httpx.URL(f"{self._base_url}/").join(url)
        except (httpx.InvalidURL, UnicodeError):
            raise ProviderGarbled("an address that cannot be read") from None
        if where.userinfo or (where.scheme, where.host, where.port) != (ours.scheme, ours.host, ours.port):
            return await fetch(url, at_most)
        try:
            return await self._whole("GET", "", at_most, url=str(where), with_key=with_key)
        except ProviderRefused as error:
            raise ProviderGarbled(f"an address that cannot be asked: {error}") from None

    async def post_bytes(self, path: str, body: Json, at_most: int) -> bytes:
        """Send JSON, get a file. Raises ProviderGarbled when it has more than `at_most` bytes."""
        return await self._whole("POST", path, at_most, body=body)

    async def delete(self, path: str) -> Json:
        """Have something deleted, get JSON."""
        return _json(await self._whole("DELETE", path, JSON_AT_MOST))

    async def post_form(
        self, path: str, fields: Mapping[str, str], files: Sequence[File | Lying], *, named: str = "files"
    ) -> Json:
        """Upload files as the form's field `named`, with other fields beside them. Those that lie somewhere
        have as much longer as they are large. Raises OSError when one cannot be read."""
        with ExitStack() as stack:
            parts, lying = [], list[int]()
            for file in files:
                data: bytes | BinaryIO
                if isinstance(file, Lying):
                    data = stack.enter_context(file.path.open("rb"))
                    lying.append(os.fstat(data.fileno()).st_size)
                else:
                    data = file.data
                parts.append((named, (file.name, data, file.media_type)))
            sent = {"data": dict(fields), "files": parts, "extensions": {AS_READ: bool(lying)}}
            return _json(await self._whole("POST", path, JSON_AT_MOST, longer=sum(lying) / SLOWEST, **sent))

    async def stream_events(self, path: str, body: Json) -> AsyncGenerator[bytes, None]:
        """The data of each event that answers `body`. A service that does not stream but answers in
        JSON as a whole is passed on as one event; any other body without events is ProviderGarbled.
        A key that is echoed is masked, here and in every body: it may be that of an error."""
        async with aclosing(self._stream("POST", path, body=body, headers=EVENTS)) as events:
            async for event in events:
                yield self._masked(event.data)

    async def get_events(self, path: str, *, after: str = "") -> AsyncGenerator[Event, None]:
        """Follow an endless stream, from behind the event with the id `after`. It may be silent for ever."""
        resume = {"Last-Event-ID": after} if after else {}
        async with aclosing(self._stream("GET", path, endless=True, headers=resume)) as events:
            async for event in events:
                yield event

    async def aclose(self) -> None:
        """Close every connection."""
        await self._wire.aclose()

    async def _whole(self, method: str, path: str, at_most: int, *, longer: float = 0, **parts: Any) -> bytes:
        """Send a request and read all of its answer, within one deadline, by so many seconds `longer`."""
        with translated(self._key):
            async with (
                asyncio.timeout(self._deadlines.whole + longer),
                aclosing(await self._open(method, path, **parts)) as answer,
            ):
                return self._masked(await read(answer.aiter_raw(), at_most))

    async def _stream(
        self, method: str, path: str, *, endless: bool = False, **parts: Any
    ) -> AsyncGenerator[Event, None]:
        """Send a request and read its answer event by event. No deadline is running while one is out."""
        until = asyncio.get_running_loop().time() + self._deadlines.first_token
        with translated(self._key):
            async with asyncio.timeout_at(until):
                answer = await self._open(method, path, **parts)
        async with aclosing(answer):
            limits = (None, None) if endless else (until, self._deadlines.between_tokens)
            stream = EventStream(answer.aiter_raw(), self._key, *limits)
            while events := await stream.more():
                for event in events:
                    yield event

    async def _open(
        self, method: str, path: str, *, body: Json = None, url: str = "", with_key: bool = True, **parts: Any
    ) -> httpx.Response:
        """Send a request and wait for the headers of its answer. Whoever calls closes it."""
        if body is not None:
            parts["content"] = _encoded(body)
        typed = {"Content-Type": "application/json"} if body is not None else {}
        ours = self._headers if with_key else HEADERS
        parts["headers"] = {**ours, **typed, **parts.get("headers", {})}
        answer = await self._wire.send(method, url or _parsed(self._url(path)), **parts)
        if answer.is_success and answer.headers.get("content-encoding", "identity") == "identity":
            return answer
        async with aclosing(answer):
            raise await self._failure(answer)

    async def _failure(self, answer: httpx.Response) -> ProviderError:
        """Why an answer is none."""
        if answer.is_success:
            return ProviderGarbled("a compressed body, which was not asked for")
        body = bytearray()
        with suppress(*FOREIGN):  # the status says enough
            async with asyncio.timeout(ERROR_WITHIN):
                async for piece in answer.aiter_raw():
                    body += piece
                    if len(body) > ERROR_AT_MOST:
                        break
        return status_error(answer.status_code, body.decode("utf-8", "replace"), answer.headers, self._key)

    def _masked(self, data: bytes) -> bytes:
        return data.replace(self._secret, b"[key]") if self._secret else data

    def _url(self, path: str) -> str:
        """The base address and the path; what stands between them is one slash. Raises ProviderRefused for a
        path that would lead out of it: a model's name may be part of one."""
        if not ABOVE.isdisjoint(path.partition("?")[0].split("/")):
            raise ProviderRefused("a path that leads elsewhere", status=404)
        return f"{self._base_url}/{path.removeprefix('/')}" if path else self._base_url


@lru_cache(maxsize=256)
def _parsed(url: str) -> httpx.URL:
    """An address of an account's own service: every request goes to one of a few."""
    return httpx.URL(url)


def _encoded(body: Json) -> bytes:
    """Write JSON. Half a surrogate pair is no character, and becomes "?"."""
    try:
        return msgspec.json.encode(body)
    except UnicodeEncodeError:
        return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def _json(body: bytes) -> Json:
    """Read JSON. Raises ProviderGarbled."""
    try:
        return cast(Json, msgspec.json.decode(body))
    except (ValueError, RecursionError) as error:
        raise ProviderGarbled(f"no JSON: {error}") from None
