"""Files of messages, fetched from Telegram when their turn has come.

A file's address has the token in it, and is good for an hour: it is asked for each time and never kept.
"""

from typing import Final

from telegram import Bot
from telegram.error import BadRequest, RetryAfter, TelegramError
from yarl import URL

from adapters.telegram.asking.faults import fault
from bot.conversation.files.documents import named
from bot.errors import BadOption, Gone, ProviderError, ProviderGarbled, SlowDown, TooLarge, Unreachable
from bot.http import Fetcher
from bot.messages import Address, Attachment
from bot.ports import Clock

WITHIN: Final = 20.0
"""Seconds for one file."""

PATIENCE: Final = 10.0
"""Seconds that we wait at most when Telegram asks for patience."""

LARGEST: Final = 20 * 1024 * 1024
"""Bytes of a file that Telegram hands out to bots."""


class TelegramFiles:
    """Implements `Files`. `base`: the root of the Bot API, whose server alone hands out files."""

    def __init__(self, bot: Bot, base: str, clock: Clock) -> None:
        self._bot = bot
        self._clock = clock
        self._fetcher = Fetcher(servers=(URL(base).origin(),), within=WITHIN)

    async def fetch(self, attachment: Attachment, to: Address, at_most: int) -> bytes:
        """The bytes of a message's file. Raises DeliveryError, TooLarge, BadOption."""
        most = min(at_most, LARGEST)
        if attachment.size > most:
            raise _too_large(attachment, most)
        address = await self._address(attachment, most)
        try:
            return await self._fetcher.fetch(address, most)
        except ProviderGarbled as exc:
            raise Gone(f"a file: {exc}") from None
        except ProviderError as exc:
            raise Unreachable(f"a file: {type(exc).__name__}") from None

    async def _address(self, attachment: Attachment, most: int) -> str:
        """Where its bytes are now. Raises DeliveryError, TooLarge, BadOption."""
        try:
            found = await self._asked(attachment.id)
        except BadRequest as exc:
            if "too big" in exc.message:
                raise _too_large(attachment, most) from None
            raise fault(exc) from None
        except TelegramError as exc:
            raise fault(exc) from None
        root = f"{self._bot.base_file_url}/"
        if not found.startswith(root) or found.startswith("/", len(root)):
            raise BadOption(
                f"I can't fetch {named(attachment.name)}: this bot's Telegram server keeps files to itself."
            )
        return found

    async def _asked(self, file_id: str) -> str:
        """Ask where a file is; once more when Telegram wants a little patience. Raises TelegramError."""
        try:
            found = await self._bot.get_file(file_id)
        except RetryAfter as exc:
            wait = fault(exc)
            if not isinstance(wait, SlowDown) or wait.retry_after > PATIENCE:
                raise
            await self._clock.sleep(wait.retry_after)
            found = await self._bot.get_file(file_id)
        return found.file_path or ""


def _too_large(attachment: Attachment, most: int) -> TooLarge:
    size = f"{attachment.size / 1024**2:.1f} MiB" if attachment.size else "more"
    return TooLarge(f"{named(attachment.name)} has {size}; a file may have {most / 1024**2:.0f} MiB.")
