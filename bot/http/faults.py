"""Whatever goes wrong on the wire becomes a ProviderError here; nothing of httpx or aiohttp gets past."""

import math
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import aiohttp
import httpx
import msgspec
from aiohttp import http_exceptions

from bot.errors import (
    KeyRefused,
    ProviderBusy,
    ProviderDown,
    ProviderError,
    ProviderGarbled,
    ProviderRefused,
    ProviderTimeout,
)
from bot.http.decoding import decoded

DAY: Final = 86_400.0
"""The longest wait in seconds that we let a service ask of us."""

NAME: Final = re.compile(r"[a-z]{1,20}(?:_[a-z]{1,20}){1,5}")
"""A name such as `context_length_exceeded`: no word that a person would say."""

NAMED: Final = ("code", "type", "param", "error_type", "status")
"""The fields in which a service names its error, in the words of OpenAI, TGI and Google."""

ACCOUNT: Final = frozenset(
    {
        "invalid_api_key",
        "api_key_invalid",
        "insufficient_quota",
        "insufficient_balance",
        "insufficient_credits",
        "exceeded_current_quota_error",
        "billing_hard_limit_reached",
        "billing_not_active",
        "account_deactivated",
    }
)
"""Names of errors that only the account's operator can mend, whatever the status they come with."""

NOT_SENT: Final = (
    aiohttp.ClientConnectorError,  # the name, the connection, TLS or its certificate
    aiohttp.ConnectionTimeoutError,
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
)
OURS: Final = (
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
    aiohttp.RedirectClientError,
    httpx.InvalidURL,
    httpx.LocalProtocolError,
    httpx.UnsupportedProtocol,
    UnicodeError,
    ValueError,  # what aiohttp says of a header, as from a key with a line break
)
UNREADABLE: Final = (
    aiohttp.ClientResponseError,
    aiohttp.WebSocketError,
    aiohttp.WSMessageTypeError,
    http_exceptions.HttpProcessingError,
    httpx.CookieConflict,
    httpx.DecodingError,
    httpx.RemoteProtocolError,
    httpx.TooManyRedirects,
)
FOREIGN: Final = (
    *NOT_SENT,
    *OURS,
    *UNREADABLE,
    aiohttp.ClientError,
    aiohttp.EofStream,
    httpx.HTTPError,
    httpx.StreamError,
    EOFError,
    OSError,  # and with it TimeoutError, which our own deadlines raise
)
"""Everything that a call of httpx over aiohttp raises, and nothing of our own."""


_anything: Final = msgspec.json.Decoder()


@contextmanager
def translated(key: str = "") -> Iterator[None]:
    """Turn foreign errors into ours. The cause is dropped: aiohttp's would show the key in its `repr`."""
    try:
        yield
    except FOREIGN as error:
        raise wire_error(error, key) from None


def wire_error(error: BaseException, key: str = "") -> ProviderError:
    """What a foreign error means to us."""
    detail = type(error).__name__  # a text would quote the key, or what the service sent
    if isinstance(error, NOT_SENT):
        return ProviderDown(redacted(f"{detail}: {error}", key), sent=False)
    if isinstance(error, OURS):
        return ProviderRefused(detail)
    if isinstance(error, UNREADABLE):
        return ProviderGarbled(detail)
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return ProviderTimeout(detail)
    return ProviderDown(f"{detail}: {error.strerror}" if isinstance(error, OSError) else detail)


def status_error(
    status: int, body: str, headers: Mapping[str, str] | None = None, key: str = ""
) -> ProviderError:
    """What an HTTP status that is no success means to us. Redirects are not followed: they are refusals."""
    names = _names(redacted(body, key))
    detail = " ".join((str(status), *names))
    refused = status in (401, 402) or (400 <= status < 500 and not ACCOUNT.isdisjoint(names))
    error = KeyRefused(detail, status=status) if refused else _of_status(status, detail, headers or {})
    error.said = redacted(body, key)
    return error


def _of_status(status: int, detail: str, headers: Mapping[str, str]) -> ProviderError:
    """A 403 is no word about the key: services refuse a model, a country or a text with it. A 424 is a
    failure behind the service, of the model that it runs."""
    if status in (408, 429, 503, 529):
        return ProviderBusy(detail, retry_after=retry_after(headers, datetime.now(UTC)))
    if status >= 500 or status == 424:
        return ProviderDown(detail, status=status)
    return ProviderRefused(detail, status=status)


def _names(body: str) -> list[str]:
    """What the service calls the error. Sentences are left out: they may quote what people said."""
    match decoded(_anything, body.encode()):
        case {"error": {**told}} | {**told}:
            named = (str(told.get(field)).lower() for field in NAMED)
            return [name for name in named if NAME.fullmatch(name)]
        case _:
            return []


def redacted(text: str, key: str) -> str:
    """The text without the key."""
    return text.replace(key, "[key]") if key else text


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that a service asks us to wait, at most a day. None: it said nothing that makes sense."""
    wait = _number(headers.get("retry-after-ms", "")) / 1000
    if math.isnan(wait):
        wait = _number(headers.get("retry-after", ""))
    if math.isnan(wait):
        wait = _until(headers.get("retry-after", ""), now)
    return min(wait, DAY) if wait >= 0 else None


def _number(text: str) -> float:
    """The number, or NaN."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def _until(text: str, now: datetime) -> float:
    """Seconds until an HTTP date, or NaN."""
    try:
        then = parsedate_to_datetime(text)
        return ((then if then.tzinfo else then.replace(tzinfo=UTC)) - now).total_seconds()
    except (ValueError, OverflowError):  # a date no calendar knows
        return math.nan
