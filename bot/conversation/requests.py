"""From what was planned to a provider's call: pictures loaded, nothing unseen, the kind of run chosen."""

from collections.abc import AsyncIterator

from bot.conversation.meter import Meter
from bot.conversation.window import Line
from bot.messages import ChatRequest, CompletionRequest, Drawn, DrawRequest, End, ModelFacts, Text, Turn
from bot.ports import Pictures
from bot.records import Context
from bot.routes import Call, Routes
from bot.runs import RunKind
from bot.streams import closing
from bot.unseen import seen


class Requests:
    """Makes the calls of a run."""

    def __init__(self, routes: Routes, pictures: Pictures) -> None:
        self._routes = routes
        self._pictures = pictures

    def caller(self, context: Context, meter: Meter) -> Call:
        """How to ask a model for this run."""
        match context.run.kind:
            case RunKind.IMAGINE:
                return lambda model: self._draw(context, model)
            case RunKind.COMPLETE:
                return lambda model: self._complete(context, model, meter)
            case _:
                return lambda model: self._chat(model, meter)

    async def _chat(self, model: ModelFacts, meter: Meter) -> AsyncIterator[Text | End]:
        """Continue the conversation."""
        asked = meter.asked
        turns = tuple([await self._turn(line) for line in asked.lines])
        request = ChatRequest(model.name, turns, asked.max_tokens)
        async with closing(self._routes.chats(model).chat(request)) as parts:
            async for part in parts:
                yield part

    async def _complete(self, context: Context, model: ModelFacts, meter: Meter) -> AsyncIterator[Text | End]:
        """Continue one prompt; a service without completions is asked in a conversation of one line."""
        prompt, max_tokens = seen(context.question.text), meter.asked.max_tokens
        completes = self._routes.completes(model)
        if completes is None:
            request = ChatRequest(model.name, (Turn("user", prompt),), max_tokens)
            answer = self._routes.chats(model).chat(request)
        else:
            answer = completes.complete(CompletionRequest(model.name, prompt, max_tokens))
        async with closing(answer) as parts:
            async for part in parts:
                yield part

    async def _draw(self, context: Context, model: ModelFacts) -> AsyncIterator[Drawn | End]:
        """Make a picture."""
        request = DrawRequest(model.name, seen(context.question.text), context.run.options.picture)
        async with closing(self._routes.draws(model).draw(request)) as parts:
            async for part in parts:
                yield part

    async def _turn(self, line: Line) -> Turn:
        """A line with its pictures' bytes."""
        pictures = tuple([await self._pictures.load(ref) for ref in line.pictures])
        return Turn(line.role, seen(line.text), pictures)
