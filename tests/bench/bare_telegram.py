"""The least that could be done on Telegram: its library hears, httpx asks, and what comes back is posted.

`python -m tests.bench.bare_telegram TOKEN BASE AI`: prints a line once it asks for updates. It keeps nothing,
orders nothing, limits nothing.
"""

import asyncio
import sys
from typing import Any

import httpx
from telegram import Message, Update
from telegram.ext import Application, CallbackContext, CommandHandler, MessageHandler, filters
from telegram.request import HTTPXRequest

from bot.__main__ import _loop
from bot.collector import calm
from tests.bench.bare import words

MANY = 2000
HELP = "Write to me in private, or mention me in a group, and I answer."


class Bare:
    """Answers every message, and `/help`."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._ai = http

    async def helps(self, update: Update, context: "CallbackContext[Any, Any, Any, Any]") -> None:
        """Answer the command."""
        assert update.effective_message
        await update.effective_message.reply_text(HELP)

    async def answers(self, update: Update, context: "CallbackContext[Any, Any, Any, Any]") -> None:
        """The first word as soon as it comes, and all of them at the end."""
        assert update.effective_message
        shown: Message | None = None
        whole = ""
        async for word in words(self._ai, update.effective_message.text or ""):
            whole += word
            shown = shown or await update.effective_message.reply_text(whole)
        if shown and whole.strip() != shown.text:
            await shown.edit_text(whole)


async def main(token: str, base: str, ai: str) -> None:
    """Until it is killed."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=f"{ai}/", limits=limits, timeout=None) as http:  # noqa: S113  # it waits as long as it takes
        bare = Bare(http)
        door = HTTPXRequest(connection_pool_size=MANY, pool_timeout=60.0, read_timeout=60.0)
        building = Application.builder().token(token).base_url(f"{base}/bot").request(door)
        bot = building.get_updates_request(HTTPXRequest()).concurrent_updates(MANY).build()
        bot.add_handler(CommandHandler("help", bare.helps))
        bot.add_handler(MessageHandler(filters.TEXT, bare.answers))
        async with bot:
            await bot.start()
            assert bot.updater
            await bot.updater.start_polling()
            print("ready", flush=True)  # whoever started it reads it
            await asyncio.Event().wait()


if __name__ == "__main__":
    calm()
    with asyncio.Runner(loop_factory=_loop()) as runner:
        runner.run(main(*sys.argv[1:]))
