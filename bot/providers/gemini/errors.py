"""Errors as the Gemini API tells them: its statuses say little, its bodies more. Pure."""

import re
from typing import Final

from bot.errors import KeyRefused, ProviderBusy, ProviderError, ProviderRefused
from bot.http import status_error

DELAY: Final = re.compile(r'"retryDelay":\s*"(\d{1,6}(?:\.\d{1,9})?)s"')
"""How long to wait, in seconds; no header says it."""

STYLE: Final = re.compile(r"\bpenalty\b|temperature|top_?p\b", re.IGNORECASE)
"""What a refused sampling parameter is called: "Penalty is not enabled for this model"."""

SHAPE: Final = re.compile(r"response.?(?:mime.?type|schema)|JSON mode", re.IGNORECASE)
"""What a refused form of the answer is called: "JSON mode is not enabled for this model"."""


def error_from_wire(code: int | None, data: bytes) -> ProviderError:
    """An error that came with the status 200, or in the middle of a stream."""
    status = code if code is not None and 400 <= code < 600 else 500
    return judged(status_error(status, data.decode("utf-8", "replace")))


def judged(error: ProviderError) -> ProviderError:
    """The error as it is meant: a wrong key comes with 400, and one without permissions with 403."""
    if isinstance(error, ProviderBusy) and error.retry_after is None:
        told = DELAY.search(error.said)
        error.retry_after = float(told[1]) if told else None
    if not isinstance(error, ProviderRefused) or isinstance(error, KeyRefused):
        return error
    if error.status != 403 and "API_KEY_INVALID" not in error.said:
        return error
    refused = KeyRefused(str(error), status=error.status)
    refused.said = error.said
    return refused


def refuses_shape(error: ProviderRefused) -> bool:
    """Whether it was the form of the answer, which some models do not know, and some schemas do not fit."""
    return error.status == 400 and SHAPE.search(error.said) is not None


def refuses_style(error: ProviderRefused) -> bool:
    """Whether it was the sampling parameters: most models take no penalties, newer ones none at all."""
    return error.status == 400 and STYLE.search(error.said) is not None
