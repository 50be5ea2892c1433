"""How fast Telegram may be asked. Its values are unpublished; these are the ones that it advises.

Every message, edit and question counts, whichever topic it is in: one a second in a chat, twenty a minute in
a group, thirty a second in all. Text in the making keeps further back than what somebody waits for; that
goes in the order in which it came.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Final

from bot.errors import SlowDown
from bot.ports import Clock

APART: Final = 1.0
"""Seconds between two requests in a chat."""
EDITS_APART: Final = 3.0
"""Seconds that text in the making keeps behind whatever came before it, in a group."""
EDITS_APART_LATER: Final = 4.0
"""The same when there were some already, so that a minute always has room for final texts."""
MINUTE: Final = 60.0
A_MINUTE: Final = 20
"""Requests in a group in any minute."""
HURRIED: Final = 4
"""Requests in a minute after which text in the making slows down."""
IN_THE_MAKING: Final = 16
"""As many of them at most when it is text in the making that asks: the others are kept for final texts."""

A_SECOND: Final = 28
"""Requests in all in any second."""
PATIENCE: Final = 30.0
"""Seconds that a request waits here for its turn; a longer wait is its caller's."""
EVERYWHERE: Final = 3
"""Chats that are told to wait within a second: then it is the bot as a whole that is too fast."""
LONGEST_EVERYWHERE: Final = 10.0
"""Seconds after which other chats are tried again, should each of these have been closed for its own sake."""

_ROUNDING: Final = 1e-6


@dataclass(slots=True)
class _Chat:
    """When it was asked within the last minute, and until when it is closed."""

    group: bool
    times: deque[float] = field(default_factory=deque)
    drafted: float = float("-inf")
    until: float = float("-inf")
    line: asyncio.Lock = field(default_factory=asyncio.Lock)

    def forget(self, now: float) -> None:
        while self.times and self.times[0] + MINUTE <= now + _ROUNDING:
            self.times.popleft()

    def ready(self, *, urgent: bool) -> float:
        """When it may be asked again."""
        if not self.times:
            return self.until
        apart = APART
        if self.group and not urgent:
            apart = EDITS_APART if len(self.times) < HURRIED else EDITS_APART_LATER
        ready = max(self.until, self.times[-1] + apart)
        most = A_MINUTE if urgent else IN_THE_MAKING
        if self.group and len(self.times) >= most:
            ready = max(ready, self.times[-most] + MINUTE)
        return ready


class Pacing:
    """The bot's pace in every chat. A chat waits for itself alone, unless Telegram closes all of them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._chats: dict[int, _Chat] = {}
        self._all: deque[float] = deque()
        self._until = float("-inf")
        self._told: deque[tuple[float, int]] = deque()
        self._sweep = 256

    def __len__(self) -> int:
        return len(self._chats)

    def wait(self, chat: int, *, urgent: bool) -> float:
        """Seconds until the chat may be asked again."""
        now = self._clock.monotonic()
        ready = self._until
        if (found := self._chats.get(chat)) is not None:
            found.forget(now)
            ready = max(ready, found.ready(urgent=urgent))
        return _rest(ready, now)

    @asynccontextmanager
    async def turn(self, chat: int, *, urgent: bool) -> AsyncIterator[None]:
        """Wait for a request's turn, and count it. Raises SlowDown when that would take too long."""
        async with self._chat(chat).line if urgent else nullcontext():
            while wait := self.wait(chat, urgent=urgent) or self._overall():
                if wait > PATIENCE:
                    raise SlowDown("the chat is closed for now", retry_after=wait)
                await self._clock.sleep(wait)
            times, begun = self._chat(chat).times, self._clock.monotonic()
            times.append(begun)
            self._all.append(begun)
        try:
            yield
        finally:
            self._arrived(times, begun)

    @asynccontextmanager
    async def draft(self, chat: int) -> AsyncIterator[None]:
        """The same for a draft: it stands in no message's way."""
        found = self._chat(chat)
        while wait := self._drafting(found) or self._overall():
            if wait > PATIENCE:
                raise SlowDown("the chat is closed for now", retry_after=wait)
            await self._clock.sleep(wait)
        found.drafted = self._clock.monotonic()
        self._all.append(found.drafted)
        try:
            yield
        finally:
            found.drafted = self._clock.monotonic()

    def close(self, chat: int, seconds: float) -> None:
        """Telegram asks for patience: in this chat, or, when several hear it at once, in all."""
        now = self._clock.monotonic()
        found = self._chat(chat)
        found.until = max(found.until, now + seconds)
        while self._told and self._told[0][0] + APART < now:
            self._told.popleft()
        self._told.append((now, chat))
        if len({told for _, told in self._told}) >= EVERYWHERE:
            shortest = min(self._chats[told].until for _, told in self._told)
            self._until = max(self._until, min(shortest, now + LONGEST_EVERYWHERE))

    def closed(self, chat: int) -> bool:
        """Whether Telegram has asked for patience, and that is not over."""
        found = self._chats.get(chat)
        until = max(self._until, found.until) if found else self._until
        return _rest(until, self._clock.monotonic()) > 0

    def _drafting(self, found: _Chat) -> float:
        return _rest(max(self._until, found.until, found.drafted + APART), self._clock.monotonic())

    def _overall(self) -> float:
        """Seconds until the bot as a whole may ask again."""
        now = self._clock.monotonic()
        while self._all and self._all[0] + APART <= now + _ROUNDING:
            self._all.popleft()
        return _rest(self._all[-A_SECOND] + APART, now) if len(self._all) >= A_SECOND else 0.0

    def _arrived(self, times: deque[float], begun: float) -> None:
        """It counts from when it was answered: nobody knows when on the way it arrived."""
        if begun in times:
            times.remove(begun)
        times.append(self._clock.monotonic())

    def _chat(self, chat: int) -> _Chat:
        """What is known of a chat; those with nothing to remember are forgotten now and then."""
        if (found := self._chats.get(chat)) is None:
            if len(self._chats) >= self._sweep:
                self._forget()
            found = self._chats[chat] = _Chat(group=chat < 0)
        return found

    def _forget(self) -> None:
        now = self._clock.monotonic()
        for chat, found in list(self._chats.items()):
            found.forget(now)
            if not found.times and not found.line.locked() and max(found.until, found.drafted + APART) <= now:
                del self._chats[chat]
        self._sweep = max(256, 2 * len(self._chats))


def _rest(ready: float, now: float) -> float:
    return ready - now if ready - now > _ROUNDING else 0.0
