"""The service dies at every step of a turn, one after another, and keeps its promises at the next start.

In the manner of SQLite's own crash tests: everything that leaves the process (a commit, a request to the
platform) is a step. Before each of them, in turn, the world is stopped, what was in memory is lost, and the
service starts again on the same files in front of the same screen; it dies once more while it recovers.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bot.delivery import pieces
from bot.messages import Address, Post
from bot.records import Order
from bot.runs import RunKind, RunStatus
from bot.store import open_store
from bot.store.database.writer import Writer
from bot.unseen import visible
from tests.rig import ANN, BO, ROOM, Glass, Rig, Scripted, settings_for
from tests.seeded import seeded

LONG = ("A first part. " * 200, "A second part. " * 100, "The end.")
"""Three messages, of which the first part fills one."""
STEPS_AT_MOST = 400


class Fate:
    """Lets so many steps happen; the next one never returns, nor does any after it."""

    def __init__(self, steps: int) -> None:
        self.left = steps
        self.posted = False
        self.over = asyncio.Event()

    async def step(self) -> None:
        if self.left == 0:
            self.over.set()
            await asyncio.Event().wait()
        self.left -= 1
        self.posted = False


class Mortal(Glass):
    """A screen that outlives the service. What happens to it is a step.

    `orphans`: deaths between a message and the commit that records its id. Where an answer does not come to
    need that message again nobody knows it, and it stays: one for each such death.
    """

    fate: Fate
    orphans = 0

    async def post(self, to: Address, post: Post, *, nonce: str) -> str:
        await self.fate.step()
        self.fate.posted = True
        return await super().post(to, post, nonce=nonce)

    async def edit(self, to: Address, post_id: str, post: Post) -> None:
        await self.fate.step()
        await super().edit(to, post_id, post)

    async def remove(self, to: Address, post_id: str) -> None:
        await self.fate.step()
        await super().remove(to, post_id)


@asynccontextmanager
async def living(folder: Path, glass: Mortal, fate: Fate) -> AsyncIterator[Rig]:
    """The service until its fate; it ends as a killed process does, saying and writing nothing more."""
    store = await open_store(folder)
    write = Writer.write
    before = asyncio.all_tasks()

    async def mortal(self: Writer, unit: Any) -> Any:
        await fate.step()
        return await write(self, unit)

    glass.fate = fate
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Writer, "write", mortal)
        parley = Rig(store, {"one": Scripted()}, settings_for(folder, ("one",)), glass)
        try:
            yield parley
        finally:
            fate.left = 0
            while left := asyncio.all_tasks() - before:
                for task in left:
                    task.cancel()
                await asyncio.wait(left, timeout=0.1)
            await parley.pictures.close()
            await store.close()


async def lived(folder: Path, glass: Mortal, steps: int, story: Callable[[Rig], Awaitable[None]]) -> bool:
    """Whether a life of so many steps was long enough for the story."""
    fate = Fate(steps)
    async with living(folder, glass, fate) as parley:

        async def life() -> None:
            await parley.work.recover()
            await story(parley)

        telling = asyncio.create_task(life())
        dying = asyncio.create_task(fate.over.wait())
        done, _ = await asyncio.wait({telling, dying}, return_when=asyncio.FIRST_COMPLETED)
        if telling in done:
            telling.result()
        glass.orphans += fate.posted
        return telling in done


async def at_rest(parley: Rig) -> None:
    """Nothing is worked on, and everything is delivered."""
    while True:
        run = await parley.store.latest_run(ROOM, [s for s in RunStatus if not s.ended])
        if run is None and not await parley.store.pending() and not len(parley.work._mailboxes):
            return
        await asyncio.sleep(0.001)


async def verdict(parley: Rig, glass: Mortal) -> list[str]:
    """Every broken promise, in words."""
    entries = await parley.store.entries(ROOM)
    asked = [entry for entry in entries if entry.role == "user"]
    answers = {entry.question_id: entry for entry in entries if entry.role == "assistant"}
    assert len(answers) == len(entries) - len(asked), "a question has two answers"
    taken_back = [q.id for q in asked if q.run_status is RunStatus.CANCELLED]
    broken = [f"unanswered: {q.text}" for q in asked if q.id not in answers and q.id not in taken_back]
    texts = [visible(entry.text, entry.notice) for entry in answers.values()]
    broken += [f"nothing to read: {entry.id}" for entry in answers.values() if not entry.text + entry.notice]
    stored = Counter(piece for text in texts for piece in pieces(text, parley.glass.limits.text))
    shown = Counter(parley.glass.texts())
    broken += [f"not shown: {text[:30]}" for text in stored - shown]
    broken += [f"shown for ever: {text[:30]}" for text in list(shown - stored)[glass.orphans :]]
    records = [await parley.store.run(entry.run_id) for entry in entries if entry.run_id]
    calls = [call.outcome for record in records for call in record.calls]
    return broken + [f"a call for ever {outcome}" for outcome in calls if outcome == "reserved"]


async def long_answer(parley: Rig) -> None:
    """Two messages long, and another question behind it."""
    gate = asyncio.Event()
    parley.one.says(*LONG, gate=gate)
    first = await parley.say("a long one")
    second = await parley.say("and then?", BO)
    await parley.glass.shows("A first part")
    gate.set()
    await parley.answer(first)
    await parley.answer(second)


async def regenerated(parley: Rig) -> None:
    """Two messages become one."""
    parley.one.says(*LONG)
    run = await parley.say("a long one")
    await parley.answer(run)
    parley.one.says("Short.")
    again = await parley.conversation.repeat(run, RunKind.CHAT, ANN, ROOM)
    await parley.answer(again.run_id)


async def stopped(parley: Rig) -> None:
    """Stopped in the middle, and what waits behind it taken back."""
    parley.one.says(*LONG, gate=asyncio.Event())
    first = await parley.say("a long one")
    second = await parley.say("never mind")
    await parley.glass.shows("A first part")
    await parley.conversation.cancel(second, ANN, ROOM)
    await parley.conversation.cancel(first, ANN, ROOM)
    await parley.answer(first)


async def painted(parley: Rig) -> None:
    """A picture beside the conversation."""
    run = await parley.say("a red dot", order=Order(RunKind.IMAGINE))
    await parley.ask("and you?")
    await parley.answer(run)


async def deleted(parley: Rig) -> None:
    """A question is deleted while its answer is written, and one behind it, too."""
    parley.one.says(*LONG, gate=asyncio.Event())
    await parley.say("a long one")
    await parley.say("the one behind it")
    await parley.glass.shows("A first part")
    for entry in await parley.store.entries(ROOM):
        if entry.role == "user":
            await parley.conversation.delete(entry.id, ANN, ROOM)


HIRING = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
"""Whoever dies while a worker process is being started leaves its pipe open."""


@pytest.mark.parametrize(
    "story", [long_answer, regenerated, stopped, pytest.param(painted, marks=HIRING), deleted]
)
async def test_whatever_step_it_dies_at_everything_is_answered_once(
    story: Callable[[Rig], Awaitable[None]], tmp_path: Path
) -> None:
    for steps in count():
        assert steps < STEPS_AT_MOST, "it never ends"
        folder = tmp_path / str(steps)
        folder.mkdir()
        seeded(folder)
        glass = Mortal()
        told = await lived(folder, glass, steps, story)
        await lived(folder, glass, steps % 5, at_rest)
        async with asyncio.timeout(60), living(folder, glass, Fate(-1)) as parley:
            await parley.work.recover()
            await at_rest(parley)
            assert (steps, await verdict(parley, glass)) == (steps, [])
        if told:
            return
