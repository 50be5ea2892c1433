"""Where a text on Telegram leads: to hosts that it may, and the addresses of others are code. Pure.

Telegram makes a link of whatever looks like an address, be it a bare name such as `evil.example.com/x`.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from adapters.telegram.links import SITE
from adapters.telegram.words.marks import CODE, LINK, MOST, Change, Mark, Marked, fewest, spliced, tidied
from bot.links import hosts, leads

REMOVED: Final = "[removed]"
"""Stands for an address that claims to be Telegram's, or that cannot be shown as code."""

_ADDRESS: Final = re.compile(
    r"(?P<url>(?P<glued>(?<=[\w.@]))?[a-z][a-z0-9+.\-]{1,20}://[^\s<>`]+)"
    r"|(?<![\w.@])(?P<bare>(?:[\w\-]+\.)+(?:[a-z]{2}|com|org|net|info|xyz|top|app|dev|site|online|link|shop|store|"
    r"club|live|blog|cloud|page|wiki|news|tech|space|fun|zip|mov|biz|pro|name|mobi|chat|art|gift|gifts|xn--[a-z0-9\-]+)"
    r"(?![\w\-]|\.\w)(?::\d+)?(?:[/?#][^\s<>`]*)?)",
    re.IGNORECASE,
)
_TRAILING: Final = ".,:;!?\"'*_~|)]"


def may_lead(address: str, links: frozenset[str] | None) -> bool:
    """Whether a text that may lead to `links`, None: anywhere, may have this address as a link; one of a
    message on Telegram always."""
    return links is None or leads(address, links) or address.startswith(f"{SITE}/")


def led(given: Marked, links: frozenset[str], most: int = MOST) -> Marked:
    """The text with addresses of other hosts as code: so many marks there may be, and for what is beyond
    them a word stands."""
    free = most - sum(mark.kind in CODE or mark.kind == LINK for mark in given.marks)
    found, gone = list[Mark](), list[Change]()
    for start, end in _foreign(given, links):
        if len(found) < free:
            found.append(Mark("code", start, end))
        else:
            gone.append(Change(start, end, REMOVED))
    marked = tidied(replace(given, marks=(*given.marks, *found))) if found else given
    return spliced(fewest(marked), gone)


def _foreign(given: Marked, links: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Where the addresses begin and end, outside of code and links, that lead elsewhere."""
    shut = sorted((mark.start, mark.end) for mark in given.marks if mark.kind in CODE or mark.kind == LINK)
    begin = 0
    for first, last in (*shut, (len(given.text), 0)):
        for place in _ADDRESS.finditer(given.text, begin, max(first, begin)):
            address = place[0].rstrip(_TRAILING)
            if place["glued"] is not None or not _known(address, links, bare=bool(place["bare"])):
                yield place.start(), place.start() + len(address)
        begin = max(begin, last)


def _known(address: str, links: frozenset[str], *, bare: bool) -> bool:
    return hosts(address.partition("/")[0]) <= links if bare else may_lead(address, links)
