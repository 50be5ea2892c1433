"""What a turn is reminded of before its model is asked, and what is placed for later turns after it."""

from collections.abc import Callable
from dataclasses import replace

import structlog

from bot.conversation.files.documents import cut_short
from bot.conversation.memory.catching_up import CatchingUp
from bot.conversation.prompt.reminded import WORST, has_more_past, shown_from
from bot.conversation.prompt.window import Asked
from bot.conversation.spending.meter import Attempt
from bot.errors import StorageError, UnknownModel
from bot.memory.consulting import Library
from bot.memory.embedding import Embedder
from bot.memory.leafing import Leafing
from bot.memory.matrices import BYTES, Matrices
from bot.memory.question import Question
from bot.memory.recall import Recall
from bot.ports import Clock, Store
from bot.records import Context, KnownFile, Passage, Piece, Recollection
from bot.routes import Routes
from bot.runs import TALKING
from bot.settings import SpendLimits

log = structlog.get_logger()


class Recalling:
    """For rooms that have more past than a model is shown, know files, or were shown long ones: in others
    nobody is asked."""

    def __init__(self, store: Store, routes: Routes, clock: Clock, limits: SpendLimits) -> None:
        self._store = store
        self._clock = clock
        self._embedder = Embedder(routes, store, clock, limits)
        self.recall = Recall(store, self._embedder, Matrices(BYTES // 2))
        self.library = Library(store, Matrices(BYTES // 2))
        self.leafing = Leafing()
        self.catching_up = CatchingUp(store, self._embedder, self.recall, self.library.forget, clock)

    def space(self) -> str:
        """Where texts are placed now; empty: nowhere."""
        try:
            return self._embedder.space
        except UnknownModel:
            return ""

    async def remind(
        self, context: Context, asked: Asked, link: Callable[[KnownFile, Piece], str]
    ) -> tuple[Passage, ...]:
        """What may bear on a turn's question beside what its model is shown, said long ago or known from
        files; it is written down as a step. `link`: where a piece of a file can be read. Nothing when
        something goes wrong: an answer is worth more than what it might have known."""
        if context.run.kind not in TALKING or not context.question.text.strip():
            return ()
        run, before = context.run, shown_from(context, asked.past)
        question = Question(run.id, run.key, context.question.text, before, self._embedder)
        try:
            said = await self.recall.recall(question) if has_more_past(context, asked.past) else ()
            long = await self.leafing.leaf(question, *cut_short(context, [line.text for line in asked.lines]))
            known = await self.library.consult(question, link) if context.knows else ()
            found = (*said, *long, *known)
            if found:
                kept = [_kept(one) for one in found]
                await self._store.keep_recalled(run.id, kept, at=self._clock.now())
        except StorageError as exc:
            log.warning("nothing recalled", kind=type(exc).__name__)
            return ()
        return found

    def after(self, context: Context, last: Attempt | None) -> None:
        """A turn is over: what was said is placed when the room has more past than its model was shown."""
        if last is not None and has_more_past(context, last.asked.past):
            self.recall.after(context.run.id, context.run.key, context.question.id)


def _kept(found: Passage) -> Recollection:
    return Recollection(found.kind, found.message_id, round(found.likeness, 3), found.name, found.page)


def at_worst(context: Context, asked: Asked) -> Asked:
    """A request as large as it may be once something has come back."""
    grows = has_more_past(context, asked.past)
    return replace(asked, prompt_tokens=asked.prompt_tokens + WORST) if grows else asked
