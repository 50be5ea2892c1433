"""Streams that are closed at once, however their reader ends: a connection is behind them."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import TypeVar

from bot.errors import ProviderRefused

T = TypeVar("T")


@asynccontextmanager
async def closing(parts: AsyncIterator[T]) -> AsyncIterator[AsyncIterator[T]]:
    """Read `parts` meanwhile, and close it whatever happens."""
    try:
        yield parts
    finally:
        if isinstance(parts, AsyncGenerator):
            await parts.aclose()


async def rather(
    first: AsyncGenerator[T, None],
    second: Callable[[], AsyncGenerator[T, None]],
    refused: Callable[[ProviderRefused], bool],
) -> AsyncGenerator[T, None]:
    """All of `first`; all of `second` instead when the service refuses the first for a reason that counts."""
    try:
        async with aclosing(first):
            async for part in first:
                yield part
    except ProviderRefused as error:
        if not refused(error):
            raise
    else:
        return
    async with aclosing(second()) as parts:
        async for part in parts:
            yield part
