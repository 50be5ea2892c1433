"""From what was planned to a provider's call: pictures loaded, nothing unseen, the kind of run chosen."""

from collections.abc import AsyncIterator, Callable
from dataclasses import fields, replace
from typing import cast

from bot.conversation.answer.painting import asked_of
from bot.conversation.forms.kinds import FORMS
from bot.conversation.prompt.character import persona_of
from bot.conversation.prompt.window import Line
from bot.conversation.spending.meter import Meter
from bot.errors import ProviderGarbled, UserError
from bot.governance import styles
from bot.messages import (
    Calling,
    ChatRequest,
    CompletionRequest,
    Drawn,
    DrawRequest,
    End,
    Fit,
    ModelFacts,
    Picture,
    PictureOptions,
    PictureRef,
    Shape,
    Style,
    Text,
    ToolCall,
    Turn,
)
from bot.ports import Chats, Fits, Shrinks
from bot.records import Context
from bot.routes import Call, Routes
from bot.runs import RunKind
from bot.streams import closing
from bot.unseen import seen

MOST_PICTURES = 10
"""Of one answer."""


class Requests:
    """Makes the calls of a run."""

    def __init__(self, routes: Routes, pictures: Shrinks) -> None:
        self._routes = routes
        self._pictures = pictures

    def caller(self, context: Context, meter: Meter, *, followed: bool = False) -> Call:
        """How to ask a model for this run. `followed`: somebody sees how it writes calls."""
        match context.run.kind:
            case RunKind.IMAGINE:
                return self.painter(context.question.text, lambda model: asked_of(model, context.run), meter)
            case RunKind.COMPLETE:
                return lambda model: self._complete(context, model, meter)
            case kind:
                shape = FORMS[kind].structured.shape if kind in FORMS else None
                return lambda model: self._chat(model, meter, style_of(context, model), shape, followed)

    def painter(self, prompt: str, options: Callable[[ModelFacts], PictureOptions], meter: Meter) -> Call:
        """How to ask a model to paint."""
        return lambda model: self._draw(DrawRequest(model.name, seen(prompt), options(model)), model, meter)

    def looker(self, meter: Meter) -> Call:
        """How to ask a model to describe pictures."""
        return lambda model: self._chat(model, meter, Style())

    def judge(self, meter: Meter, shape: Shape) -> Call:
        """How to ask a model to fill in a form about what it is shown."""
        return lambda model: self._chat(model, meter, Style(), shape)

    async def load(self, ref: PictureRef) -> Picture:
        """A picture's bytes. Raises NotFound."""
        return await self._pictures.load(ref)

    async def _chat(
        self,
        model: ModelFacts,
        meter: Meter,
        style: Style,
        shape: Shape | None = None,
        followed: bool = False,
    ) -> AsyncIterator[Text | Calling | ToolCall | End]:
        """Continue the conversation."""
        asked, chats = meter.asked, self._routes.chats(model)
        fit = _fit(chats)
        turns = tuple([await self._turn(line, fit) for line in asked.lines])
        request = ChatRequest(
            model.name, turns, asked.max_tokens, style, asked.tools, shape, followed, asked.spent
        )
        async with closing(chats.chat(request)) as parts:
            async for part in parts:
                yield part

    async def _complete(
        self, context: Context, model: ModelFacts, meter: Meter
    ) -> AsyncIterator[Text | Calling | ToolCall | End]:
        """Continue one prompt; a service without completions is asked in a conversation of one line."""
        prompt, max_tokens = seen(context.question.text), meter.asked.max_tokens
        style = style_of(context, model)
        completes = self._routes.completes(model)
        answer: AsyncIterator[Text | Calling | ToolCall | End]
        if completes is None:
            request = ChatRequest(model.name, (Turn("user", prompt),), max_tokens, style)
            answer = self._routes.chats(model).chat(request)
        else:
            answer = completes.complete(CompletionRequest(model.name, prompt, max_tokens, style))
        async with closing(answer) as parts:
            async for part in parts:
                yield part

    async def _draw(
        self, request: DrawRequest, model: ModelFacts, meter: Meter
    ) -> AsyncIterator[Drawn | End]:
        """Make pictures. Of a service that makes more than a post can show, the first ones are taken."""
        made = 0
        async with closing(self._routes.draws(model).draw(request)) as parts:
            async for part in parts:
                if not isinstance(part, Drawn):
                    yield part
                elif (made := made + 1) <= MOST_PICTURES:
                    meter.drew()
                    yield replace(part, kept=await self._keep(part))

    async def _keep(self, drawn: Drawn) -> PictureRef:
        """Check and keep a picture that a service made: one that is none is the service's fault."""
        try:
            return await self._pictures.keep(drawn.picture.data)
        except UserError as exc:
            raise ProviderGarbled(f"a picture that cannot be kept: {exc.code}") from None

    async def _turn(self, line: Line, fit: Fit | None) -> Turn:
        """A line with its pictures' bytes."""
        if not (line.pictures or line.results):
            return Turn(line.role, seen(line.text), calls=line.calls)
        pictures = tuple([await self._picture(ref, fit) for ref in line.pictures])
        results = tuple(replace(one, text=seen(one.text)) for one in line.results)
        return Turn(line.role, seen(line.text), pictures, line.calls, results)

    async def _picture(self, ref: PictureRef, fit: Fit | None) -> Picture:
        """A picture as the model takes it."""
        picture = await self._pictures.load(ref)
        return picture if fit is None else await self._pictures.shrink(picture, fit)


def style_of(context: Context, model: ModelFacts) -> Style:
    """How a model is to write in this run, as far as it lets itself be told."""
    named, room = context.run.options.style, context.settings.value("style")
    style = styles.resolve(named, room, persona_of(context).style)
    if model.takes is None:
        return style
    return replace(style, **{field.name: None for field in fields(style) if field.name not in model.takes})


def _fit(chats: Chats) -> Fit | None:
    """How small a service wants its pictures. None: it takes them as they are."""
    return cast(Fits, chats).fit if hasattr(chats, "fit") else None
