"""One easel a room, and one desk: its pictures are painted one after another, and so are its tables, beside
what is talked about there."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Hashable

from bot.conversation.queues.mailboxes import finish

Work = Callable[[], Awaitable[object]]


class Easels:
    """Does each run's work once, in the order in which they came; easels free themselves."""

    def __init__(self) -> None:
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._last: dict[Hashable, int] = {}
        self._closing = False

    def paint(self, key: Hashable, run_id: int, work: Work) -> None:
        """Do this when what was begun in this room before is done."""
        if run_id not in self._tasks:
            before = self._tasks.get(self._last.get(key, 0))
            self._last[key] = run_id
            self._begin(run_id, self._after(before, work), key)

    def beside(self, run_id: int, work: Work) -> None:
        """Do this now, whatever else is done."""
        if run_id not in self._tasks:
            self._begin(run_id, self._after(None, work))

    async def drain(self, seconds: float) -> None:
        """Let what is being done end for so long, then stop it where it is; nothing new begins."""
        self._closing = True
        await finish(tuple(self._tasks.values()), seconds)

    def __len__(self) -> int:
        return len(self._tasks)

    def _begin(self, run_id: int, work: Coroutine[object, object, None], key: Hashable | None = None) -> None:
        task = self._tasks[run_id] = asyncio.create_task(work, name=f"picture {run_id}")
        task.add_done_callback(lambda _: self._over(run_id, key))

    def _over(self, run_id: int, key: Hashable | None) -> None:
        del self._tasks[run_id]
        if key is not None and self._last.get(key) == run_id:
            del self._last[key]

    async def _after(self, before: asyncio.Task[None] | None, work: Work) -> None:
        if before is not None:
            await asyncio.wait({before})
            if self._closing:
                return
        await work()
