"""What a Flux or SDXL-Lightning server may answer."""

import json
import zlib
from struct import pack

from tests.wire.answers import Answer, sends
from tests.wire.wire import Wire


def chunk(kind: bytes, data: bytes) -> bytes:
    """A part of a PNG."""
    return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))


def png(shade: int = 0) -> bytes:
    """A picture of one grey pixel."""
    head = chunk(b"IHDR", pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes([0, shade]))) + chunk(b"IEND", b"")
    )


def paints(data: bytes | None = None, media_type: str = "image/png") -> Answer:
    """Answer with the picture's bytes, in two pieces."""
    body = png() if data is None else data
    return sends(body[:20], body[20:], headers={"Content-Type": media_type})


def refuses(status: int, text: object = "It is not to be.", **headers: str) -> Answer:
    """Answer with an error: a text, or what FastAPI makes of one."""
    body = text if isinstance(text, str) else json.dumps(text)

    async def answer(wire: Wire) -> None:
        await wire.start(status, {"Content-Type": "text/plain", **headers})
        await wire.send(body.encode())
        await wire.end()

    return answer
