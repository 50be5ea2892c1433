"""What a file is by its own bytes, whatever it is called; and what people are told who sent another. Pure."""

import re
from typing import Final

from bot.errors import BadOption

READS: Final = "I can read PDF and Word (DOCX) documents, web pages, texts and code, and look at pictures"
EMPTY: Final = "this file is empty. Please check it and send it again."

PDF: Final = b"%PDF-"
ZIP: Final = b"PK\x03\x04"
HEAD: Final = 1024
"""Bytes in which a file says what it is."""

OTHERS: Final = (
    (
        0,
        b"\xd0\xcf\x11\xe0",
        "an old Office document or one with a password: save it as DOCX or PDF without one",
    ),
    (0, b"{\\rtf", "an RTF document: save it as DOCX or PDF"),
    (0, b"PK\x05\x06", "an empty ZIP archive"),
    (0, b"Rar!", "an archive: send what is in it"),
    (0, b"7z\xbc\xaf", "an archive: send what is in it"),
    (0, b"\x1f\x8b", "an archive: send what is in it"),
    (0, b"%!PS", "a PostScript file: save it as PDF"),
    (0, b"BM", "a BMP picture: save it as PNG or JPEG"),
    (0, b"II*\x00", "a TIFF picture: save it as PNG or JPEG"),
    (0, b"MM\x00*", "a TIFF picture: save it as PNG or JPEG"),
    (4, b"ftypavif", "an AVIF picture: save it as PNG or JPEG"),
    (4, b"ftyphei", "a HEIC picture: save it as PNG or JPEG"),
    (4, b"ftypmif1", "a HEIC picture: save it as PNG or JPEG"),
    (4, b"ftyp", "a video"),
    (0, b"\x1aE\xdf\xa3", "a video"),
    (0, b"ID3", "a sound file"),
    (0, b"OggS", "a sound file"),
    (0, b"SQLite format 3\0", "a database"),
    (0, b"\x7fELF", "a program"),
    (0, b"MZ", "a program"),
)
"""Where their marks stand, and what people send by mistake."""

IN_A_ZIP: Final = (
    (re.compile(r"word/document\d*\.xml"), ""),
    (re.compile(r"xl/workbook\.(?:xml|bin)"), "an Excel table: save it as CSV or PDF"),
    (re.compile(r"ppt/presentation\.xml"), "a PowerPoint presentation: save it as PDF"),
    (re.compile(r"content\.xml"), "an OpenDocument file: save it as DOCX or PDF"),
    (re.compile(r"META-INF/container\.xml"), "an e-book: save it as PDF"),
)
"""What archives have in them that are documents."""

UNTEXTLIKE: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
"""Bytes that no text has: control characters but white space and the escape of terminals."""


def is_pdf(data: bytes) -> bool:
    """Whether it begins as a PDF does, or has that beginning behind something else."""
    return data.lstrip(b"\xef\xbb\xbf\0 \t\r\n").startswith(PDF)


def refused(data: bytes) -> BadOption:
    """Why a file that is nothing of ours cannot be read."""
    for at, mark, name in OTHERS:
        if data.startswith(mark, at):
            return other(name)
    return other("something else")


def other(name: str) -> BadOption:
    """It is something else."""
    return BadOption(f"{READS}; this file is {name}.")
