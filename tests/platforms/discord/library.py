"""The unmodified discord.py, pointed at a Discord on this machine."""

import asyncio
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import yarl

from tests.platforms.discord.server import Discord

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # audioop, which the library imports for voice
    import discord
    from discord import app_commands
    from discord.gateway import DiscordWebSocket
    from discord.http import Route

__all__ = ["app_commands", "ask_gateway", "connected", "discord", "pointed_at"]


@contextmanager
def pointed_at(base: str) -> Iterator[None]:
    """Until it ends, the library's REST goes to another root, and its gateway is wherever `ask` finds it."""
    was = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE = base
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = was


async def ask_gateway(client: discord.Client) -> None:
    """Take the gateway that REST names; the client has to be logged in."""
    _, url, _ = await client.http.get_bot_gateway()
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)


@asynccontextmanager
async def connected(client: discord.Client, platform: Discord) -> AsyncIterator[asyncio.Task[None]]:
    """The client is ready; its task ends when it gives up."""
    with pointed_at(platform.url):
        async with client:
            await client.login(platform.token)
            await ask_gateway(client)
            task = asyncio.create_task(client.connect())
            ready = asyncio.create_task(client.wait_until_ready())
            await asyncio.wait((task, ready), return_when=asyncio.FIRST_COMPLETED)
            ready.cancel()
            try:
                yield task
            finally:
                await client.close()
                if not task.done():
                    task.cancel()
                with suppress(asyncio.CancelledError, discord.DiscordException):
                    await task
