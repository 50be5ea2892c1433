"""The provider that is always there: a parrot that talks, a painter that paints, no network and no key."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.errors import ProviderDown
from bot.messages import (
    Calling,
    ChatRequest,
    CompletionRequest,
    Drawn,
    DrawRequest,
    Embedded,
    End,
    EndReason,
    ModelFacts,
    Picture,
    Text,
    TextsRequest,
    ToolCall,
    Usage,
)
from bot.providers.offline import parrot
from bot.providers.offline.continuation import continuation
from bot.providers.offline.forms import filled
from bot.providers.offline.handy import told, wish
from bot.providers.offline.heard import Heard, listen
from bot.providers.offline.likeness import placement
from bot.providers.offline.notes import condensed
from bot.providers.offline.sight import Sight
from bot.providers.offline.speech import PACE, speak, tokens
from bot.workers.pool import WorkerLost, Workers

if TYPE_CHECKING:  # the studio's process imports this package, and needs no settings
    from bot.settings import Account

SIZE = (1024, 1024)
SMALLEST, LARGEST = 64, 2048
"""Pixels that a side of a painted picture may have."""

LOST_THREAD = "I can't go on from there: those words weren't mine. Ask me again, and I'll start afresh."


class Offline:
    """Implements Chats, Completes, Draws, Embeds and Lists.

    A stand-in without intelligence, and honest about it. Option `pace`: words a second; 0: at once.
    """

    def __init__(self, account: "Account") -> None:
        self._account = account.name
        pace = account.options.get("pace", PACE)
        self._pace = float(pace) if isinstance(pace, int | float) else PACE
        self._studio = Workers("bot.providers.offline.studio", seconds=20)

    async def models(self) -> Sequence[ModelFacts]:
        """The parrot and the painter, both for nothing."""
        from bot.settings.services import OFFLINE_MODELS

        return [replace(facts, id=f"{self._account}/{facts.name}") for facts in OFFLINE_MODELS]

    async def chat(self, request: ChatRequest) -> AsyncIterator[Text | Calling | ToolCall | End]:
        """Answer, or go on where an answer stopped; or ask for a tool where the words are plain."""
        prompt_tokens = sum(len(tokens(turn.text)) for turn in request.turns)
        if call := wish(request):
            yield call
            yield End(EndReason.TOOLS, Usage(prompt_tokens, 0))
            return
        said = told(request.turns) or filled(request) or condensed(request.turns, request.max_tokens)
        answer = said or await self._said(listen(request.turns))
        async for part in speak(
            answer, prompt_tokens=prompt_tokens, max_tokens=request.max_tokens, pace=self._pace
        ):
            yield part

    async def _said(self, heard: Heard) -> str:
        """What the parrot has to say."""
        sights = [await self._look(picture) for picture in heard.question.pictures]
        return _rest(heard, parrot.answer(heard, sights))

    async def complete(self, request: CompletionRequest) -> AsyncIterator[Text | End]:
        """Go on with a prompt."""
        text, prompt_tokens = continuation(request.prompt), len(tokens(request.prompt))
        async for part in speak(
            text, prompt_tokens=prompt_tokens, max_tokens=request.max_tokens, pace=self._pace
        ):
            yield part

    async def draw(self, request: DrawRequest) -> AsyncIterator[Drawn | End]:
        """Paint; the same words, size and seed make the same picture. Raises ProviderDown."""
        options = request.options
        wide, high = options.size or SIZE
        size = (_within(wide), _within(high))
        for number in range(options.count):
            order = {
                "do": "paint",
                "prompt": request.prompt,
                "size": size,
                "seed": f"{options.seed}/{number}",
            }
            _, data = await self._ask(order)
            yield Drawn(Picture(data, "image/png"), options.seed)
        yield End(usage=Usage(len(tokens(request.prompt)), 0))

    async def embed(self, request: TextsRequest) -> Embedded:
        """Place texts by the words and pieces of words that they have."""
        placed = await asyncio.to_thread(lambda: tuple(map(placement, request.texts)))
        return Embedded(placed, Usage(sum(len(tokens(text)) for text in request.texts), 0))

    async def _look(self, picture: Picture) -> Sight:
        """What can be measured of a picture."""
        seen, _ = await self._ask({"do": "look"}, picture.data)
        return seen

    async def _ask(self, order: Sight, data: bytes = b"") -> tuple[Sight, bytes]:
        """Have something done in the studio. Raises ProviderDown."""
        try:
            return await self._studio.ask(order, data)
        except WorkerLost as exc:
            raise ProviderDown(str(exc)) from exc


def _rest(heard: Heard, answer: str) -> str:
    """What of the answer is still to be said. The same conversation has the same answer."""
    if heard.stopped_at is None:
        return answer
    said = heard.stopped_at
    if answer.startswith(said):
        return answer[len(said) :]
    if answer.startswith(said.rstrip()):
        return answer[len(said.rstrip()) :].lstrip()
    return LOST_THREAD


def _within(side: int) -> int:
    """A side's length as it can be painted."""
    return max(SMALLEST, min(LARGEST, side))
