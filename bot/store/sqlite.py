"""The store: each promise of the port is a plain function that runs on the writer or on a reader."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from bot.messages import Actor, ChannelKey, Incoming, ModelFacts, Person, PictureRef, Reminder
from bot.records import (
    Accepted,
    Context,
    Fact,
    Gathered,
    Listed,
    Order,
    Outcome,
    Received,
    Reservation,
    Run,
    Setting,
    Settlement,
    Slot,
    Spending,
    Started,
)
from bot.runs import RunStatus
from bot.store import (
    accepting,
    catalogues,
    delivering,
    ending,
    facts,
    inbox,
    moving,
    pictures,
    reminding,
    rooms,
    settings,
    starting,
    timers,
)
from bot.store.database.gate import Gate
from bot.store.database.lock import FolderLock
from bot.store.database.readers import Readers
from bot.store.database.writer import Writer
from bot.store.privacy import deleting, pruning
from bot.store.promises.auditing import Recorded
from bot.store.promises.budgeting import Budgeted
from bot.store.promises.forgetting import Forgetting
from bot.store.promises.knowing import Knowing
from bot.store.promises.moderating import Moderated
from bot.store.promises.offering import Offering
from bot.store.promises.overseeing import Overseen
from bot.store.promises.remembering import Shortened
from bot.store.promises.tuning import Tuned

P = TypeVar("P")


class SqliteStore(Shortened, Knowing, Forgetting, Tuned, Moderated, Offering, Budgeted, Recorded, Overseen):
    """`bot.ports.Store` in one SQLite file. Made by `open_store`."""

    def __init__(
        self, raw: sqlite3.Connection, path: Path, held: FolderLock, monotonic: Callable[[], float]
    ) -> None:
        self._lock = held
        self._listeners: list[Callable[[ChannelKey], None]] = []
        self._gate = Gate(raw, path)
        super().__init__(Readers(path), Writer(raw, self._gate, self._tell, monotonic))

    async def open(self) -> None:
        """Begin to write and to read."""
        self._writer.start()
        await self._readers.open()

    async def close(self) -> None:
        """Write what waits, then close every connection: the readers first, so that the log is folded in."""
        await self._readers.close()
        await self._writer.close()
        self._lock.release()

    @property
    def commits(self) -> int:
        """Commits since the start."""
        return self._writer.commits

    def ready(self) -> Mapping[str, str]:
        """What keeps the database from taking anything in; empty when nothing does."""
        return {"database": "Nothing can be stored at the moment."} if self._gate.in_trouble else {}

    def announce(self, address: str) -> None:
        """Tell other processes that find the folder locked where this one's API listens."""
        self._lock.announce(address)

    def listen(self, heard: Callable[[ChannelKey], None]) -> Callable[[], None]:
        """Call `heard` on the loop after every commit that changed a room."""
        self._listeners.append(heard)
        return partial(self._listeners.remove, heard)

    def _tell(self, changed: Sequence[ChannelKey]) -> None:
        for key in changed:
            for heard in tuple(self._listeners):
                heard(key)

    # The way of a run: what writes.

    async def accept(self, said: Incoming, order: Order, *, at: datetime, queue: int) -> Accepted:
        """Store a message and its queued run. Raises QueueFull."""
        return await self._write(accepting.accept, said, order, at=at, queue=queue)

    async def repeat(
        self, run_id: int, order: Order, actor: Actor, *, at: datetime, event_id: str = ""
    ) -> Accepted:
        """Queue another run for the same question and answer. Raises NotFound, BadOption."""
        return await self._write(accepting.repeat, run_id, order, actor, at=at, event_id=event_id)

    async def revise(
        self, said: Incoming, of: str, order: Order, *, at: datetime, queue: int
    ) -> Accepted | None:
        """Change the words of a room's last question, and queue another run. Raises QueueFull."""
        return await self._write(accepting.revise, said, of, order, at=at, queue=queue)

    async def attach(self, message_id: int, found: Gathered, *, at: datetime) -> None:
        """A message's attachments were fetched. Raises NotFound."""
        await self._write(accepting.attach, message_id, found, at=at)

    async def start(
        self,
        which: ChannelKey | int,
        plan: Callable[[Context, Spending], tuple[Reservation, P]],
        *,
        at: datetime,
    ) -> Started[P] | None:
        """Begin a room's oldest queued run, or a certain one. Raises what `plan` raises."""
        return await self._writer.write(lambda db: starting.start(db, which, plan, at=at))

    async def reserve(
        self,
        run_id: int,
        reservation: Reservation,
        settled: Settlement | None = None,
        *,
        at: datetime,
        allow: Callable[[Spending], None] | None = None,
    ) -> int:
        """Settle the attempt before and reserve the next. Raises what `allow` raises."""
        return await self._write(starting.reserve, run_id, reservation, settled, at=at, allow=allow)

    async def finish(
        self, run_id: int, outcome: Outcome, settled: Settlement | None = None, *, at: datetime
    ) -> bool:
        """End a run; False: its words were not kept. Raises IllegalMove."""
        return await self._write(ending.finish, run_id, outcome, settled, at=at)

    async def cancel(self, run_id: int, *, at: datetime) -> RunStatus:
        """A waiting run is over, a running one is asked to stop. Raises NotFound."""
        return await self._write(ending.cancel, run_id, at=at)

    async def interrupted(self, *, at: datetime) -> Sequence[Run]:
        """Runs that were worked on when the process ended."""
        return await self._write(ending.interrupted, at=at)

    async def delete(self, message_id: int, *, at: datetime) -> Run:
        """Wipe a message's words: the run that answered last. Raises NotFound."""
        run = await self._write(deleting.delete, message_id, at=at)
        await self.wipe_words()
        return run

    # The ledger.

    async def posted(self, slot: Slot, post_id: str, *, intend: int | None = None) -> Slot | None:
        """Record the platform's id of a message, and the intent of another."""
        return await self._write(delivering.posted, slot, post_id, intend)

    async def intend(self, run_id: int, seq: int) -> Slot:
        """Record that message `seq` is about to be posted."""
        return await self._write(delivering.intend, run_id, seq)

    async def delivered(self, run_id: int, removed: Sequence[Slot] = ()) -> None:
        """The whole answer is on the platform."""
        await self._write(delivering.delivered, run_id, removed)

    async def park(self, key: ChannelKey, run_id: int, until: datetime, removed: Sequence[Slot] = ()) -> None:
        """Leave the answer for the room's timer."""
        await self._write(delivering.park, key, run_id, until, removed)

    async def refused(self, run_id: int, why: str) -> None:
        """The platform will never take this answer."""
        await self._write(delivering.refused, run_id, why)

    # Rooms, settings, timers and pictures: what writes.

    async def change_setting(
        self,
        scope: str,
        name: str,
        value: str | None,
        by: Person,
        *,
        at: datetime,
        event_id: str = "",
        reason: str = "",
    ) -> Setting | None:
        """Keep a new version, unless the event was seen."""
        return await self._write(
            settings.change_setting, scope, name, value, by, at=at, event_id=event_id, reason=reason
        )

    async def renamed(self, key: ChannelKey, title: str, by: Person, *, at: datetime) -> None:
        """A room is called so from now on."""
        await self._write(settings.change_setting, key.scope, "title", title, by, at=at, event_id="")

    async def forget(self, key: ChannelKey, *, at: datetime, event_id: str = "") -> bool:
        """Let the room's window begin after its newest message, unless the event was seen."""
        return await self._write(rooms.forget, key, at=at, event_id=event_id)

    async def move(
        self, old: ChannelKey, new: ChannelKey, *, late: Sequence[int] = (), since: datetime | None = None
    ) -> Sequence[int]:
        """A chat got another key: all that is of it moves."""
        return await self._write(moving.move, old, new, late, since)

    # The inbox: what writes.

    async def take_in(
        self, platform: str, account: str, updates: Mapping[int, str], *, at: datetime
    ) -> Sequence[Received]:
        """Keep updates that were never seen: these, in the order they came."""
        return await self._write(inbox.take_in, platform, account, updates, at=at)

    async def dealt_with(self, ids: Sequence[int]) -> None:
        """Their words go, their ids stay for a while."""
        await self._write(inbox.dealt_with, ids)

    async def set_aside(self, ids: Sequence[int]) -> None:
        """They stay for a while as they are."""
        await self._write(inbox.set_aside, ids)

    async def set_timer(self, due: datetime, kind: str, payload: Mapping[str, str]) -> int:
        """Keep something to do later."""
        return await self._write(timers.set_timer, due, kind, payload)

    async def drop_timer(self, timer_id: int) -> None:
        """It is done."""
        await self._write(timers.drop_timer, timer_id)

    async def keep_reminder(self, wanted: Reminder, *, at: datetime, event_id: str = "") -> int:
        """Keep a reminder, unless its event was seen. Raises QueueFull."""
        return await self._write(reminding.keep_reminder, wanted, at=at, event_id=event_id)

    async def drop_reminder(self, reminder_id: int) -> bool:
        """It does not ring."""
        return await self._write(reminding.drop_reminder, reminder_id)

    async def ring(
        self, reminder_id: int, words: Callable[[Reminder], str], *, at: datetime
    ) -> Reminder | None:
        """A reminder that is due becomes an answer, to be delivered."""
        return await self._write(reminding.ring, reminder_id, words, at=at)

    async def add_fact(
        self, key: ChannelKey, person_id: str, text: str, *, at: datetime, event_id: str = ""
    ) -> Fact | None:
        """Keep a fact, unless its event was seen. Raises TooLarge."""
        return await self._write(facts.add_fact, key, person_id, text, at=at, event_id=event_id)

    async def change_fact(
        self, key: ChannelKey, person_id: str, number: int, text: str, *, at: datetime
    ) -> bool:
        """Give a fact other words. False: there is none."""
        return await self._write(facts.change_fact, key, person_id, number, text, at=at)

    async def forget_facts(
        self, key: ChannelKey, person_id: str, number: int | None = None, *, at: datetime
    ) -> int:
        """Wipe a person's fact, or all of them here: how many."""
        return await self._write(facts.forget_facts, key, person_id, number, at=at)

    async def keep_picture(self, ref: PictureRef, *, at: datetime) -> None:
        """Record that a picture's bytes are kept."""
        await self._write(pictures.keep_picture, ref, at=at)

    async def keep_models(
        self, account: str, source: str, models: Sequence[ModelFacts], *, at: datetime
    ) -> None:
        """Keep an account's list in place of what it listed before."""
        await self._write(catalogues.keep_models, account, Listed(source, tuple(models), at))

    async def prune(self, before: datetime) -> None:
        """Forget which events were seen before then, and all but the newest changes."""
        await self._write(pruning.prune, before)
        await self.wipe_words()
