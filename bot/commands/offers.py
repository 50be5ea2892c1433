"""Buttons under a reply: each gives another command, on every platform.

A button names its command with all of its options, and nothing else: it works after a restart, and whoever
presses it passes the gate as if they had given the command. Options that are too long for a name are kept,
and the button names what is kept. It is good for a month.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import parse_qsl, urlencode

from bot.commands.base import Offer
from bot.conversation import Conversation

LONGEST: Final = 64
"""Characters of ASCII that a button can carry: what Telegram takes."""

SHORT: Final = "~"
"""In place of a command's options: what they are kept under."""

_HERE, _BELOW = "o", "r"
_NAMED = re.compile(r"([or]):([a-z_/]{1,40})(?:\?([\x21-\x7e]*))?", re.ASCII)


def named(offer: Offer) -> str:
    """What a platform sends back when the button is pressed."""
    options = f"?{urlencode(dict(offer.options))}" if offer.options else ""
    return f"{_HERE if offer.instead else _BELOW}:{offer.path}{options}"


def offered(name: str) -> Offer | None:
    """The command of a press; None: the button is none of these."""
    found = _NAMED.fullmatch(name)
    if found is None:
        return None
    options = dict(parse_qsl(found[3] or "", keep_blank_values=True))
    return Offer("", found[2], options, instead=found[1] == _HERE)


def drawable(offers: Sequence[Offer]) -> list[Offer]:
    """Those that a platform can name."""
    return [offer for offer in offers if len(named(offer)) <= LONGEST]


async def shortened(offers: Sequence[Offer], to: Conversation) -> tuple[Offer, ...]:
    """All of them, so that a platform can name them. Raises StorageError."""
    return tuple([one if drawable([one]) else await _short(one, to) for one in offers])


async def _short(offer: Offer, to: Conversation) -> Offer:
    return replace(offer, options={SHORT: await to.offers.keep(offer.options)})


async def meant(options: Mapping[str, object], to: Conversation) -> Mapping[str, object]:
    """A command's options as they are, also where a button named what they are kept under. Raises NotFound,
    StorageError."""
    token = options.get(SHORT)
    return options if token is None else await to.offers.of(str(token))
