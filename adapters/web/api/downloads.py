"""Files to be kept by a browser, and never shown by it."""

from typing import Final
from urllib.parse import quote

from starlette.responses import Response

from bot.messages import Made

CSV: Final = "text/csv"


def downloaded(file: Made) -> Response:
    """A file that answers bring. Whatever is in it, no browser takes it for a page: it is plain text, it is
    saved, and should it be opened all the same, nothing in it runs."""
    kind = CSV if file.media_type == CSV else "text/plain"
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
        "content-security-policy": "default-src 'none'; sandbox",
        "x-content-type-options": "nosniff",
    }
    return Response(file.data, headers=headers, media_type=kind)
