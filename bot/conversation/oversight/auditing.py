"""The audit as the core keeps it: by which door people come, what they were refused, and who may read it.

Changes are written down by the store, in their own commits. What was refused changes nothing, and so could be
repeated for ever: only a few of a minute are written out, the rest is counted.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from bot import acting
from bot.conversation.gate.permitting import decide, permit
from bot.errors import StorageError
from bot.governance.authorize import Act
from bot.messages import Actor, ChannelKey, Person
from bot.ports import Clock
from bot.ports.auditing import Audits
from bot.records import DONE, REFUSED, Audited, Deed

MINUTE: Final = 60.0
EACH: Final = 5
"""Refusals of a person in a minute that are written out."""
ALL: Final = 60
"""The same of everybody together."""
PEOPLE: Final = 1000
"""Of whom it is known at once how often they were refused something."""
REPEATED: Final = "repeated"
"""What stands for an act where many refusals are told in one entry."""

LAST_WORDS: Final = 1.0
"""Seconds that the end waits to be written down."""

OPERATOR: Final = Person("operator", "")
"""Who runs the machine."""

log = structlog.get_logger()


@dataclass(slots=True)
class _Count:
    """What somebody was refused since a moment."""

    since: float
    last: Deed
    written: int = 0
    more: int = 0


class Audit:
    """Raises UserError, StorageError."""

    def __init__(self, store: Audits, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._counts: OrderedDict[str, _Count] = OrderedDict()
        self._minute, self._written = 0.0, 0

    @asynccontextmanager
    async def visit(self, door: str) -> AsyncIterator[None]:
        """Somebody comes by a door: `web page`, `discord button`. Inside another visit it is a part of it."""
        if acting.inside():
            yield
            return
        with acting.visiting(door) as visit:
            try:
                yield
            finally:
                for deed in visit.refused:
                    await self._refused(deed)

    async def note(self, actor: Actor, act: Act, key: ChannelKey | None, subject: str = "") -> None:
        """Write down what was only read, before it is."""
        decided = acting.taken({act.name.lower()})
        deed = decided or Deed(actor.person, act.name.lower(), key, acting.door())
        await self._store.note(deed, DONE, at=self._clock.now(), subject=subject)

    async def told(
        self,
        key: ChannelKey,
        actor: Actor,
        *,
        days: int,
        who: str = "",
        before: int | None = None,
        limit: int = 20,
    ) -> Sequence[Audited]:
        """What moderators may see of the last days: of this room, its channel and its server."""
        permit(actor, Act.SEE_AUDIT, key)
        since = self._clock.now() - timedelta(days=days)
        await self.flush()
        return await self._store.audited(key, since=since, who=who, before=before, limit=limit)

    async def all(
        self, actor: Actor, *, days: int | None = None, who: str = "", before: int | None = None, limit: int
    ) -> Sequence[Audited]:
        """All of it, for the operator."""
        decide(actor, Act.OPERATE)
        since = None if days is None else self._clock.now() - timedelta(days=days)
        await self.flush()
        return await self._store.audited(since=since, who=who, before=before, limit=limit)

    @asynccontextmanager
    async def running(self, version: str) -> AsyncIterator[None]:
        """Parley runs meanwhile: when it begins and when it ends is written down. Raises StorageError."""
        await self._store.note(Deed(OPERATOR, "start"), DONE, at=self._clock.now(), after=version)
        try:
            yield
        finally:
            try:
                async with asyncio.timeout(LAST_WORDS):
                    await self.flush()
                    await self._store.note(Deed(OPERATOR, "stop"), DONE, at=self._clock.now())
            except (StorageError, TimeoutError) as exc:
                log.warning("the end could not be written down", error=str(exc))

    async def flush(self) -> None:
        """Write down how often more people were refused something. Raises StorageError."""
        for person_id in [one for one, count in self._counts.items() if count.more]:
            await self._summed(self._counts.pop(person_id))

    async def _refused(self, deed: Deed) -> None:
        """Write it out, or count it. It has failed for its person already: here nothing is raised."""
        try:
            await self._told(deed)
        except StorageError as exc:
            log.warning("a refusal could not be written down", error=str(exc))

    async def _told(self, deed: Deed) -> None:
        now = self._clock.monotonic()
        if now - self._minute >= MINUTE:
            self._minute, self._written = now, 0
        found = self._counts.get(deed.person.id)
        if found and now - found.since >= MINUTE:
            del self._counts[deed.person.id]
            await self._summed(found)
            found = None
        count = found or _Count(now, deed)
        self._counts[deed.person.id] = count
        if count.written < EACH and self._written < ALL:
            count.written += 1
            self._written += 1
            await self._store.note(deed, REFUSED, at=self._clock.now())
        else:
            count.more += 1
            count.last = deed
        if len(self._counts) > PEOPLE:
            _, oldest = self._counts.popitem(last=False)
            await self._summed(oldest)

    async def _summed(self, count: _Count) -> None:
        if count.more:
            self._written += 1
            last, at = count.last, self._clock.now()
            many = Deed(last.person, REPEATED if count.more > 1 else last.act, last.key, last.door)
            await self._store.note(many, REFUSED, at=at, count=count.more)
