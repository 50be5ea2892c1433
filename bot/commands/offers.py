"""Buttons under a reply: each gives another command, on every platform.

A button names its command with all of its options, and nothing else: it works after a restart, and whoever
presses it passes the gate as if they had given the command. One that a platform cannot name is left out:
replies say the command, too.
"""

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qsl, urlencode

from bot.commands.base import Offer

LONGEST: Final = 64
"""Characters of ASCII that a button can carry: what Telegram takes."""

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
