"""What a room knows from files, where the web chat shows it: a piece with what stands around it."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from adapters.web.api import reading
from bot.conversation import Conversation
from bot.records import KnownFile, Piece


class KnowledgeApi:
    """Shows files to who may see that the room knows them."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation

    async def excerpt(self, request: Request) -> Response:
        """A piece of a file as plain text, whatever it says."""
        key = reading.room_key(request.path_params["room"])
        file = reading.number("The file's id", request.path_params["id"])
        position = reading.number("The piece's position", request.path_params["position"])
        who = reading.actor(request.query_params.get("as"))
        found, pieces = await self._conversation.knowledge.excerpt(key, who, file, position)
        headers = {
            "cache-control": "no-store",
            "content-security-policy": "default-src 'none'; sandbox",
            "x-content-type-options": "nosniff",
        }
        return PlainTextResponse(shown(found, pieces, position), headers=headers)


def shown(file: KnownFile, pieces: Sequence[Piece], position: int) -> str:
    """A file's name, and its pieces under their places; the one that is meant between lines. Pure."""
    parts = [file.name]
    place = ""
    for piece in pieces:
        here = f"page {piece.page}" if piece.page else piece.section
        if here != place:
            parts.append(f"[{here}]")
            place = here
        line = "─" * 40
        parts.append(f"{line}\n{piece.text}\n{line}" if piece.position == position else piece.text)
    return "\n\n".join(parts) + "\n"
