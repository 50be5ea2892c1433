"""The library's way to Telegram: through the same door to HTTP as everything else.

Addresses carry the token. Nothing here puts one into an error or a log, and what the library itself says at
DEBUG, with every message's text, is never switched on.
"""

import asyncio
import json
import os
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from telegram import Bot
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.errors import ProviderDown, ProviderError, ProviderTimeout
from bot.http import Exchange, File
from bot.settings import Settings

WITHIN: Final = 25.0
"""Seconds for a request. Telegram may have done what it was asked although no answer came: a short deadline
would say things twice."""

UNREADABLE: Final = (
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,
    RecursionError,
    TelegramError,
    TypeError,
    ValueError,
)
"""What the library raises for an update, or an answer, of a shape that it does not know."""

os.environ.setdefault("PTB_TIMEDELTA", "1")  # else the library warns of its own past with every wait


class Door(BaseRequest):
    """Sends each request once; waiting, pacing and repeating are the caller's. Raises TelegramError."""

    def __init__(self, *, within: float = WITHIN) -> None:
        self._within = within
        self._exchange = Exchange({"User-Agent": "Parley"})

    @property
    def read_timeout(self) -> float:
        """Seconds for a request, its answer included."""
        return self._within

    async def initialize(self) -> None:
        """There is nothing to open."""

    async def shutdown(self) -> None:
        """Close every connection."""
        await self._exchange.aclose()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = None,
        write_timeout: object = None,
        connect_timeout: object = None,
        pool_timeout: object = None,
    ) -> tuple[int, bytes]:
        """Ask, and read all of the answer; `read_timeout` is the deadline of the whole."""
        within = float(read_timeout) if isinstance(read_timeout, int | float) else self._within
        fields = request_data.json_parameters if request_data else {}
        files = _files(request_data) if request_data and request_data.contains_files else None
        try:
            async with asyncio.timeout(within):
                answered = await self._exchange.ask(
                    method, url, body=None if files else fields, fields=fields, files=files
                )
        except (TimeoutError, ProviderTimeout):
            raise TimedOut from None
        except ProviderDown as error:
            raise NetworkError("not sent" if not error.sent else "no answer") from None
        except ProviderError as error:
            raise NetworkError(type(error).__name__) from None
        return answered.status, answered.body

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read an answer. Raises TelegramError, which does not repeat it."""
        try:
            found = _decoded(payload)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise TelegramError("an answer that is not Telegram's")
        return found


def _decoded(payload: bytes) -> Any:
    """Read JSON; half a surrogate pair, which people can type, is let through by the slower reader alone."""
    try:
        return msgspec.json.decode(payload)
    except ValueError:
        return json.loads(payload.decode("utf-8", "replace"))


def bot(settings: Settings, door: Door, polling: Door | None = None) -> Bot:
    """The library's bot, at the Telegram that the settings name. `polling`: the door of its long polls."""
    token = settings.telegram_token.get_secret_value() if settings.telegram_token else ""
    base = settings.telegram_api_base
    return Bot(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=door,
        get_updates_request=polling or door,
    )


def _files(data: RequestData) -> Mapping[str, File]:
    """What is to be uploaded, by the names that the other fields call it."""
    return {
        name: File(part[0], part[1] if isinstance(part[1], bytes) else part[1].read(), part[2])
        for name, part in data.multipart_data.items()
    }
