"""Bodies that shall be pictures. Nothing is decoded here: that is for who keeps them."""

from bot.errors import ProviderGarbled
from bot.messages import Picture


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
