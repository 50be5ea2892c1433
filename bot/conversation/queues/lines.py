"""One line for each chat: what happened there is dealt with in order, and holds up no other."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from typing import Any, TypeAlias

import structlog

from bot.conversation.queues.mailboxes import finish

log = structlog.get_logger()

Deal: TypeAlias = Callable[[], Awaitable[None]]


class Lines:
    """Lines that free themselves. What fails is logged, and what comes after it has its turn all the same."""

    def __init__(self) -> None:
        self._waiting: dict[Hashable, deque[Deal]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, chat: Hashable, deal: Deal) -> None:
        """Deal with something when all that came before it in the chat has been dealt with."""
        if (line := self._waiting.get(chat)) is not None:
            line.append(deal)
            return
        self._waiting[chat] = deque([deal])
        self.beside(self._work(chat))

    def beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that no line has to wait for."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def __len__(self) -> int:
        return len(self._tasks)

    async def drain(self, seconds: float) -> None:
        """Let everything be dealt with for so long, then stop it where it is."""
        while self._tasks and seconds > 0:
            began = asyncio.get_running_loop().time()
            await asyncio.wait(self._tasks, timeout=seconds)
            seconds -= asyncio.get_running_loop().time() - began
        await finish(self._tasks, 0.0)

    async def _work(self, chat: Hashable) -> None:
        line = self._waiting[chat]
        try:
            while line:
                await line.popleft()()
        except asyncio.CancelledError:
            line.clear()  # it is the end for all of them
            raise
        finally:
            del self._waiting[chat]
            if line:  # this one failed
                self._waiting[chat] = line
                self.beside(self._work(chat))

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("something that happened in a chat was not dealt with", exc_info=error)
