"""What Discord's refusals mean to delivery. Pure.

Codes and statuses are Discord's own; what it says beside them may repeat a message, and is left out.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from bot.errors import DeliveryError, Gone, Refused, SlowDown, Unreachable

DAY: Final = 86_400.0
"""The longest wait in seconds that we let Discord ask of us."""

UNSAID: Final = 5.0
"""Seconds to wait when it asks for patience and does not say how much."""

BANNED: Final = 60.0
"""Likewise when it is not Discord that asks, but the proxy in front of it: it bans whole addresses."""


class Everywhere(SlowDown):
    """All of Discord asks for patience, not this channel alone."""


class Passing(Unreachable):
    """Likely over in a moment: worth another try at once."""


class Unwelcome(Unreachable):
    """The token is not taken, or this machine is not let in: asking on would make it worse."""


class Elsewhere(Refused):
    """Not this way; the same words may reach the person on another."""


class Expired(Elsewhere):
    """The interaction is over."""


class Acknowledged(Expired):
    """The interaction has been acknowledged already: by us, when an answer of Discord's was lost."""


class Archived(Elsewhere):
    """The thread is archived: it has to be opened first."""


class CannotReply(Refused):
    """It takes the message, but not as a reply."""


class Blocked(Refused):
    """The server's automatic moderation does not let these words pass."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code says to us."""

    kind: type[DeliveryError]
    words: str


MEANINGS: Final[Mapping[int, Meaning]] = {
    10003: Meaning(Gone, "the channel does not exist any more"),
    10004: Meaning(Gone, "the server does not exist any more"),
    10008: Meaning(Gone, "the message does not exist any more"),
    10013: Meaning(Gone, "the person does not exist any more"),
    10015: Meaning(Expired, "the interaction's webhook is not there any more"),
    10062: Meaning(Expired, "the interaction was not acknowledged in time"),
    20016: Meaning(SlowDown, "slow mode"),
    20028: Meaning(SlowDown, "the channel takes no more for now"),
    20029: Meaning(SlowDown, "the server takes no more for now"),
    30046: Meaning(SlowDown, "too many edits of an old message"),
    40004: Meaning(Unreachable, "sending is switched off for now"),
    40005: Meaning(Refused, "the files are too large"),
    40006: Meaning(Unreachable, "this is switched off for now"),
    40060: Meaning(Acknowledged, "the interaction has been acknowledged already"),
    40094: Meaning(Elsewhere, "the interaction takes no more follow-ups"),
    50001: Meaning(Elsewhere, "the bot is not let into the channel"),
    50005: Meaning(Refused, "the message is somebody else's"),
    50006: Meaning(Refused, "an empty message"),
    50007: Meaning(Refused, "the person takes no direct messages"),
    50008: Meaning(Elsewhere, "the channel takes no messages"),
    50013: Meaning(Elsewhere, "the bot lacks a permission in the channel"),
    50027: Meaning(Expired, "the interaction's token has expired"),
    50035: Meaning(Refused, "a request that Discord does not understand"),
    50083: Meaning(Archived, "the thread is archived"),
    50278: Meaning(Refused, "the person takes no direct messages from this bot"),
    130000: Meaning(Unreachable, "Discord is overloaded"),
    160002: Meaning(CannotReply, "the bot may not read what it replies to"),
    200000: Meaning(Blocked, "blocked by the server's automatic moderation"),
    200001: Meaning(Blocked, "blocked by the server's automatic moderation"),
}
"""Discord's codes that have a meaning of their own; the others mean what their status does."""

AT_ONCE: Final = frozenset({500, 502, 504, 520, 522, 524})
"""Statuses of a fault that is often over before one has asked again."""


def fault(status: int, headers: Mapping[str, str], body: bytes) -> DeliveryError:
    """What an answer that is no success means. The names of headers are in small letters."""
    said = _said(body)
    code = said.get("code")
    if status == 429:
        return _slow_down(headers, said, code)
    meaning = MEANINGS.get(code) if isinstance(code, int) else None
    if meaning is None:
        return _of_status(status, code)
    detail = f"{status} {code}: {meaning.words}"
    if issubclass(meaning.kind, SlowDown):
        return meaning.kind(detail, retry_after=_wait(said, headers, BANNED))
    return meaning.kind(detail)


def _said(body: bytes) -> dict[str, Any]:
    """Its JSON; nothing for a page of whoever stands in front of Discord."""
    try:
        said = msgspec.json.decode(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _slow_down(headers: Mapping[str, str], said: Mapping[str, Any], code: object) -> SlowDown:
    """A 429. Cloudflare's own carries no `Via`, and is about this machine."""
    if not headers.get("via") or not said:
        return Everywhere("429: from the proxy", retry_after=_wait({}, headers, BANNED))
    scope = headers.get("x-ratelimit-scope", "")
    everywhere = said.get("global") is True or scope == "global"
    meaning = MEANINGS.get(code) if isinstance(code, int) else None
    wait = _wait(said, headers, BANNED if meaning else UNSAID)
    if everywhere:
        return Everywhere("429: global", retry_after=wait)
    return SlowDown(
        f"429 {code}: {meaning.words}" if meaning else f"429: {scope or 'user'}", retry_after=wait
    )


def _of_status(status: int, code: object) -> DeliveryError:
    known = isinstance(code, int) and code != 0
    detail = f"{status} {code}" if known else f"{status}"
    if status in AT_ONCE:
        return Passing(detail)
    if status == 401 or (status == 403 and code is None):
        return Unwelcome(detail)
    if status >= 500 or status == 408:
        return Unreachable(detail)
    return Gone(detail) if status == 404 else Refused(detail)


def _wait(said: Mapping[str, Any], headers: Mapping[str, str], unsaid: float) -> float:
    """Seconds that Discord asks us to wait: more exact in the body than in the header."""
    for word in (said.get("retry_after"), headers.get("retry-after")):
        try:
            wait = float(word) if isinstance(word, int | float | str) else math.nan
        except ValueError:
            continue
        if wait >= 0:
            return min(wait, DAY)
    return unsaid
