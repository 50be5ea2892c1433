"""The words of a Word document: paragraphs, lists and tables, without what it hides. Pure; bombs exist."""

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final
from xml.parsers import expat

from bot.errors import BadOption, TooLarge
from bot.messages import Document
from bot.reading.kinds import IN_A_ZIP, other

UNPACKED: Final = 64 * 1024 * 1024
"""Bytes of XML that are looked through for words."""

ENTRIES: Final = 10_000
"""Files in one archive."""

PIECE: Final = 64 * 1024
ENCRYPTED: Final = 1
"""A flag of a file in an archive."""

BROKEN: Final = "This document is damaged, so I can't read it. Please save it anew and send it again."
LOCKED: Final = "This document has a password. Please save it without one and send it again."
WORDLESS: Final = "There is no text in this document. If it has pictures, please send those."
HUGE: Final = "This document has more in it than I can read safely. Please send the part that matters."

FAULTS: Final = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, expat.ExpatError),
    *(OSError, EOFError, ValueError, LookupError, NotImplementedError),
)
"""How the libraries say that an archive or its XML is broken."""

SPACES: Final = frozenset(
    {
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    }
)
INSTEAD: Final = "http://schemas.openxmlformats.org/markup-compatibility/2006 Fallback"
"""The same words again, for older programs."""

BESIDE: Final = ("word/footnotes.xml", "word/endnotes.xml")
WHITE: Final = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


LEVELS: Final = frozenset("123456")
"""Of headings."""


class _Enough(Exception):
    """More is not wanted."""


def docx(data: bytes, characters: int) -> Document:
    """What a Word document says, a little more than `characters` at most. Raises BadOption, TooLarge."""
    words = _Words(characters)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            left = UNPACKED
            for part in _parts(archive):
                left = _read(archive, part, words, left)
    except _Enough:
        words.whole = False
    except MemoryError:
        raise TooLarge(HUGE) from None
    except FAULTS:
        if not words.lines:
            raise BadOption(BROKEN) from None
        words.whole = False
    text = "\n\n".join(words.lines)
    if not text:
        raise BadOption(WORDLESS) if words.whole else TooLarge(HUGE)
    return Document("", text, whole=words.whole)


def _parts(archive: zipfile.ZipFile) -> Iterable[str]:
    """The parts that have words. Raises BadOption for what is no Word document, TooLarge."""
    names = archive.namelist()
    if len(names) > ENTRIES:
        raise TooLarge(HUGE)
    for pattern, called in IN_A_ZIP:
        if found := next((name for name in names if pattern.fullmatch(name)), None):
            if called:
                raise other(called)
            return [found, *(name for name in BESIDE if name in names)]
    raise other("a ZIP archive: send what is in it")


def _read(archive: zipfile.ZipFile, part: str, words: "_Words", left: int) -> int:
    """Look one part through; how many bytes may still be unpacked."""
    if archive.getinfo(part).flag_bits & ENCRYPTED:
        raise BadOption(LOCKED)
    parser = _parser(words)
    with archive.open(part) as file:
        while piece := file.read(PIECE):
            left -= len(piece)
            if left < 0:
                raise _Enough
            parser.Parse(piece, False)
    parser.Parse(b"", True)
    return left


def _parser(words: "_Words") -> Any:
    """A parser to which nothing can be declared: there is no entity to expand, and nothing to fetch."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _declares
    parser.StartElementHandler = words.begins
    parser.EndElementHandler = words.ends
    parser.CharacterDataHandler = words.says
    return parser


def _declares(*_: object) -> None:
    raise BadOption(BROKEN)


@dataclass(slots=True)
class _Words:
    """Collects paragraphs, up to so many characters. A table's row is one line."""

    at_most: int
    lines: list[str] = field(default_factory=list)
    whole: bool = True
    _piece: list[str] = field(default_factory=list)
    _row: list[str] = field(default_factory=list)
    _mark: str = ""
    _tables: int = 0
    _texts: int = 0
    _hidden: bool = False
    _left_out: int = 0

    def begins(self, name: str, given: dict[str, str]) -> None:
        """An element begins."""
        if self._left_out or name == INSTEAD:
            self._left_out += 1
            return
        space, _, tag = name.rpartition(" ")
        if space not in SPACES:
            return
        self._styled(tag, given.get(f"{space} val", ""))
        match tag:
            case "t":
                self._texts += 1
            case "tbl":
                self._tables += 1
            case tag if tag in WHITE and not self._hidden:
                self._piece.append(WHITE[tag])

    def _styled(self, tag: str, value: str) -> None:
        """How the words that follow look."""
        match tag:
            case "r":
                self._hidden = False
            case "vanish":
                self._hidden = value not in ("0", "false", "off")
            case "pStyle" if value[:7].lower() == "heading" and value[7:] in LEVELS:
                self._mark = "#" * int(value[7:]) + " "
            case "numPr":
                self._mark = self._mark or "- "

    def ends(self, name: str) -> None:
        """An element ends."""
        if self._left_out:
            self._left_out -= 1
            return
        space, _, tag = name.rpartition(" ")
        if space not in SPACES:
            return
        match tag:
            case "t":
                self._texts -= 1
            case "p":
                self._paragraph()
            case "tr":
                self._keep(" | ".join(self._row))
                self._row.clear()
            case "tbl":
                self._tables -= 1

    def says(self, text: str) -> None:
        """Some words."""
        if self._texts and not (self._hidden or self._left_out):
            self._piece.append(text)

    def _paragraph(self) -> None:
        text = "".join(self._piece).strip()
        self._piece.clear()
        mark, self._mark, self._hidden = self._mark, "", False
        if text and self._tables:
            self._row.append(" ".join(text.split()))
        elif text:
            self._keep(mark + text)

    def _keep(self, line: str) -> None:
        if not line:
            return
        self.lines.append(line)
        self.at_most -= len(line) + 2
        if self.at_most < 0:
            raise _Enough
