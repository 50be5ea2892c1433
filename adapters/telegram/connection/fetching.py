"""Asking Telegram for news. What it tells stays as it was told: it is stored before anybody reads it."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from bot.http import Exchange, Json

ALLOWED: Final = ("message", "edited_message", "callback_query", "my_chat_member", "message_reaction")
"""What Parley wants to be told. It is said every time: without it, an older choice would stay."""

AT_ONCE: Final = 100
LARGEST: Final = 2**63 - 1
"""The largest number that an update can have and be stored under."""


class Refused(Exception):
    """Telegram answers with an error; `conflict` is what it says of who else asks."""

    def __init__(self, status: int, *, wait: float = 0.0, conflict: str = "") -> None:
        super().__init__(f"status {status}")
        self.status = status
        self.wait = wait
        self.conflict = conflict


class Garbled(Exception):
    """An answer that is not Telegram's, such as a page of something between."""


@dataclass(frozen=True, slots=True)
class News:
    """What was told: JSON texts by their numbers. `after`: the offset that acknowledges all of it, None:
    there was nothing. `lost`: how many could not be stored under any number."""

    updates: Mapping[int, str] = field(repr=False)
    after: int | None
    lost: int = 0


class _Waits(msgspec.Struct):
    retry_after: float = 0.0


class _Answer(msgspec.Struct):
    ok: bool
    result: msgspec.Raw = msgspec.Raw(b"")
    description: str = ""
    parameters: _Waits = msgspec.field(default_factory=_Waits)


class _Numbered(msgspec.Struct):
    update_id: int


_ANSWER: Final = msgspec.json.Decoder(_Answer)
_LIST: Final = msgspec.json.Decoder(list[msgspec.Raw])
_NUMBERED: Final = msgspec.json.Decoder(_Numbered)


async def fetch(door: Exchange, url: str, offset: int, *, hold: int, within: float) -> News:
    """Ask for news, which Telegram may hold for `hold` seconds until there is some.

    Raises Refused, Garbled, ProviderError, and TimeoutError after `within` seconds.
    """
    asked: Json = {"offset": offset, "limit": AT_ONCE, "timeout": hold, "allowed_updates": list(ALLOWED)}
    async with asyncio.timeout(within):
        answered = await door.ask("POST", url, body=asked)
    try:
        answer = _ANSWER.decode(answered.body)
        if answer.ok and answered.status == 200:
            return news([bytes(raw).decode("utf-8", "replace") for raw in _LIST.decode(answer.result)])
    except (ValueError, RecursionError):
        if answered.status == 200:
            return news(_leniently(answered.body))
        raise Refused(answered.status) from None
    conflict = answer.description if answered.status == 409 else ""
    raise Refused(answered.status, wait=answer.parameters.retry_after, conflict=conflict)


def _leniently(body: bytes) -> Sequence[str]:
    """Updates one of which the strict reader does not take: half a surrogate pair in it must not hide the
    others, for ever. Raises Garbled."""
    try:
        found = json.loads(body.decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError):
        found = None
    told = found.get("result") if isinstance(found, dict) and found.get("ok") is True else None
    if not isinstance(told, list):
        raise Garbled("no answer of Telegram's")
    return [json.dumps(one) for one in told]


def news(told: Sequence[str]) -> News:
    """Sort what was told, JSON texts, by its numbers, whatever else is in it."""
    updates: dict[int, str] = {}
    numbers = []
    for text in told:
        number = number_of(text)
        if number is not None:
            numbers.append(number)
        if number is not None and abs(number) <= LARGEST:
            updates[number] = text
    after = max(numbers) + 1 if numbers else None
    return News(updates, after, len(told) - len(updates))


def number_of(text: str) -> int | None:
    """The number of an update, however large; None: it has none."""
    try:
        return _NUMBERED.decode(text).update_id
    except (ValueError, RecursionError):
        pass
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    number = found.get("update_id") if isinstance(found, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None
