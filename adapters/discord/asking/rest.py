"""The way to Discord's REST: asked once, or again after a passing fault, and never waited for in silence.

The library's own client sleeps inside of a request when a bucket is empty, repeats for 25 s, knows no
deadline, and waits for ever once one of its requests was cancelled while all of Discord asked for patience.
Answers cannot wait like that: delivery paces, parks and repeats them already.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from adapters.discord.asking.buckets import Buckets, Route
from adapters.discord.asking.faults import BANNED, Everywhere, Passing, Unwelcome, fault
from bot.errors import ProviderDown, ProviderError, SlowDown, Unreachable
from bot.http import Answered, Exchange, File, Json
from bot.ports import Clock

WITHIN: Final = 20.0
"""Seconds for a request, with every repetition."""

PAUSES: Final = (0.3, 1.0)
"""Seconds before each further try."""

AGENT: Final = "DiscordBot (Parley, 1)"
"""In the form that Discord asks for: its proxy refuses others."""


class Rest:
    """Asks Discord. Raises DeliveryError, of the kinds that `faults` knows."""

    def __init__(self, token: str, base: str, clock: Clock, *, within: float = WITHIN) -> None:
        self._base = base.rstrip("/")
        self._clock = clock
        self._within = within
        self._buckets = Buckets()
        self._token = {"Authorization": f"Bot {token}"}
        self._exchange = Exchange({"User-Agent": AGENT})

    async def ask(
        self, where: Route, body: Json = None, files: Sequence[File] = (), *, repeat: bool = True
    ) -> Any:
        """What Discord answers, decoded; an empty object for nothing. `repeat`: asking twice does no harm,
        so a passing fault is tried again."""
        try:
            async with asyncio.timeout(self._within):
                return await self._persist(where, body, files, repeat=repeat)
        except TimeoutError:
            raise Unreachable("no answer in time") from None

    async def aclose(self) -> None:
        """Close every connection."""
        await self._exchange.aclose()

    async def _persist(self, where: Route, body: Json, files: Sequence[File], *, repeat: bool) -> Any:
        for pause in PAUSES:
            try:
                return await self._once(where, body, files)
            except Passing:
                if not repeat:
                    raise
            await self._clock.sleep(pause)
        return await self._once(where, body, files)

    async def _once(self, where: Route, body: Json, files: Sequence[File]) -> Any:
        now = self._clock.monotonic()
        if wait := self._buckets.wait(where, now):
            raise SlowDown("its limit is used up", retry_after=wait)
        self._buckets.began(where, now)
        try:
            answered = await self._exchange.ask(
                where.method,
                self._base + where.path,
                headers={} if where.exempt else self._token,
                body=body,
                files={f"files[{number}]": file for number, file in enumerate(files)},
            )
        except ProviderDown as error:
            raise Passing(str(error)) from None
        except ProviderError as error:
            raise Unreachable(type(error).__name__) from None
        return self._read(where, answered)

    def _read(self, where: Route, answered: Answered) -> Any:
        now = self._clock.monotonic()
        self._buckets.read(where, answered.headers, now)
        if 200 <= answered.status < 300:
            return _json(answered.body)
        failed = fault(answered.status, answered.headers, answered.body)
        if isinstance(failed, Everywhere):
            self._buckets.pause_all(failed.retry_after, now)
        if isinstance(failed, SlowDown):
            self._buckets.pause(where, failed.retry_after, now)
        elif isinstance(failed, Unwelcome) and not where.exempt:
            self._buckets.pause_all(BANNED, now)
        raise failed


def _json(body: bytes) -> Any:
    """What an answer says. Raises Unreachable."""
    try:
        return msgspec.json.decode(body) if body else {}
    except ValueError:
        raise Unreachable("a success that is no JSON") from None
