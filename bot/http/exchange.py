"""A request and its whole answer, whatever its status: for chat platforms, whose refusals carry codes."""

from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from bot.http.client import File, Json
from bot.http.faults import translated
from bot.http.stream import read
from bot.http.transport import Wire

ANSWER_AT_MOST: Final = 8 * 1024 * 1024
"""Bytes of one answer; a hundred of Discord's messages have about one million."""

CONNECT: Final = 10.0


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back. The names of headers are in small letters."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class Exchange:
    """Sends each request once and waits for nothing: deadlines, limits and repeating are the caller's."""

    def __init__(self, headers: Mapping[str, str], *, connect: float = CONNECT) -> None:
        self._headers = {"Accept-Encoding": "identity", **headers}
        self._wire = Wire(connect)

    async def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: Json = None,
        fields: Mapping[str, str] | None = None,
        files: Mapping[str, File] | None = None,
    ) -> Answered:
        """Send JSON; with files, as the form field `payload_json` beside theirs, unless there are form
        `fields` of their own. Raises ProviderError."""
        sent = {**self._headers, **(headers or {})}
        parts: dict[str, Any] = {}
        if files:
            parts["data"] = fields or {"payload_json": msgspec.json.encode(body).decode()}
            parts["files"] = [(name, (one.name, one.data, one.media_type)) for name, one in files.items()]
        elif body is not None:
            parts["content"] = msgspec.json.encode(body)
            sent["Content-Type"] = "application/json"
        with translated():
            async with aclosing(await self._wire.send(method, url, headers=sent, **parts)) as answer:
                data = await read(answer.aiter_raw(), ANSWER_AT_MOST)
        return Answered(answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, data)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._wire.aclose()
