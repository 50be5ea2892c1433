"""What bytes from the web say: a page's words, or a text as it is. Pure; slow pages exist."""

import codecs
import re
from typing import Final

from bot.errors import BadOption
from bot.reading.readable import Page, readable

HTML: Final = frozenset({"text/html", "application/xhtml+xml"})
PLAIN: Final = re.compile(
    r"text/.*|application/(?:.*[+-])?(?:json|xml|yaml|toml|javascript|x-ndjson|x-sh)|.*\+xml"
)
UNSURE: Final = frozenset({"", "application/octet-stream", "binary/octet-stream", "text/plain"})
"""What servers say of anything."""

BEGINS: Final = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{,500}?-->\s*)?<(?:!doctype html|html)", re.IGNORECASE | re.DOTALL
)
DECLARED: Final = re.compile(rb"<meta[^>]{,200}?charset\s*=\s*[\"']?([\w:.-]{1,40})", re.IGNORECASE)
CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([\w:.-]{1,40})", re.IGNORECASE)
MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
HEAD: Final = 4096
"""Bytes in which a text says what it is."""


def page(data: bytes, kind: str, address: str = "") -> Page:
    """The words in these bytes. `kind`: what their server says they are. Raises BadOption for no text."""
    said = kind.partition(";")[0].strip().lower()
    unsure = said in UNSURE
    html = said in HTML or (unsure and BEGINS.match(data[:HEAD]) is not None)
    if not html and not (_texts(data) if unsure else PLAIN.fullmatch(said)):
        shown = said if re.fullmatch(r"[\w.+/-]{1,80}", said, re.ASCII) else "something else"
        raise BadOption(f"There is no text at this address, but {shown}.")
    text = _decoded(data, kind, html)
    return readable(text, address) if html else Page("", text)


def _texts(data: bytes) -> bool:
    """Whether bytes that may be anything look like a text."""
    return b"\0" not in data[:HEAD] or any(data.startswith(mark) for mark, _ in MARKS)


def _decoded(data: bytes, kind: str, html: bool) -> str:
    """The characters: by the mark they begin with, as their server or they themselves say, else UTF-8."""
    marked = [name for mark, name in MARKS if data.startswith(mark)]
    told = CHARSET.findall(kind)
    declared = [name.decode("ascii", "replace") for name in DECLARED.findall(data[:HEAD])] if html else []
    for name in (*marked, *told[:1], *declared[:1], "utf-8"):
        try:
            return data.decode(name)
        except (LookupError, ValueError):
            continue
    return data.decode("utf-8" if told else "cp1252", "replace")
