"""The provider: what is asked of the service, and where."""

from collections.abc import AsyncGenerator, Sequence

from bot.http import Http, Json
from bot.messages import ChatRequest, ModelFacts
from bot.providers.anthropic.answer import Answer, judged, refuses_shape, refuses_style
from bot.providers.anthropic.models import page_from_wire
from bot.providers.anthropic.request import chat_to_wire
from bot.settings import Account
from bot.settings.options.patterns import by_model
from bot.wire.answers import Said, Unstyled, told
from bot.wire.pages import Page, every_page
from bot.wire.worded import Shapes


class Anthropic:
    """Implements Chats, Lists and Checks.

    Option of the account: `thinking`, how a model thinks before it answers, for all models or by patterns of
    their names. What it thinks counts against the output cap and is not shown.
    """

    def __init__(self, http: Http, account: Account) -> None:
        self._http = http
        self._account = account.name
        self._options = account.options
        self._unstyled = Unstyled(refuses_style)
        self._shapes = Shapes(refuses_shape)

    def chat(self, request: ChatRequest) -> AsyncGenerator[Said, None]:
        """Continue a conversation, piece by piece."""
        return self._shapes.asked(self._answer, request)

    async def models(self) -> Sequence[ModelFacts]:
        """What the service lists."""
        return await every_page(self._page)

    async def check(self) -> None:
        """Ask for one model of the list."""
        await self._http.get_json("models", {"limit": 1})

    async def _page(self, after: str) -> Page:
        params: dict[str, str | int] = {"limit": 1000, **({"after_id": after} if after else {})}
        return page_from_wire(await self._http.get_json("models", params), self._account)

    def _answer(self, request: ChatRequest) -> AsyncGenerator[Said, None]:
        answer = Answer(followed=request.followed)
        return told(self._unstyled.asked(self._ask, request), answer, self._account, judged)

    def _ask(self, request: ChatRequest) -> AsyncGenerator[bytes, None]:
        thinking = {} if request.shape else self._thinking(request.model)  # no model does both
        body: dict[str, Json] = {**chat_to_wire(request), "stream": True, **thinking}
        return self._http.stream_events("messages", body)

    def _thinking(self, model: str) -> dict[str, Json]:
        """How the operator lets it think; the service's own way when nothing is said."""
        stated = by_model(self._options.get("thinking"), model)
        return {"thinking": {"type": str(stated)}} if stated else {}
