"""Updates brought to the bot: one after another for each chat, again until its receiver says yes."""

import asyncio
import re
from collections.abc import Hashable
from contextlib import suppress
from dataclasses import dataclass, field

import aiohttp

from tests.platforms.telegram.clock import Clock
from tests.platforms.telegram.refusals import Json, bad
from tests.platforms.telegram.updates import Pending, Updates

SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
LONGEST_DELAY = 60.0
LONGEST_RETRY_AFTER = 3600.0


@dataclass(slots=True)
class Webhook:
    """Where the bot wants its updates."""

    url: str
    secret: str = ""
    connections: int = 40
    failed_at: int = 0
    failure: str = ""
    attempts: list[int] = field(default_factory=list)

    def info(self, waiting: int, allowed: frozenset[str] | None) -> Json:
        """As getWebhookInfo tells it."""
        found: Json = {
            "url": self.url, "has_custom_certificate": False, "pending_update_count": waiting,
            "max_connections": self.connections,
        }  # fmt: skip
        if self.failure:
            found |= {"last_error_date": self.failed_at, "last_error_message": self.failure}
        return found | ({"allowed_updates": sorted(allowed)} if allowed is not None else {})


def webhook(url: str, secret: str, connections: int) -> Webhook:
    """A webhook as setWebhook asks for it; plain HTTP is taken, as by a Bot API server of one's own."""
    if not url.startswith(("http://", "https://")):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if secret and not SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    if not 1 <= connections <= 100:
        raise bad("bad webhook: max_connections must be between 1 and 100")
    return Webhook(url, secret, connections)


class Deliverer:
    """Brings what waits to the webhook while one is set. `first_delay`: seconds before the second attempt."""

    def __init__(self, clock: Clock, updates: Updates, first_delay: float = 1.0) -> None:
        self._clock = clock
        self._updates = updates
        self._first_delay = first_delay
        self._task: asyncio.Task[None] | None = None
        self.webhook: Webhook | None = None

    def set(self, wanted: Webhook) -> None:
        """From now on there."""
        self._stop()
        self.webhook = wanted
        self._updates.webhook = True
        self._updates.stop_polling()
        self._task = asyncio.create_task(self._run(wanted))

    def remove(self) -> None:
        """No more."""
        self._stop()
        self.webhook = None
        self._updates.webhook = False

    async def close(self) -> None:
        """End, in the middle of an attempt if need be."""
        task = self._task
        self._stop()
        if task is not None:
            with suppress(asyncio.CancelledError):
                await task

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self, wanted: Webhook) -> None:
        async with (
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=wanted.connections)) as session,
            asyncio.TaskGroup() as group,
        ):
            busy: dict[Hashable, asyncio.Task[None]] = {}
            while True:
                for pending in self._updates.waiting:
                    if pending.chat not in busy or busy[pending.chat].done():
                        busy[pending.chat] = group.create_task(self._bring(session, wanted, pending))
                await self._clock.until(lambda: any(self._idle(busy, one) for one in self._updates.waiting))

    def _idle(self, busy: dict[Hashable, asyncio.Task[None]], pending: Pending) -> bool:
        return pending.chat not in busy or busy[pending.chat].done()

    async def _bring(self, session: aiohttp.ClientSession, wanted: Webhook, pending: Pending) -> None:
        delay = self._first_delay
        while pending in self._updates.waiting:
            wait = await self._attempt(session, wanted, pending)
            if wait is None:
                break
            moment = self._clock.now() + max(delay, min(wait, LONGEST_RETRY_AFTER))
            await self._clock.until(lambda: False, moment)
            delay = min(2 * delay, LONGEST_DELAY)
        asyncio.get_running_loop().call_soon(self._clock.beat)  # after this task is done

    async def _attempt(
        self, session: aiohttp.ClientSession, wanted: Webhook, pending: Pending
    ) -> float | None:
        """Post it once: None when it was taken, else the seconds that the receiver asks for."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": wanted.secret} if wanted.secret else {}
        try:
            async with session.post(wanted.url, json=pending.body, headers=headers) as answer:
                status, asked = answer.status, answer.headers.get("Retry-After", "")
        except (aiohttp.ClientError, OSError, TimeoutError):
            status, asked = 0, ""
        wanted.attempts.append(status)
        if 200 <= status < 300:
            self._updates.drop(pending)
            self._clock.beat()
            return None
        wanted.failed_at = int(self._clock.now())
        wanted.failure = f"Wrong response from the webhook: {status}" if status else "Connection refused"
        self._clock.beat()
        return float(asked) if asked.isdigit() else 0.0
