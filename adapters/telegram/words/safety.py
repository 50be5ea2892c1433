"""Texts that a model wrote, as people on Telegram may read them. Pure.

Nothing can be sent along that forbids mentions, so the words themselves are made harmless: a character that
nobody sees stands behind the sign of a mention, of a command, and of Telegram's own addresses. A link shows
where it leads; addresses that pretend to be Telegram's go. Code stays as it is.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from adapters.telegram.hosts import deceives
from adapters.telegram.words.leading import REMOVED, led, may_lead
from adapters.telegram.words.marks import CODE, LINK, Change, Marked, fewest, spliced
from bot.unseen import seen

WEDGE: Final = "\u2060"
"""Word joiner: nobody sees it, and nothing begins across it."""

_LINK = re.compile(
    r"(?P<scheme>https?://)(?P<authority>[^\s/?#<>\\]*)(?P<rest>[^\s<>]*)"
    r"|(?<![\w.@/\-])(?P<bare>(?:[\w\-]+\.)+(?:com|org|net|me|io|dev|app|gg|ai|ru|gift|gifts|site|online|xyz|top|info|link|cc|co))"
    r"(?![\w\-]|\.\w)",
    re.IGNORECASE,
)
_HOST = re.compile(r"\w(?:[\w.\-]*\w)?(?::\d+)?")
_ADDRESS = re.compile(r"://|^\s*(?:www\.)?[\w\-]+(?:\.[\w\-]+)+(?:[/?#:]\S*)?\s*$", re.IGNORECASE)
_SIGN = re.compile(
    r"(?P<mention>(?<![A-Za-z0-9_])@(?=[A-Za-z0-9_]))"
    r"|(?P<command>(?<![A-Za-z0-9_/<>])/(?=[A-Za-z0-9_]))"
    r"|(?P<own>(?<![A-Za-z0-9_])(?:tg|ton|tonsite):(?=//))",
    re.IGNORECASE,
)
_IN_PATH = re.compile(r"([^\w/])/(?=[A-Za-z0-9_])", re.ASCII)
_AT = re.compile(r"@(?=[A-Za-z0-9_])")


def clean(text: str) -> str:
    """The text without what nobody sees, and without halves of characters."""
    return seen(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def safe(given: Marked, links: frozenset[str] | None = None) -> Marked:
    """The text without what would deceive or disturb its readers. Where it may lead to `links` alone, the
    address of another host is code."""
    honest = _honest(fewest(_shown(given, links)))
    return harmless(honest if links is None else led(honest, links))


def harmless(given: Marked, *, longer: bool = True) -> Marked:
    """The text with nothing in it that Telegram would make a mention or a command of. `longer` False: other
    signs take the places of theirs, and no text grows."""
    opaque = given.code()
    addresses = [
        found.span() for found in _LINK.finditer(given.text) if _HOST.fullmatch(found["authority"] or "")
    ]
    changes = []
    for found in _SIGN.finditer(given.text):
        if _within(found.start(), [(mark.start, mark.end) for mark in opaque]):
            continue
        if found.lastgroup == "command" and _within(found.start(), addresses):
            continue
        changes.append(Change(found.start(), found.end(), _wedged(found) if longer else _drawn(found)))
    return spliced(given, changes)


def plainly(text: str, links: frozenset[str] | None = None, *, longer: bool = True) -> str:
    """Words without any marks, made harmless; the address of a host that is none of `links` goes."""
    honest = _honest(Marked(clean(text)))
    return harmless(honest if links is None else led(honest, links, most=0), longer=longer).text


def _wedged(found: re.Match[str]) -> str:
    return found[0] + WEDGE


def _drawn(found: re.Match[str]) -> str:
    """The same as a glance takes it, in as many characters."""
    return found[0].replace("@", "＠").replace("/", "∕").replace(":", "：")


def _shown(given: Marked, to: frozenset[str] | None) -> Marked:
    """Every link says where it leads; what Telegram would do with other addresses, it does not."""
    links = [mark for mark in given.marks if mark.kind == LINK]
    changes, kept = [], []
    for mark in links:
        label = given.text[mark.start : mark.end]
        words, stays = _worded(label, mark.url, to)
        if words != label:
            changes.append(
                Change(mark.end, mark.end, words[len(label) :])
                if words.startswith(label)
                else Change(mark.start, mark.end, words)
            )
        if stays:
            kept.append(mark)
    marks = tuple(mark for mark in given.marks if mark.kind != LINK or mark in kept)
    return spliced(replace(given, marks=marks), changes)


def _worded(label: str, url: str, to: frozenset[str] | None) -> tuple[str, bool]:
    """What a link says, and whether it stays one: an address in plain sight needs none. `to`: the hosts to
    which it may lead; None: any."""
    host = _host(url)
    if not host:
        return label, False
    if deceives(host):
        return f"{label} {REMOVED}".strip(), False
    if label.strip() == url:
        return label, False
    if not label.strip() or _ADDRESS.search(label):
        return url, False
    if not may_lead(url, to):
        return f"{label} {url}", False
    return f"{label} ({host})", True


def _host(url: str) -> str:
    """The host of a web address; nothing for whatever else a link may be."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return (parts.hostname or "") if parts.scheme.lower() in ("http", "https") else ""


def _honest(given: Marked) -> Marked:
    """Addresses without the name in front of their host, which nobody is asked for; or none."""
    opaque = [(mark.start, mark.end) for mark in given.marks if mark.kind in CODE]
    changes = []
    for found in _LINK.finditer(given.text):
        if _within(found.start(), opaque):
            continue
        end = min([found.end(), *(start for start, _ in opaque if start >= found.start())])
        words = _address(found)
        if words != found[0] and end == found.end():
            changes.append(Change(found.start(), end, words))
    return spliced(given, changes)


def _address(found: re.Match[str]) -> str:
    if found["bare"]:
        return REMOVED if deceives(found["bare"]) else found[0]
    host = found["authority"].rpartition("@")[2]
    if deceives(host):
        return REMOVED
    path, mark, query = re.match(r"([^?#]*)([?#]?)(.*)", found["rest"], re.DOTALL).groups()  # type: ignore[union-attr]
    path = _IN_PATH.sub(lambda one: f"%{ord(one[1]):02X}/" if one[1] < "\x7f" else one[0], path)
    query = _IN_PATH.sub(r"\1%2F", query)
    return f"{found['scheme']}{host}" + _AT.sub("%40", f"{path}{mark}{query}")


def _within(place: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a place is in one of these spans, which are in order."""
    nearest = bisect_right(spans, (place, 1 << 60)) - 1
    return nearest >= 0 and place < spans[nearest][1]
