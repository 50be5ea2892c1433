"""A file becomes what a room knows: cut into pieces, kept, and each piece placed among the others."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Final

import structlog

from bot.conversation.files.documents import named
from bot.conversation.queues.insisting import insisting
from bot.errors import BadOption, BudgetSpent, ProviderError, UnknownModel
from bot.memory.chunking import chunks
from bot.memory.embedding import Embedder
from bot.messages import Document
from bot.ports import Clock, Store
from bot.records import Context, KnownFile, Learned, Piece
from bot.unseen import seen

log = structlog.get_logger()

PIECES: Final = 1000
"""Of one file; what follows is not kept."""

FILES: Final = 50
"""That a server, a channel or a thread knows at most."""

AT_ONCE: Final = 64
"""Pieces that are placed and written down together: after a kill no more are placed anew."""

NAME: Final = 80
"""Characters of a file's name."""

NO_FILE: Final = "I can't look things up in pictures. Send a text, a PDF, a Word document or a web page."
GONE: Final = "I know {} here no more: it was removed while I was reading it."
WORDS_ALONE: Final = (
    "*(It is found by its words alone: nobody can tell now what it is like. I try again within the hour; "
    "`/knowledge add` with the same file tries again at once.)*"
)


@dataclass(frozen=True, slots=True)
class Learner:
    """Lets a run's room know the file that its question brought. `show`: told what is being done; `changed`:
    called when something more is known."""

    store: Store
    embedder: Embedder
    clock: Clock
    show: Callable[[Sequence[str]], None]
    changed: Callable[[], None]

    async def learn(self, context: Context) -> str:
        """What people are told of it. Goes on where an earlier attempt ended. Raises BadOption, TooLarge,
        StorageError."""
        file = await self._before(context) or await self._kept(context)
        try:
            placed = await self._placed(context, file)
        finally:
            self.show(())
            self.changed()
        there = await insisting(self.clock, partial(self.store.known, context.run.key))
        if file.id not in [one.id for one in there]:
            return GONE.format(named(file.name))
        return told(file, context, placed=placed)

    async def undo(self, context: Context) -> None:
        """Somebody has stopped it: what an attempt has kept is known no more. Raises StorageError."""
        if file := await self._before(context):
            await insisting(self.clock, partial(self.store.unlearn, file.scope, file.id))
            self.changed()

    async def _before(self, context: Context) -> KnownFile | None:
        """What an attempt before this one has kept."""
        known = await insisting(self.clock, partial(self.store.known, context.run.key))
        return next((file for file in known if file.run_id == context.run.id), None)

    async def _kept(self, context: Context) -> KnownFile:
        """Keep the file, or find it kept."""
        if not context.question.documents:
            raise BadOption(NO_FILE, "file")
        document = context.question.documents[0]
        self.show((f"reading {named(document.name)}",))
        learned, pieces = await asyncio.to_thread(taken_apart, document, context.run.options.name)
        keep = partial(self.store.learn, context.run.id, learned, pieces, at=self.clock.now(), most=FILES)
        return await insisting(self.clock, keep)

    async def _placed(self, context: Context, file: KnownFile) -> bool:
        """Have its pieces placed that are not yet. False: some could not be."""
        done = 0
        try:
            while some := await self.store.unplaced(file.id, self.embedder.space, AT_ONCE):
                self.show((f"reading {named(file.name)}: {done} of {file.pieces} pieces",))
                answer = await self.embedder.embed(context.run.id, [headed(file.name, one) for one in some])
                vectors = {one.id: vector for one, vector in zip(some, answer.vectors, strict=True)}
                await self.store.place_pieces(answer.space, vectors)
                done += len(some)
        except (ProviderError, UnknownModel, BudgetSpent, TimeoutError) as exc:
            log.warning("a file is not placed", run=context.run.id, file=file.id, kind=type(exc).__name__)
            return False
        return True


def taken_apart(document: Document, name: str = "") -> tuple[Learned, tuple[Piece, ...]]:
    """A file as it is kept, and its pieces: the first ones of a long one. `name`: what it shall be called.
    Raises BadOption for one without words. Takes up to some seconds."""
    worded = (piece for piece in chunks(document) if seen(piece.text).strip())
    pieces = tuple(islice(worded, PIECES + 1))
    if not pieces:
        raise BadOption("There are no words in this file.", "file")
    kept = pieces[:PIECES]
    whole = document.whole and len(kept) == len(pieces)
    read = document.read if len(kept) == len(pieces) else kept[-1].page
    digest = hashlib.sha256(document.text.encode("utf-8", "replace")).hexdigest()
    called = plain(name) or plain(document.name) or "a file"
    return Learned(called, digest, document.pages, read, whole, len(document.text)), kept


def plain(name: str) -> str:
    """A file's name as it is kept: one short line."""
    return " ".join(seen(name).replace("`", "'").split())[:NAME].strip()


def headed(name: str, piece: Piece) -> str:
    """A piece as it is placed: what it stands under says much of what it is about."""
    return f"{piece.section or name}\n{piece.text}"


def told(file: KnownFile, context: Context, *, placed: bool) -> str:
    """What people are told who added it."""
    if file.run_id != context.run.id:
        by = "you" if file.by.id == context.run.actor.person.id else file.by.name
        return f"I know this file here already: it is {named(file.name)}, which {by} added."
    said = f"I know {named(file.name)} here now: {extent(file)}. Where an answer rests on it, it says so."
    return f"{said}\n\n{WORDS_ALONE}" if not placed else said


def extent(file: KnownFile) -> str:
    """How much of a file is known."""
    pieces = f"{file.pieces} piece{'s' * (file.pieces != 1)}"
    if file.pages:
        pages = f"{file.pages} page{'s' * (file.pages != 1)}"
        return f"{pages}, {pieces}" if file.whole else f"the first {file.read} of {pages}, {pieces}"
    return pieces if file.whole else f"its beginning, {pieces}"
