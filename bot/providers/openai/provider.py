"""The provider: what is asked of the service, and where."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing

import structlog

from bot.errors import ProviderError
from bot.http import Http, Json
from bot.messages import ChatRequest, CompletionRequest, End, ModelFacts, Text
from bot.providers.openai.answer import Answer
from bot.providers.openai.models import models_from_wire
from bot.providers.openai.request import chat_to_wire, completion_to_wire, style_to_wire
from bot.settings import Account

log = structlog.get_logger()


class OpenAI:
    """Implements Chats, Completes and Lists.

    Options of the account: `max_tokens_field`, the name of the output cap, one for all models or a table by
    model; `stream_options = false` for services that refuse this field and report usage unasked.
    """

    def __init__(self, http: Http, account: Account) -> None:
        self._http = http
        self._account = account.name
        self._options = account.options
        self.skipped = 0
        """Events that could not be read, since the start."""

    def chat(self, request: ChatRequest) -> AsyncGenerator[Text | End, None]:
        """Continue a conversation, piece by piece."""
        return self._answer("chat/completions", {**chat_to_wire(request), **self._common(request)})

    def complete(self, request: CompletionRequest) -> AsyncGenerator[Text | End, None]:
        """Continue one prompt, piece by piece."""
        return self._answer("completions", {**completion_to_wire(request), **self._common(request)})

    async def models(self) -> Sequence[ModelFacts]:
        """What the service lists."""
        return models_from_wire(await self._http.get_json("models"), self._account)

    def _common(self, request: ChatRequest | CompletionRequest) -> dict[str, Json]:
        """What both kinds of requests carry."""
        asks: dict[str, Json] = {"stream_options": {"include_usage": True}}
        usage = asks if self._options.get("stream_options", True) else {}
        return {
            self._cap(request): request.max_tokens,
            "stream": True,
            **usage,
            **style_to_wire(request.style),
        }

    def _cap(self, request: ChatRequest | CompletionRequest) -> str:
        """What the service calls the output cap. Completions have always had the old name."""
        stated = self._options.get("max_tokens_field", "max_tokens")
        if isinstance(stated, Mapping):
            stated = stated.get(request.model, "max_tokens")
        return str(stated) if isinstance(request, ChatRequest) else "max_tokens"

    async def _answer(self, path: str, body: Json) -> AsyncGenerator[Text | End, None]:
        """The answer's text, and its End if it said that it was complete."""
        answer = Answer()
        async with aclosing(self._http.stream_events(path, body)) as events:
            while (data := await _next(events, answer)) is not None:
                if text := answer.take(data):
                    yield Text(text)
        if answer.skipped:
            self.skipped += answer.skipped
            log.warning("events skipped", account=self._account, count=answer.skipped)
        if answer.reason is not None:
            yield End(answer.reason, answer.usage)


async def _next(events: AsyncGenerator[bytes, None], answer: Answer) -> bytes | None:
    """The next event; None when there is no more, or when nothing that matters can follow."""
    if answer.over:
        return None
    try:
        return await anext(events, None)
    except ProviderError:
        if answer.reason is None:
            raise
        return None  # the answer is complete: only its usage did not come
