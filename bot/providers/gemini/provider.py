"""The provider: what is asked of the service, and where."""

from collections.abc import AsyncGenerator, Sequence
from typing import Final
from urllib.parse import quote

from bot.errors import ProviderError, ProviderGarbled
from bot.http import Http, Json
from bot.http.pictures import as_picture
from bot.messages import ChatRequest, Drawn, DrawRequest, End, EndReason, ModelFacts
from bot.providers.gemini.answer import Answer
from bot.providers.gemini.errors import judged, refuses_shape, refuses_style
from bot.providers.gemini.models import PREFIX, page_from_wire
from bot.providers.gemini.request import chat_to_wire, drawing_to_wire
from bot.settings import Account
from bot.wire.answers import Said, Unstyled, told
from bot.wire.pages import Page, every_page
from bot.wire.worded import Shapes, worded

PICTURES_AT_MOST: Final = 32 * 1024 * 1024
"""Bytes of an answer with pictures in it."""


class Gemini:
    """Implements Chats, Draws, Lists and Checks."""

    def __init__(self, http: Http, account: Account) -> None:
        self._http = http
        self._account = account.name
        self._unstyled = Unstyled(refuses_style)
        self._shapes = Shapes(refuses_shape)

    def chat(self, request: ChatRequest) -> AsyncGenerator[Said, None]:
        """Continue a conversation, piece by piece."""
        if request.tools:  # most models take either tools or a schema
            return worded(self._answer, request, tools=False, shape=True)
        return self._shapes.asked(self._answer, request)

    async def draw(self, request: DrawRequest) -> AsyncGenerator[Drawn | End, None]:
        """Make a picture, with one of the models that answer in pictures."""
        answer = Answer()
        try:
            path = f"{_resource(request.model)}:generateContent"
            answer.take(await self._http.post_bytes(path, drawing_to_wire(request), PICTURES_AT_MOST))
        except ProviderError as error:
            raise judged(error) from None
        if not answer.pictures and answer.reason is not EndReason.REFUSAL:
            raise ProviderGarbled("no picture")
        for data in answer.pictures:
            yield Drawn(as_picture(data))
        yield End(answer.reason or EndReason.STOP, answer.usage)

    async def models(self) -> Sequence[ModelFacts]:
        """What the service lists."""
        return await every_page(self._page)

    async def check(self) -> None:
        """Ask for one model of the list."""
        await self._list({"pageSize": 1})

    async def _page(self, after: str) -> Page:
        params: dict[str, str | int] = {"pageSize": 1000, **({"pageToken": after} if after else {})}
        return page_from_wire(await self._list(params), self._account)

    async def _list(self, params: dict[str, str | int]) -> Json:
        try:
            return await self._http.get_json("models", params)
        except ProviderError as error:
            raise judged(error) from None

    def _answer(self, request: ChatRequest) -> AsyncGenerator[Said, None]:
        answer = Answer(followed=request.followed)
        return told(self._unstyled.asked(self._ask, request), answer, self._account, judged)

    def _ask(self, request: ChatRequest) -> AsyncGenerator[bytes, None]:
        path = f"{_resource(request.model)}:streamGenerateContent?alt=sse"
        return self._http.stream_events(path, chat_to_wire(request))


def _resource(model: str) -> str:
    """Where a model is asked: a name of one's own, such as `tunedModels/x`, is a place already."""
    return quote(model if "/" in model else f"{PREFIX}{model}", safe="/")
