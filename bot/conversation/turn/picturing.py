"""Pictures that the tools of an answer paint and look at: models are asked beside the answer, in its run."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from functools import partial

from bot.conversation.answer.painting import own_seed, shaped, taken
from bot.conversation.answer.requests import MOST_PICTURES, Requests
from bot.conversation.gate.permitting import permit
from bot.conversation.prompt.window import Asked, compose_drawing, compose_sight
from bot.conversation.queues.insisting import insisting
from bot.conversation.spending.meter import Meter
from bot.errors import BadOption, NotFound, ProviderError, UserError
from bot.governance.authorize import Act
from bot.governance.named import room_persona
from bot.messages import Drawn, ModelFacts, Need, Part, PictureOptions, PictureRef, Restart, Text
from bot.ports import Clock, Shrinks, Store
from bot.routes import Call, Routes
from bot.runs import RunKind
from bot.settings import Settings
from bot.tools import Here
from bot.unseen import seen

LONGEST_PROMPT = 4000
"""Characters of what a picture shall show, and of what one is asked."""

LONGEST_SIGHT = 8000
"""Characters of a description."""


class Picturing:
    """Paints and looks, for who asks and out of their budget: each call is reserved before it is made, and
    paid for however it ends. Raises UserError, whose sentence is for the model."""

    def __init__(
        self, store: Store, routes: Routes, pictures: Shrinks, clock: Clock, settings: Settings
    ) -> None:
        self._store = store
        self._routes = routes
        self._requests = Requests(routes, pictures)
        self._clock = clock
        self._settings = settings

    async def paint(self, here: Here, prompt: str, shape: str, negative: str) -> PictureRef:
        """The picture, kept: painted once, however often the call is repeated."""
        permit(here.actor, Act.IMAGINE, here.key)
        words = checked(prompt, "prompt")
        candidates = self._routes.candidates(Need.IMAGE)
        begin = partial(self._store.begin_picture, here.run_id, here.call_id, most=MOST_PICTURES)
        if (painted := await insisting(self._clock, begin)) is not None:
            return painted
        wanted = PictureOptions(seed=own_seed(here.call_id), negative=seen(negative)[:LONGEST_PROMPT])

        def options(model: ModelFacts) -> PictureOptions:
            return taken(model, replace(wanted, size=shaped(model, shape)))

        cap = self._settings.limits.output_tokens
        async with self._metered(here, RunKind.IMAGINE, lambda _: compose_drawing(words, 1, cap)) as meter:
            parts = await self._whole(candidates, self._requests.painter(words, options, meter), meter)
            drawn = [part.kept for part in parts if isinstance(part, Drawn) and part.kept]
            if not drawn:
                raise UserError(ProviderError.reply)
            await insisting(
                self._clock, partial(self._store.end_picture, here.run_id, here.call_id, drawn[0])
            )
            return drawn[0]

    async def look(self, here: Here, number: int, question: str) -> str:
        """What the pictures of a message of this very room show."""
        permit(here.actor, Act.READ, here.key)
        words = checked(question, "question")
        pictures = tuple(await self._store.pictures_shown(here.key, number))
        if not pictures:
            raise NotFound(f"There is no picture {number} in this room.")
        settings = await self._store.settings(here.key)
        room = settings.value("model") or room_persona(settings.value).model
        candidates = self._routes.candidates(Need.VISION, room=room)
        cap = self._settings.limits.output_tokens

        def compose(model: ModelFacts) -> Asked:
            return compose_sight(words, pictures, model, cap)

        async with self._metered(here, RunKind.DESCRIBE, compose) as meter:
            parts = await self._whole(candidates, self._requests.looker(meter), meter)
            return "".join(part.text for part in parts if isinstance(part, Text))[:LONGEST_SIGHT]

    async def _whole(self, candidates: Sequence[ModelFacts], call: Call, meter: Meter) -> list[Part]:
        """The parts of the first whole answer. What a service does wrong is told in its own sentence."""
        found: list[Part] = []
        said = 0
        try:
            async with aclosing(self._routes.stream(candidates, call, meter)) as parts:
                async for part in parts:
                    if isinstance(part, Restart):
                        found, said = [], 0
                        continue
                    found.append(part)
                    if isinstance(part, Text):
                        meter.wrote(part.text)
                        said += len(part.text)
                    if said > LONGEST_SIGHT:
                        break
        except ProviderError as error:
            raise UserError(error.reply) from error
        return found

    @asynccontextmanager
    async def _metered(
        self, here: Here, kind: RunKind, compose: Callable[[ModelFacts], Asked]
    ) -> AsyncIterator[Meter]:
        """A meter for calls of this run; the last of them is settled at the end, be it cancelled."""
        limits = self._settings.limits
        meter = Meter(self._store, self._clock, limits, compose, kind=kind, run_id=here.run_id)
        try:
            yield meter
        finally:
            if meter.attempt:
                settle = insisting(self._clock, partial(self._store.settle, meter.settlement()))
                await asyncio.shield(asyncio.create_task(settle))


def checked(words: str, field: str) -> str:
    """What a model asks for, as people see it. Raises BadOption."""
    found = seen(words).strip()
    if not found or len(found) > LONGEST_PROMPT:
        raise BadOption(f"“{field}” has 1 to {LONGEST_PROMPT:,} characters; this has {len(found):,}.", field)
    return found
