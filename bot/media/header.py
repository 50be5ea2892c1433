"""What a picture's first bytes say: its format and size, read without decoding anything. Pure.

A file's name and declared type are never asked: they are whatever the sender wrote.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass

from bot.errors import BadOption, TooLarge

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 25_000_000
MAX_SIDE = 8192

ACCEPTED = "I can look at PNG, JPEG, WEBP and GIF pictures"
DAMAGED = "This picture is damaged or incomplete, so I can't open it. Please save it anew and try again."


@dataclass(frozen=True, slots=True)
class Header:
    """What a picture claims to be. Sizes in pixels."""

    format: str
    width: int
    height: int


def inspect(data: bytes, *, max_bytes: int = MAX_BYTES) -> Header:
    """Check a picture before anything decodes it. Raises TooLarge and BadOption with what is accepted."""
    if len(data) > max_bytes:
        raise TooLarge(f"A picture may have {megabytes(max_bytes)}; this one has {megabytes(len(data))}.")
    found = sniff(data)
    try:
        width, height = SIZES[found](data)
    except (struct.error, IndexError, ValueError) as exc:
        raise BadOption(DAMAGED) from exc
    check_size(width, height)
    return Header(found, width, height)


def check_size(width: int, height: int) -> None:
    """Refuse a size that would take too much memory. Raises TooLarge, BadOption."""
    if not width or not height:
        raise BadOption(DAMAGED)
    if width > MAX_SIDE or height > MAX_SIDE or width * height > MAX_PIXELS:
        raise TooLarge(
            f"A picture may have {MAX_PIXELS // 1_000_000} megapixels and sides of {MAX_SIDE:,} pixels; "
            f"this one has {width:,} × {height:,}. Please send a smaller one."
        )


def sniff(data: bytes) -> str:
    """The format by its magic bytes. Raises BadOption naming what it is instead, where that is known."""
    if not data:
        raise BadOption(f"{ACCEPTED}; this file is empty.")
    if found := format_of(data):
        return found
    raise BadOption(f"{ACCEPTED}; this file is {_instead(data[:512])}.")


def format_of(data: bytes) -> str:
    """The format by its magic bytes; empty when it is none that is looked at."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    return ""


def _instead(start: bytes) -> str:
    """What a file that is no accepted picture looks like."""
    words = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for mark, name in OTHERS:
        if mark in (words if mark.startswith(b"<") else start[:16]):
            return name
    return "something else"


OTHERS = (
    (b"<svg", "an SVG drawing"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML document"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"BM", "a BMP picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"ftypavif", "an AVIF picture"),
    (b"ftyphei", "a HEIC picture"),
    (b"ftypmif1", "a HEIC picture"),
    (b"ftyp", "a video"),
    (b"\x1aE\xdf\xa3", "a video"),
)
"""Marks of what people send by mistake."""


def _png(data: bytes) -> tuple[int, int]:
    """From IHDR, the first chunk."""
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def _gif(data: bytes) -> tuple[int, int]:
    """From the logical screen. A frame may be larger, so the decoder checks again."""
    width, height = struct.unpack_from("<HH", data, 6)
    return width, height


def _webp(data: bytes) -> tuple[int, int]:
    """From the canvas of the extended form, else from the bit stream's own head."""
    kind = data[12:16]
    if kind == b"VP8X":
        wide, _, high, _ = struct.unpack_from("<HBHB", data, 24)
        return wide + (data[26] << 16) + 1, high + (data[29] << 16) + 1
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack_from("<HH", data, 26)
    return width & 0x3FFF, height & 0x3FFF


def _jpeg(data: bytes) -> tuple[int, int]:
    """From the first start-of-frame segment: the segments before it are stepped over."""
    at = 2
    while True:
        at = data.index(b"\xff", at)
        while data[at] == 0xFF:
            at += 1
        marker = data[at]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, at + 4)
            return width, height
        (length,) = struct.unpack_from(">H", data, at + 1)
        at += 1 + length


SIZES: dict[str, Callable[[bytes], tuple[int, int]]] = {
    "PNG": _png,
    "GIF": _gif,
    "WEBP": _webp,
    "JPEG": _jpeg,
}


def megabytes(size: int) -> str:
    """A file's size for people."""
    return f"{size / (1024 * 1024):.1f} MiB".replace(".0 ", " ")
