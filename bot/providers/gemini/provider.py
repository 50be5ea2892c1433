"""The provider: what is asked of the service, and where."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Final
from urllib.parse import quote

import structlog

from bot.errors import ProviderError, ProviderGarbled, ProviderRefused
from bot.http import Http, Json, as_picture
from bot.messages import ChatRequest, Drawn, DrawRequest, End, EndReason, ModelFacts, Style, Text
from bot.providers.gemini.answer import Answer
from bot.providers.gemini.errors import judged, refuses_style
from bot.providers.gemini.models import PREFIX, page_from_wire
from bot.providers.gemini.request import chat_to_wire, drawing_to_wire
from bot.settings import Account
from bot.streams import rather

log = structlog.get_logger()

PAGES: Final = 20
"""So many pages of a thousand models are asked for at most."""

PICTURES_AT_MOST: Final = 32 * 1024 * 1024
"""Bytes of an answer with pictures in it."""


class Gemini:
    """Implements Chats, Draws, Lists and Checks."""

    def __init__(self, http: Http, account: Account) -> None:
        self._http = http
        self._account = account.name
        self._unstyled: set[str] = set()
        self.skipped = 0
        """Events that could not be read, since the start."""

    async def chat(self, request: ChatRequest) -> AsyncGenerator[Text | End, None]:
        """Continue a conversation, piece by piece: the text, and the End if it said that it was complete."""
        answer = Answer()
        async with aclosing(self._events(request)) as events:
            try:
                async for data in events:
                    if text := answer.take(data):
                        yield Text(text)
            except ProviderError as error:
                if answer.reason is None:  # else it is complete, whatever follows
                    raise judged(error) from None
        if answer.skipped:
            self.skipped += answer.skipped
            log.warning("events skipped", account=self._account, count=answer.skipped)
        if answer.reason is not None:
            yield End(answer.reason, answer.usage)

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
        found: list[ModelFacts] = []
        params: dict[str, str | int] = {"pageSize": 1000}
        for _ in range(PAGES):
            page = page_from_wire(await self._list(params), self._account)
            found += page.models
            if not page.after:
                break
            params["pageToken"] = page.after
        return found

    async def check(self) -> None:
        """Ask for one model of the list."""
        await self._list({"pageSize": 1})

    async def _list(self, params: dict[str, str | int]) -> Json:
        try:
            return await self._http.get_json("models", params)
        except ProviderError as error:
            raise judged(error) from None

    def _events(self, request: ChatRequest) -> AsyncGenerator[bytes, None]:
        """What answers the request. A model that takes no style is asked without one, from then on too."""
        plain = replace(request, style=Style())
        if request.style == plain.style or request.model in self._unstyled:
            return self._ask(plain)

        def refused(error: ProviderRefused) -> bool:
            if found := refuses_style(error):
                self._unstyled.add(request.model)
            return found

        return rather(self._ask(request), lambda: self._ask(plain), refused)

    def _ask(self, request: ChatRequest) -> AsyncGenerator[bytes, None]:
        path = f"{_resource(request.model)}:streamGenerateContent?alt=sse"
        return self._http.stream_events(path, chat_to_wire(request))


def _resource(model: str) -> str:
    """Where a model is asked: a name of one's own, such as `tunedModels/x`, is a place already."""
    return quote(model if "/" in model else f"{PREFIX}{model}", safe="/")
