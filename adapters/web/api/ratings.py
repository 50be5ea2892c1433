"""The machine interface of what people think of answers."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from adapters.web.api import reading, uploads
from bot.conversation import Conversation
from bot.errors import UserError


class RatingsApi:
    """Handlers translate and decide nothing."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation

    async def mine(self, request: Request) -> Response:
        """What whoever asks thinks of a room's answers: 1 or -1, by the message's id."""
        key = reading.room_key(request.path_params["room"])
        found = await self._conversation.ratings.of(key, reading.actor(request.query_params.get("as")))
        return JSONResponse({"ratings": {str(answer): value for answer, value in found.items()}})

    async def rate(self, request: Request) -> Response:
        """Say what one thinks of an answer, or nothing any more."""
        body = await uploads.read(request)
        answer = reading.number("The message's id", request.path_params["id"])
        value = body.fields.get("value")
        if value not in (-1, 0, 1) or isinstance(value, bool) or not isinstance(value, int):
            raise UserError('"value" is 1, -1, or 0.')
        key, actor = reading.room_key(request.path_params["room"]), reading.actor(body.fields.get("as"))
        await self._conversation.ratings.rate(key, answer, actor, value)
        return JSONResponse({"value": value})
