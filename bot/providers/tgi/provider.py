"""The provider: what is asked of the server, and where."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any, Final

from bot.errors import ConfigError, ProviderDown, ProviderError, ProviderGarbled, ProviderRefused
from bot.http import Http, Json
from bot.messages import ChatRequest, CompletionRequest, End, Fit, ModelFacts, Text
from bot.providers.tgi.answer import Answer, refuses_shape
from bot.providers.tgi.harmless import harmless
from bot.providers.tgi.models import facts_from_wire
from bot.providers.tgi.request import generate_to_wire
from bot.providers.tgi.templates import TEMPLATES, rendered
from bot.settings import Account
from bot.settings.kinds import usual
from bot.wire.answers import Said, told, without_calls
from bot.wire.prompted import prompted, uses_tools
from bot.wire.worded import Shapes, worded

AT_MOST: Final = 32 * 1024 * 1024
"""Bytes of a whole answer: its details name every token."""

ABSENT: Final = frozenset({404, 405, 501})
"""How a server says that it does not know a path."""


class TGI:
    """Implements Chats, Completes, Lists, Checks and Fits.

    A server runs one model and is not told which: every name is right. Options of the account: `template`
    (it has to have one); `stream = false` for a server that is known not to stream; `picture_box`, pixels or
    [width, height], and `picture_quality`, to which pictures are shrunk; `pictures`, how many at most.
    """

    def __init__(self, http: Http, account: Account) -> None:
        options: dict[str, Any] = dict(account.options)
        template = TEMPLATES.get(str(options.get("template")))
        if template is None:
            raise ConfigError(f"[providers.{account.name}] template must be one of {', '.join(TEMPLATES)}.")
        box = options.get("picture_box", 200)
        self.fit = Fit(
            (box, box) if isinstance(box, int) else (box[0], box[1]), options.get("picture_quality", 50)
        )
        self._http = http
        self._account = account
        self._key = account.key.get_secret_value() if account.key else ""
        self._template = template
        self._pictures: int = options.get("pictures", 4)
        self._streams: bool = options.get("stream", True)
        self._shapes = Shapes(refuses_shape)

    def chat(self, request: ChatRequest) -> AsyncGenerator[Said, None]:
        """Continue a conversation, piece by piece. Of tools the model is told in words, for the server
        knows none; and as it asks for them in words, too, such an answer cannot be held to a form."""
        if request.shape and uses_tools(request):
            return worded(self._chat, request, tools=True, shape=True)
        return self._shapes.asked(self._chat, request, tools=True)

    def complete(self, request: CompletionRequest) -> AsyncGenerator[Text | End, None]:
        """Continue one prompt, piece by piece. It is sent without any template around it."""
        return without_calls(self._answer(harmless(request.prompt), request))

    async def models(self) -> Sequence[ModelFacts]:
        """The one model. A server that does not tell has the one that its template is usual for."""
        try:
            told = await self._http.get_json("info")
        except ProviderError as error:
            if not _absent(error):
                raise
            told = {}
        return (facts_from_wire(told, usual(self._account), self._account.default_model),)

    async def check(self) -> None:
        """Have one token written: `/info` and `/health` are often open to everybody."""
        answer = self._begun(bare=False)
        answer.take(await self._whole(generate_to_wire("Hi", CompletionRequest("", "Hi", 1), ())))
        if answer.reason is None:
            raise ProviderGarbled("no answer to a check")

    def _chat(self, request: ChatRequest) -> AsyncGenerator[Said, None]:
        """The answer, held to its form by the server. The model sees nothing of that, so it is told, too."""
        turns = prompted(request, tools=False, shape=True).turns
        return self._answer(rendered(self._template, turns, self._pictures), request)

    def _answer(self, inputs: str, request: ChatRequest | CompletionRequest) -> AsyncGenerator[Said, None]:
        """The answer's text, and its End if it said that it was complete."""
        body = generate_to_wire(inputs, request, self._template.stop)
        answer = self._begun(bare=isinstance(request, ChatRequest))
        return told(self._events(body), answer, self._account.name)

    async def _events(self, body: Json) -> AsyncGenerator[bytes, None]:
        """The stream's events; from a server that does not stream, its answer as a whole."""
        if self._streams:
            try:
                async with aclosing(self._http.stream_events("generate_stream", body)) as events:
                    async for data in events:
                        yield data
            except ProviderError as error:
                if not _absent(error):
                    raise
            else:
                return
        answer = await self._whole(body)
        self._streams = False  # it is not asked again: without a stream it answers
        yield answer

    async def _whole(self, body: Json) -> bytes:
        return await self._http.post_bytes("generate", body, AT_MOST)

    def _begun(self, *, bare: bool) -> Answer:
        return Answer(self._template.stop, bare=bare, key=self._key)


def _absent(error: ProviderError) -> bool:
    """Whether the server does not know the path that it was asked for."""
    return isinstance(error, ProviderRefused | ProviderDown) and error.status in ABSENT
