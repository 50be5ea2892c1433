"""Hears Telegram by asking it, again and again. What it tells is stored before it may forget it.

The library's own poller acknowledges before anybody has dealt with anything, stays at one update that it
cannot read, and ends for good when it is refused once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import Final, TypeAlias

import structlog

from adapters.telegram.asking.patience import REAL, Patience
from adapters.telegram.connection.fetching import Garbled, News, Refused, fetch
from adapters.telegram.connection.watchdog import Watchdog
from bot.errors import ProviderError, StorageError
from bot.http import Exchange
from bot.ports import Clock

Heard: TypeAlias = Callable[[Mapping[int, str]], Awaitable[int]]
"""Stores updates, if there are any, and deals with what was left: how many were never seen before. Raises
StorageError."""
Unhook: TypeAlias = Callable[[], Awaitable[None]]
"""Takes a webhook away."""

log = structlog.get_logger()

COMING: Final = "Parley is not connected to Telegram at the moment; it keeps trying."
UNKNOWN_BOT: Final = (
    "Telegram does not accept TELEGRAM_TOKEN at the moment; Parley keeps trying. If it was revoked, ask "
    "@BotFather for the new one with /token, and start Parley with it."
)
ANOTHER: Final = (
    "Another process hears Telegram with the same TELEGRAM_TOKEN: stop it, or give Parley a bot of its own."
)
HOOKED: Final = "A webhook is set for the bot, so that Telegram tells somebody else; Parley takes it away."
SILENT: Final = "Nothing was heard of Telegram for a while; Parley keeps trying."

STRANGER: Final = frozenset({401, 403, 404})
"""How Telegram answers who asks with a token that it does not know."""
CONFLICT: Final = 409


class Poller:
    """Asks for news for as long as it runs, whatever happens. `url`: where; the token is in it."""

    def __init__(
        self, url: str, heard: Heard, unhook: Unhook, clock: Clock, patience: Patience = REAL
    ) -> None:
        self._url = url
        self._heard = heard
        self._unhook = unhook
        self._clock = clock
        self._patience = patience
        self._watchdog = Watchdog(clock, patience.silent)
        self._offset = 0
        self._why = ""

    @property
    def why(self) -> str:
        """What keeps it from hearing people; empty when nothing does."""
        if self._why:
            return self._why
        if self._watchdog.silence is None:
            return COMING
        return SILENT if self._watchdog.alarmed else ""

    @property
    def silence(self) -> float | None:
        """Seconds since the last news, or the last word that there is none."""
        return self._watchdog.silence

    async def run(self) -> None:
        """Ask until cancelled; when nothing comes of it any more, begin anew with new connections."""
        while True:
            asking = asyncio.create_task(self._ask())
            watching = asyncio.create_task(self._watchdog.stuck())
            try:
                await asyncio.wait((asking, watching), return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in (asking, watching):
                    task.cancel()
                await asyncio.wait((asking, watching))
            error = None if asking.cancelled() else asking.exception()
            log.error("asking Telegram for news is begun anew", exc_info=error)
            await self._clock.sleep(self._patience.first)

    async def _ask(self) -> None:
        failures = 0
        async with aclosing(Exchange({"User-Agent": "Parley"})) as door:
            while True:
                wait = await self._once(door, failures + 1)
                failures = failures + 1 if wait else 0
                await self._clock.sleep(wait or self._patience.breath)

    async def _once(self, door: Exchange, failures: int) -> float:
        """Ask, and store what is told: the seconds to wait before the next time. At the start and after a
        failure Telegram is to answer at once: only then is it known to be there."""
        hold = 0 if failures > 1 or self._watchdog.silence is None else self._patience.poll
        within = hold + self._patience.answer
        try:
            told = await fetch(door, self._url, self._offset, hold=hold, within=within)
            return await self._taken(told)
        except Refused as refused:
            return await self._refused(refused, failures)
        except (Garbled, ProviderError, TimeoutError) as exc:
            return self._failed("Telegram cannot be asked", exc, failures)
        except StorageError as exc:
            return self._failed("what Telegram told cannot be stored: it is asked again", exc, failures)

    async def _taken(self, told: News) -> float:
        """Store it, then move on: from now on Telegram may forget it."""
        new = await self._heard(told.updates)
        if told.lost:
            log.error("updates without a usable number were passed over", count=told.lost)
        stuck = told.after == self._offset or (told.after is None and told.lost > 0)
        self._offset = self._offset if told.after is None else told.after
        self._watchdog.heard()
        self._why = ""
        return self._patience.first if stuck and not new else 0.0

    async def _refused(self, refused: Refused, failures: int) -> float:
        """Telegram will not tell: say why, and what can be done about it."""
        self._watchdog.stirred(refused.wait)
        if refused.wait > 0:
            log.warning("Telegram asks for patience", seconds=refused.wait)
            return refused.wait
        wait = self._patience.wait(failures, refused=refused.status in STRANGER)
        before, self._why = self._why, _why(refused)
        if self._why and self._why != before:
            log.error(self._why)
        elif not self._why:
            log.warning("Telegram cannot be asked", status=refused.status)
        if self._why == HOOKED:
            await self._unhook()
        return wait

    def _failed(self, what: str, error: Exception, failures: int) -> float:
        self._watchdog.stirred()
        log.warning(what, error=type(error).__name__)
        return self._patience.wait(failures)


def _why(refused: Refused) -> str:
    """What the operator should know about a refusal."""
    if refused.status in STRANGER:
        return UNKNOWN_BOT
    if refused.status == CONFLICT:
        return HOOKED if "webhook" in refused.conflict else ANOTHER
    return ""
