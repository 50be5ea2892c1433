"""What somebody is given of their own, as Telegram takes files: where they are alone with the bot."""

import asyncio
from typing import Final

from telegram import Chat

from adapters.telegram.asking.sending import Sending
from adapters.telegram.keys import PRIVATE
from adapters.telegram.outlet.uploads import FILE_AT_MOST
from adapters.telegram.words.markdown import plain
from adapters.telegram.words.said import Said
from bot.conversation.privacy.exporting import Export
from bot.errors import DeliveryError, SlowDown
from bot.http import File
from bot.messages import ChannelKey, Person
from bot.ports import Clock

TAKES: Final = FILE_AT_MOST - 1_000_000
"""Bytes of one file, with what surrounds it."""

ZIP: Final = "application/zip"
THERE: Final = "It is in the chat that you have alone with me."
NO_CHAT: Final = (
    "I can give it to you only where nobody else reads it, and I may not write to you yet. Open a chat "
    "with me, press Start, and give the command there."
)
NOBODY: Final = "I can't tell who you are while you write as the group. Write under your own name."
PATIENCE: Final = 3
"""Times that Telegram may ask to wait for each file."""


async def hand(
    sending: Sending, clock: Clock, key: ChannelKey, kind: str, to: Person, export: Export
) -> Said | None:
    """Send its files to a person; what is said then where they asked: nothing where they are alone."""
    number = to.id.partition(":")[2]
    alone = key if kind == Chat.PRIVATE else ChannelKey(key.platform, key.account, PRIVATE, number)
    try:
        if not number.isdecimal():
            return plain(NOBODY)
        for path in export.files:
            await _sent(sending, clock, alone, File(path.name, await asyncio.to_thread(path.read_bytes), ZIP))
    except DeliveryError:
        return plain(NO_CHAT)
    finally:
        await export.gone()
    return None if kind == Chat.PRIVATE else plain(THERE)


async def _sent(sending: Sending, clock: Clock, to: ChannelKey, file: File) -> None:
    for _ in range(PATIENCE):
        try:
            await sending.picture(to, file, plain(""), as_file=True)
        except SlowDown as exc:
            await clock.sleep(exc.retry_after)
        else:
            return
    await sending.picture(to, file, plain(""), as_file=True)
