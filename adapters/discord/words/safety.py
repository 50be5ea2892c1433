"""Texts that a model wrote, as people on Discord may read them. Pure.

Pings and previews are forbidden beside the text, in every message's body. This is about the text itself:
a link shows where it leads, addresses that pretend to be Discord's go, and so does what nobody sees. An
address to which a model may not lead is code: it can be read, and nobody comes there by a slip.

Nothing else grows: a text that fitted into a message still does. Code stays as it is where it is sure that
Discord takes it for code, too: emphasis or a quotation that begins before it may end inside, and leave a link
alone.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adapters.discord.hosts import deceives
from adapters.discord.links import SITE
from bot.links import leads
from bot.unseen import seen

REMOVED = "[removed]"
"""Stands for a link that claims to be Discord's: shorter than the shortest."""

_SCHEME = r"[a-z][a-z0-9+.\-]{1,20}:(?=[^\s])"
_LABEL = r"(?:(?:[^\[\]`]|`[^`]+`)*|[^\[\]]*)"
_CODE = re.compile(
    r"\\[^0-9A-Za-z\s]"  # an escaped backtick opens nothing
    r"|(?P<block>```(?:[a-z0-9_+\-.#]+?\n)?\n*[^\n][\s\S]*?```)"
    r"|(?P<inline>(?P<ticks>`+)[\s\S]*?[^`](?P=ticks)(?!`))"
    rf"|\[{_LABEL}\]\((?=[\s<]*{_SCHEME})",  # a link is read before the code in its words
    re.IGNORECASE,
)
_MASKED = re.compile(
    rf"\[(?P<label>{_LABEL})\]\(\s*<?(?P<target>{_SCHEME}(?:\([^()\s]*\)|[^\s()<>])*)>?[^()\n]*\)",
    re.IGNORECASE,
)
_MASK = re.compile(rf"\]\((?=[\s<]*{_SCHEME})", re.IGNORECASE)
_LINK = re.compile(r"(?P<scheme>https?://)(?P<authority>[^\s/?#<>\\]*)(?P<rest>[^\s<>]*)", re.IGNORECASE)
_LED = re.compile(
    r"\\*(?:<(?P<within>[a-z][a-z0-9+.\-]+:[^\s<>`]*)>|(?P<url>[a-z][a-z0-9+.\-]*://[^\s<>`]*[^\s<>`.,:;!?\"'*_~|)\]]))",
    re.IGNORECASE,
)
_GLUED = re.compile(r"[^\s<>`]*`")
"""What Discord may take for the rest of an address."""
_BEGINS = re.compile(r"[a-z][a-z0-9+.\-]*:/+", re.IGNORECASE)
_ADDRESS = re.compile(r"://|^\s*(?:www\.)?[\w\-]+(?:\.[\w\-]+)+(?:[/?#:]\S*)?\s*$", re.IGNORECASE)
_PAIRS = ("**", "__", "~~", "||")
_STAR = re.compile(r"(?<!\*)\*(?![\s*])|(?<=[^\s*])\*(?!\*)")
_UNDERSCORE = re.compile(r"(?<![\w])_(?![\s_])|(?<=[^\s_])_(?!\w)")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of a text; `code`: Discord shows it as it is."""

    text: str
    code: bool


def safe(text: str, links: frozenset[str] | None = None, *, tight: bool = False) -> str:
    """The text without what would deceive its readers; the same again when it is made safe twice. Where
    it may lead to `links` alone, the address of another host is code, or, `tight`, loses its beginning."""
    clean = seen(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    found = [piece if piece.code else _Piece(_plain(piece.text), code=False) for piece in _pieces(clean)]
    if links is None:
        return "".join(piece.text for piece in found)
    tick = "" if tight else _tick(found)
    before, shown = "", list[str]()
    for piece, following in zip(found, [*found[1:], _Piece("", code=False)], strict=True):
        edges = bool(shown) and bool(shown[-1]), bool(following.text)
        shown.append(piece.text if piece.code else _led(piece.text, links, tick, before, edges))
        before += "" if piece.code else piece.text
    return "".join(shown)


def _tick(pieces: Sequence[_Piece]) -> str:
    """What code can begin with that nothing in these words ends, or has begun; nothing: there is none."""
    code = [piece.text for piece in pieces if piece.code]
    if any(len(one) - len(one.lstrip("`")) != len(one) - len(one.rstrip("`")) for one in code):
        return ""
    plain = "".join(piece.text for piece in pieces if not piece.code)
    return next((tick for tick in ("`", "``") if tick not in plain), "")


def _led(text: str, links: frozenset[str], tick: str, before: str, edges: tuple[bool, bool]) -> str:
    """The text with its addresses as code but those that lead to `links`, or to a message on Discord. One
    that cannot be code there loses its beginning. `edges`: whether code stands before it, and behind it."""
    border = "`" if edges[0] else "", "`" if edges[1] else ""

    def shown(found: re.Match[str]) -> str:
        url = found["within"] or found["url"]
        beside = (border[0] + text[: found.start()])[-1:], (text[found.end() :] + border[1])[:1]
        glued = _GLUED.match(text + border[1], found.end()) or len(_BEGINS.findall(url)) > 1
        if not glued and (leads(url, links) or url.startswith(f"{SITE}/")):
            return found[0]
        marks = _open(before + text[: found.start()])
        if not tick or "`" in beside or any(mark in url for mark in marks):
            return _BEGINS.sub("", url)
        return f"{tick}{url}{tick}"

    return _LED.sub(shown, text)


def _plain(text: str) -> str:
    unmasked = _MASK.sub("] ", _MASKED.sub(_shown, text))
    return _LINK.sub(_honest, unmasked)


def _shown(found: re.Match[str]) -> str:
    """A masked link, by its words and its address; by its address alone when its words look like one."""
    label, target = found["label"].strip(), f"<{found['target']}>"
    return target if not label or _ADDRESS.search(label) else f"{label} {target}"


def _honest(found: re.Match[str]) -> str:
    """An address without the name in front of its host, which nobody is asked for; or none."""
    host = found["authority"].rpartition("@")[2]
    return REMOVED if deceives(host) else f"{found['scheme']}{host}{found['rest']}"


def _pieces(text: str) -> Iterator[_Piece]:
    """The text, cut where code begins and ends."""
    place, plain = 0, ""
    for found in _CODE.finditer(text):
        if found.lastgroup is None or not _certain(text, found, plain + text[place : found.start()]):
            continue
        plain += text[place : found.start()]
        yield _Piece(text[place : found.start()], code=False)
        yield _Piece(found[0], code=True)
        place = found.end()
    yield _Piece(text[place:], code=False)


def _certain(text: str, found: re.Match[str], before: str) -> bool:
    """Whether Discord takes it for code, too, whatever stands before it."""
    if "\n" in found[0] and (found["block"] is None or text[: found.start()][-1:] not in ("", "\n")):
        return False
    return not any(mark in found[0] for mark in _open(before))


def _open(before: str) -> list[str]:
    """The marks of emphasis that may be open at a text's end."""
    bare = re.sub(r"\\[^0-9A-Za-z\s]", "", before)
    marks = [mark[0] for mark in _PAIRS if bare.count(mark) % 2 or mark + mark[0] in bare]
    marks += ["*"] * (len(_STAR.findall(bare)) % 2) + ["_"] * (len(_UNDERSCORE.findall(bare)) % 2)
    return marks
