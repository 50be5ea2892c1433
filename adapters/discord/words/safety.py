"""Texts that a model wrote, as people on Discord may read them. Pure.

Pings and previews are forbidden beside the text, in every message's body. This is about the text itself:
a link shows where it leads, addresses that pretend to be Discord's go, and so does what nobody sees.

Nothing grows: a text that fitted into a message still does. Code stays as it is where it is sure that Discord
takes it for code, too: emphasis or a quotation that begins before it may end inside, and leave a link alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from adapters.discord.hosts import deceives
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
_ADDRESS = re.compile(r"://|^\s*(?:www\.)?[\w\-]+(?:\.[\w\-]+)+(?:[/?#:]\S*)?\s*$", re.IGNORECASE)
_PAIRS = ("**", "__", "~~", "||")
_STAR = re.compile(r"(?<!\*)\*(?![\s*])|(?<=[^\s*])\*(?!\*)")
_UNDERSCORE = re.compile(r"(?<![\w])_(?![\s_])|(?<=[^\s_])_(?!\w)")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of a text; `code`: Discord shows it as it is."""

    text: str
    code: bool


def safe(text: str) -> str:
    """The text without what would deceive its readers; the same again when it is made safe twice."""
    clean = seen(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    return "".join(piece.text if piece.code else _plain(piece.text) for piece in _pieces(clean))


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
    marks = [mark for mark in _PAIRS if bare.count(mark) % 2]
    marks += ["*"] * (len(_STAR.findall(bare)) % 2) + ["_"] * (len(_UNDERSCORE.findall(bare)) % 2)
    return marks
