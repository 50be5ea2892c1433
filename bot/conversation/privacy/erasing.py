"""Forgetting a person: begun at their word, gone on with after a kill, and over when no file has a trace."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

import structlog

from bot.conversation.queues.insisting import insisting
from bot.conversation.turn.turns import Turns
from bot.messages import ChannelKey, Person
from bot.ports import Clock, Store
from bot.ports.forgetting import Lets
from bot.records import Erasure
from bot.runs import RunStatus

PAUSE: Final = 0.2
"""Seconds between two tries to empty the log, which waits for who reads."""

TRIES: Final = 50

Deliver = Callable[[ChannelKey], Awaitable[None]]
"""Brings what waits in a room to its platform: of what was wiped, nothing."""

log = structlog.get_logger()


class Erasing:
    """Forgets people, one after the other, beside everything else."""

    def __init__(self, store: Store, turns: Turns, pictures: Lets, deliver: Deliver, clock: Clock) -> None:
        self._store = store
        self._turns = turns
        self._pictures = pictures
        self._deliver = deliver
        self._clock = clock
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def begin(self, person: Person) -> asyncio.Task[None]:
        """From now on it happens, whatever comes: what does it. Raises StorageError."""
        platform = person.id.partition(":")[0]
        name = f"{platform}:gone-{secrets.token_hex(8)}"
        one = await self._store.begin_erasure(person.id, name, at=self._clock.now())
        return self._go_on_beside(one)

    async def recover(self) -> None:
        """After a start: go on where a kill left it. Raises StorageError."""
        for one in await self._store.erasures():
            self._go_on_beside(one)

    async def over(self) -> None:
        """Wait until nobody is being forgotten any more."""
        await asyncio.gather(*self._tasks.values())

    async def close(self) -> None:
        """Leave the rest for the next start."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _go_on_beside(self, one: Erasure) -> asyncio.Task[None]:
        if (running := self._tasks.get(one.person_id)) is not None:
            return running
        task = self._tasks[one.person_id] = asyncio.create_task(self._go_on(one))
        task.add_done_callback(lambda _: self._tasks.pop(one.person_id))
        return task

    async def _go_on(self, one: Erasure) -> None:
        await self._stop(one)
        self._forget_caches()
        at = self._clock.now()
        steps: dict[str, Callable[[Erasure], Awaitable[Erasure]]] = {
            "echoes": lambda one: self._store.forget_echoes(one, at=at),
            "words": lambda one: self._store.forget_words(one, at=at),
            "rest": lambda one: self._store.forget_rest(one, at=at),
            "pictures": self._pictures_go,
            "file": self._file_is_cleaned,
        }
        while step := steps.get(one.phase):
            one = await insisting(self._clock, partial(step, one))
        self._forget_caches()
        await self._posts_go(one)
        await insisting(self._clock, partial(self._store.erased, one))
        await self._clean()
        log.info("a person was forgotten", pseudonym=one.pseudonym)

    async def _stop(self, one: Erasure) -> None:
        """Nothing is written for them any more."""
        for run_id in await insisting(self._clock, partial(self._store.unended_of, one.person_id)):
            cancel = partial(self._store.cancel, run_id, at=self._clock.now())
            if await insisting(self._clock, cancel) is RunStatus.CANCELLING:
                self._turns.stop(run_id)
                await self._turns.over(run_id)

    def _forget_caches(self) -> None:
        """What is known by heart of any room may be of theirs."""
        self._turns.recalling.recall.forget()
        self._turns.recalling.library.forget()

    async def _pictures_go(self, one: Erasure) -> Erasure:
        await self._pictures.remove(await self._store.forget_pictures(one))
        return await self._store.pictures_gone(one)

    async def _file_is_cleaned(self, one: Erasure) -> Erasure:
        await self._clean()
        return await self._store.file_cleaned(one)

    async def _clean(self) -> None:
        """Let it leave the index and the log."""
        for _ in range(TRIES):
            if await insisting(self._clock, self._store.clean_file):
                return
            await self._clock.sleep(PAUSE)
        log.warning("the log of the database could not be emptied: somebody keeps reading it")

    async def _posts_go(self, one: Erasure) -> None:
        """What was posted in answer leaves the platform, at its pace, as far as it lets us."""
        for key in await insisting(self._clock, partial(self._store.keys_of, one.rooms)):
            await self._deliver(key)
