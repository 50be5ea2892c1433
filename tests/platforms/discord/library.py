"""The unmodified discord.py, pointed at a Discord on this machine."""

import asyncio
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import yarl

from tests.platforms.discord.server import Discord

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # audioop, which the library imports for voice
    import discord
    from discord import app_commands
    from discord.gateway import DiscordWebSocket
    from discord.http import Route

__all__ = ["Listener", "app_commands", "ask_gateway", "connected", "discord", "pointed_at"]


class Listener(discord.Client):
    """Keeps the messages that it is told of, and waits for nothing that a test would wait for."""

    def __init__(
        self, *, content: bool = False, shard: tuple[int, int] | None = None, timeout: float = 60.0
    ) -> None:
        intents = discord.Intents.none()
        intents.guilds = intents.guild_messages = intents.dm_messages = True
        intents.message_content = content
        number, count = shard or (None, None)
        super().__init__(
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            guild_ready_timeout=0.01,
            heartbeat_timeout=timeout,
            shard_id=number,
            shard_count=count,
        )
        self.heard: asyncio.Queue[discord.Message] = asyncio.Queue()
        self.resumed = 0

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """The library would wait for 5 s."""

    async def on_resumed(self) -> None:
        self.resumed += 1

    async def on_message(self, message: discord.Message) -> None:
        if message.author != self.user:
            self.heard.put_nowait(message)


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
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
