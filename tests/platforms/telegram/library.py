"""The unmodified library, connected to a server of the tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telegram import Bot

from tests.platforms.telegram.server import Telegram


@asynccontextmanager
async def connected(telegram: Telegram) -> AsyncIterator[Bot]:
    """A Bot as it comes, with nothing but the server's addresses."""
    base, files = f"{telegram.url}/bot", f"{telegram.url}/file/bot"
    async with Bot(telegram.token, base_url=base, base_file_url=files) as bot:
        yield bot
