"""The least that could be done on Discord: discord.py hears, httpx asks, and what comes back is posted.

`python -m tests.bench.bare_discord TOKEN BASE AI`: prints a line once it is connected, and one for every
message that it hears. It keeps nothing, orders nothing, limits nothing.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from bot.__main__ import _loop
from bot.collector import calm
from tests.bench.bare import words
from tests.platforms.discord.library import ask_gateway, discord, pointed_at

CHAT = {
    "name": "chat",
    "description": "Talk to me",
    "options": [{"type": 3, "name": "message", "description": "What you want to say"}],
}


class Bare(discord.Client):
    """Answers mentions and `/chat`."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        intents = discord.Intents.none()
        intents.guilds = intents.guild_messages = True
        super().__init__(intents=intents, guild_ready_timeout=0.01)
        self._ai = http

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """The library would wait for 5 s."""

    async def on_ready(self) -> None:
        print("ready", flush=True)  # whoever started it reads it

    async def on_message(self, message: discord.Message) -> None:
        if message.author == self.user:
            return
        print("heard", flush=True)  # likewise
        shown: list[discord.Message] = []

        async def show(text: str) -> None:
            if shown:
                await shown[0].edit(content=text)
            else:
                shown.append(await message.channel.send(text))

        await self._answer(message.content, show)

    async def on_interaction(self, interaction: "discord.Interaction[Any]") -> None:
        await interaction.response.defer()

        async def show(text: str) -> None:
            await interaction.edit_original_response(content=text)

        await self._answer("hello", show)

    async def _answer(self, text: str, show: Callable[[str], Awaitable[None]]) -> None:
        """The first word as soon as it comes, and all of them at the end."""
        whole = ""
        async for word in words(self._ai, text):
            if not whole:
                await show(word)
            whole += word
        await show(whole)


async def main(token: str, base: str, ai: str) -> None:
    """Until it is killed."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=f"{ai}/", limits=limits, timeout=None) as http, Bare(http) as bot:  # noqa: S113  # it waits as long as it takes
        with pointed_at(base):
            await bot.login(token)
            await bot.http.bulk_upsert_global_commands(bot.application_id or 0, [CHAT])
            await ask_gateway(bot)
            await bot.connect()


if __name__ == "__main__":
    calm()
    with asyncio.Runner(loop_factory=_loop()) as runner:
        runner.run(main(*sys.argv[1:]))
