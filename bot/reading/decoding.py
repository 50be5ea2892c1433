"""What bytes from outside say: a page's words, a document's, or a text as it is. Pure; slow pages exist."""

import codecs
import re
from dataclasses import dataclass
from typing import Final

from bot.errors import BadOption
from bot.messages import Document
from bot.reading.cutting import cut
from bot.reading.docx import docx
from bot.reading.kinds import EMPTY, PDF, READS, UNTEXTLIKE, ZIP, is_pdf, refused
from bot.reading.kinds import HEAD as START
from bot.reading.pdf import PAGES, pdf
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


CHARACTERS: Final = 300_000
"""Of one document: about what the longest windows hold beside a conversation."""

SOURCE: Final = 20_000
"""Characters up to which a web page that somebody sends is shown as it is written: it may be their own."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of a file is read; `source`: characters up to which a web page is shown as it is written."""

    characters: int = CHARACTERS
    pages: int = PAGES
    source: int = SOURCE


BESIDE: Final = Bounds()
"""What stands beside a message."""

WIDE: Final = Bounds(2_000_000, 300, 0)
"""What is kept to be looked up: a book."""


def document(data: bytes, seconds: float, bounds: Bounds = BESIDE) -> Document:
    """What a file says, by what it is and not by what it is called; the beginning of a long one. `seconds`:
    after which a PDF is not read on. Raises BadOption and TooLarge, which say what to do."""
    at_most = bounds.characters
    if is_pdf(data):
        return cut(pdf(data, at_most, seconds, bounds.pages), at_most)
    if data.startswith(ZIP):
        return cut(docx(data, at_most), at_most)
    found = _text(data)
    if found is None and PDF in data[:START]:
        return cut(pdf(data, at_most, seconds, bounds.pages), at_most)
    if found is None:
        raise refused(data)
    if not found.strip():
        raise BadOption(f"{READS}; {EMPTY}")
    if len(found) > bounds.source and BEGINS.match(found[:HEAD].encode("utf-8", "replace")):
        found = readable(found).text
    return cut(Document("", found), at_most)


def _text(data: bytes) -> str | None:
    """The characters of a text. None: it is none."""
    for mark, name in MARKS:
        if data.startswith(mark):
            try:
                return data.decode(name)
            except ValueError:
                return None
    if UNTEXTLIKE.search(data) or data.startswith(b"{\\rtf"):
        return None
    return _decoded(data, "", html=BEGINS.match(data[:HEAD]) is not None)


def page(data: bytes, kind: str, address: str = "", seconds: float = 4.0) -> Page:
    """The words in these bytes. `kind`: what their server says they are; `seconds`: after which a PDF is not
    read on. Raises BadOption for no text, TooLarge."""
    if is_pdf(data):
        return _paper(cut(pdf(data, CHARACTERS, seconds), CHARACTERS))
    said = kind.partition(";")[0].strip().lower()
    unsure = said in UNSURE
    html = said in HTML or (unsure and BEGINS.match(data[:HEAD]) is not None)
    if not html and not (_texts(data) if unsure else PLAIN.fullmatch(said)):
        shown = said if re.fullmatch(r"[\w.+/-]{1,80}", said, re.ASCII) else "something else"
        raise BadOption(f"There is no text at this address, but {shown}.")
    text = _decoded(data, kind, html)
    return readable(text, address) if html else Page("", text)


def _paper(found: Document) -> Page:
    """A document from the web, with a word about what is missing."""
    rest = "" if found.whole else f"\n\n[only {found.read} of its {found.pages} pages were read]"
    return Page("", found.text + rest)


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
