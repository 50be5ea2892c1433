"""A build with one promise broken on purpose: it acknowledges a message before it is committed.

The kill test must fail on it, or the test proves nothing. Run as `python -m tests.broken_build run`.
"""

import asyncio
from itertools import count

from bot.__main__ import main
from bot.conversation import Conversation
from bot.messages import Incoming
from bot.records import Accepted, Order

_accept = Conversation.accept
_late: set[asyncio.Task[Accepted]] = set()
_numbers = count(1)


async def _acknowledge_first(self: Conversation, said: Incoming, order: Order = Order()) -> Accepted:
    """Say that it is stored, and store it half a second later."""

    async def later() -> Accepted:
        await asyncio.sleep(0.5)
        return await _accept(self, said, order)

    task = asyncio.create_task(later())
    _late.add(task)
    task.add_done_callback(_late.discard)
    return Accepted(next(_numbers), next(_numbers))


if __name__ == "__main__":
    Conversation.accept = _acknowledge_first  # type: ignore[method-assign]  # that is the point
    main()
