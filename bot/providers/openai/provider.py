"""The provider: what is asked of the service, and where."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing

import structlog

from bot.errors import KeyRefused, ProviderError, ProviderGarbled, ProviderRefused
from bot.http import Http, Json
from bot.http.pictures import from_base64, picture_at
from bot.messages import (
    ChatRequest,
    CompletionRequest,
    Drawn,
    DrawRequest,
    Embedded,
    End,
    ModelFacts,
    Picture,
    Text,
    TextsRequest,
    ToolCall,
    Verdict,
)
from bot.providers.openai.answer import Answer
from bot.providers.openai.dialect import Dialect
from bot.providers.openai.models import models_from_wire
from bot.providers.openai.pictures import Item, largest, picture_to_wire, pictures_from_wire
from bot.providers.openai.pondered import Pondered
from bot.providers.openai.request import Manner, chat_to_wire, completion_to_wire, style_to_wire
from bot.providers.openai.tools import shape_to_wire, tools_to_wire
from bot.providers.openai.tuning import OpenAITuning
from bot.providers.openai.vectors import (
    judged_to_wire,
    texts_to_wire,
    vectors_from_wire,
    verdicts_from_wire,
)
from bot.settings import Account
from bot.wire.answers import Said, told, without_calls
from bot.wire.calls import fitting_id, nine_letters
from bot.wire.worded import worded

log = structlog.get_logger()


class OpenAI:
    """Implements Chats, Completes, Draws, Embeds, Moderates, Lists and Checks.

    The account's options say what its service does differently (`bot.settings.dialects`). What a model
    refuses by name is left out of its next requests, and the refused one is made again at once.
    """

    def __init__(self, http: Http, account: Account) -> None:
        self._http = http
        self._account = account.name
        self._dialect = Dialect(account.options)
        self._pondered = Pondered()
        self.tuning = OpenAITuning(http)

    def chat(self, request: ChatRequest) -> AsyncGenerator[Said, None]:
        """Continue a conversation, piece by piece."""
        return self._answer(request, lambda options: self._chat(request, options))

    def complete(self, request: CompletionRequest) -> AsyncGenerator[Text | End, None]:
        """Continue one prompt, piece by piece."""
        asked = completion_to_wire(request)
        return without_calls(
            self._answer(request, lambda options: self._ask("completions", asked | options, Answer()))
        )

    async def draw(self, request: DrawRequest) -> AsyncGenerator[Drawn | End, None]:
        """Make pictures; those that come as addresses are fetched at once, for the addresses expire."""
        body = picture_to_wire(request, self._dialect)
        cap = largest(request.options.count)
        pictures, usage = pictures_from_wire(
            await self._http.post_bytes(self._dialect.picture_path, body, cap)
        )
        for item in pictures[: request.options.count]:
            yield Drawn(await self._picture(item), request.options.seed)
        yield End(usage=usage)

    async def embed(self, request: TextsRequest) -> Embedded:
        """Place texts in the model's space."""
        if not request.texts:
            return Embedded(())
        body = texts_to_wire(request.model, request.texts, request.dimensions)
        return vectors_from_wire(await self._http.post_json("embeddings", body), len(request.texts))

    async def moderate(self, request: TextsRequest) -> Sequence[Verdict]:
        """Judge texts, and pictures, of which a request takes one."""
        found: list[Verdict] = []
        for body, count in judged_to_wire(request):
            found.extend(verdicts_from_wire(await self._http.post_json("moderations", body), count))
        return found

    async def models(self) -> Sequence[ModelFacts]:
        """What the service lists. Lists behind the first one only add to it: one that fails is left out."""
        first, *others = self._dialect.model_lists
        answers = [await self._http.get_json(first)]
        for path in others:
            try:
                answers.append(await self._http.get_json(path))
            except ProviderError as error:
                log.warning("list not read", account=self._account, list=path, error=type(error).__name__)
        return models_from_wire(answers, self._account, self._dialect)

    async def check(self) -> None:
        """Ask what the service answers to a good key only."""
        await self._http.get_json(self._dialect.check_path)

    async def _picture(self, item: Item) -> Picture:
        """A picture, wherever it is. Raises ProviderError."""
        if item.b64_json:
            return from_base64(item.b64_json)
        if item.url:
            return await picture_at(self._http, item.url)
        raise ProviderGarbled("a picture without bytes or address")

    def _options(self, request: ChatRequest | CompletionRequest) -> dict[str, Json]:
        """What a request carries beside its words, as far as the model takes it."""
        usage: dict[str, Json] = {"stream_options": {"include_usage": True}}
        options: dict[str, Json] = {
            "stream": True,
            **(usage if self._dialect.stream_options else {}),
            **style_to_wire(request.style),
            **(self._chat_options(request) if isinstance(request, ChatRequest) else {}),
        }
        if isinstance(request, CompletionRequest):
            options["max_tokens"] = request.max_tokens  # completions have always had the old name
        refused = self._dialect.refuses(request.model)
        return {name: value for name, value in options.items() if name not in refused}

    def _chat_options(self, request: ChatRequest) -> dict[str, Json]:
        """What only a conversation carries."""
        form = self._dialect.tools(request.model)
        return {
            self._dialect.cap(request.model): request.max_tokens,
            **tools_to_wire(request.tools, form, strict=self._dialect.strict, spent=request.spent),
            **shape_to_wire(request.shape),
        }

    def _chat(self, request: ChatRequest, options: dict[str, Json]) -> AsyncGenerator[Said, None]:
        """Ask once; what the model does not take as a parameter is put into words."""
        form, shapes = self._dialect.tools(request.model), self._dialect.shapes(request.model)

        def ask(asked: ChatRequest) -> AsyncGenerator[Said, None]:
            body = chat_to_wire(asked, self._manner(request.model, form)) | options
            answer = Answer(followed=asked.followed)
            return self._remembered(self._ask("chat/completions", body, answer), answer)

        return worded(ask, request, tools=form == "prompted", shape=not shapes)

    def _manner(self, model: str, form: str) -> Manner:
        """How this model knows calls of tools."""
        thoughts = self._pondered.of if self._dialect.thoughts(model) else None
        return Manner(form, thoughts, nine_letters if self._dialect.nine else fitting_id)

    async def _remembered(
        self, parts: AsyncGenerator[Said, None], answer: Answer
    ) -> AsyncGenerator[Said, None]:
        """The answer; what led to its calls is kept until they go back."""
        async with aclosing(parts):
            async for part in parts:
                if isinstance(part, ToolCall):
                    self._pondered.keep(part.id, answer.pondered)
                yield part

    def _ask(self, path: str, body: dict[str, Json], answer: Answer) -> AsyncGenerator[Said, None]:
        return told(self._http.stream_events(path, body), answer, self._account)

    async def _answer(
        self,
        request: ChatRequest | CompletionRequest,
        ask: Callable[[dict[str, Json]], AsyncGenerator[Said, None]],
    ) -> AsyncGenerator[Said, None]:
        """The answer; when it is refused for a parameter, the answer to a request without it."""
        while True:
            options, began = self._options(request), False
            try:
                async with aclosing(ask(options)) as parts:
                    async for part in parts:
                        began = True
                        yield part
            except KeyRefused:
                raise
            except ProviderRefused as error:
                if began or not self._dialect.learn(request.model, options, error.said):
                    raise
                log.info("parameter refused", account=self._account, model=request.model)
            else:
                return
