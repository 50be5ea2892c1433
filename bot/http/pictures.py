"""Pictures on the wire, to services and back. Nothing is decoded here: that is for who keeps them."""

from base64 import b64decode, b64encode
from typing import Final

from bot.errors import ProviderGarbled
from bot.http.client import Http
from bot.messages import Picture

LARGEST: Final = 10 * 1024 * 1024
"""Bytes of one picture; a larger one would not be kept."""


def data_url(picture: Picture) -> str:
    """A picture as an address that holds it."""
    return f"data:{picture.media_type};base64,{b64encode(picture.data).decode('ascii')}"


async def picture_at(http: Http, address: str) -> Picture:
    """The picture at an address that a service gave, or in it. Raises ProviderError."""
    if address.startswith("data:"):
        return from_base64(address)
    return as_picture(await http.fetch(address, LARGEST))


def from_base64(text: str) -> Picture:
    """The picture in base64, or in an address that holds it. Raises ProviderGarbled."""
    try:
        return as_picture(b64decode(text.rpartition(",")[2], validate=True))
    except ValueError:
        raise ProviderGarbled("a picture that is no base64") from None


def as_picture(data: bytes) -> Picture:
    """The picture that a body is by its first bytes; no declared type is asked. Raises ProviderGarbled."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Picture(data, "image/png")
    if data.startswith(b"\xff\xd8\xff"):
        return Picture(data, "image/jpeg")
    if data.startswith((b"GIF87a", b"GIF89a")):
        return Picture(data, "image/gif")
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return Picture(data, "image/webp")
    page = data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    raise ProviderGarbled("a web page instead of a picture" if page else "no picture")
