"""What a platform may ask of Parley: the one door, and every method checks who knocks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.conversation.answer.buttons import ONCE
from bot.conversation.answer.painting import enlarged, larger, varied
from bot.conversation.files.brought import Brought
from bot.conversation.gate.access import Access
from bot.conversation.gate.permitting import ACTS
from bot.conversation.knowledge.knowing import Knowing
from bot.conversation.memory.remembering import Memory
from bot.conversation.offering import Offering
from bot.conversation.oversight.auditing import Audit
from bot.conversation.personas.changing import Personas
from bot.conversation.privacy.lasting import Lasting
from bot.conversation.privacy.statement import Privacy
from bot.conversation.ratings import Ratings
from bot.conversation.reminders import Reminders
from bot.conversation.spending.budgeting import Budgets
from bot.conversation.turn.turns import Turns
from bot.conversation.work import Work
from bot.errors import BadOption, NotAllowed, NotFound
from bot.governance.authorize import Act
from bot.messages import Actor, Address, ChannelKey, Incoming, RunOptions
from bot.ports import Charts, Clock, Store
from bot.records import Accepted, Change, Entry, Order, Room, RoomSettings, Run, RunRecord, Setting
from bot.runs import ACTIVE, RunKind, RunStatus

QUEUE = 20
"""Messages that may wait in a room."""

MOVING = timedelta(minutes=5)
"""How long ago a chat's move may have been felt before its platform says so."""


class Conversation:
    """Rooms, their messages and their runs. Raises UserError; StorageError when nothing was stored."""

    def __init__(
        self,
        store: Store,
        turns: Turns,
        work: Work,
        clock: Clock,
        lasting: Lasting,
        charts: Charts | None = None,
    ) -> None:
        self._store = store
        self._turns = turns
        self._work = work
        self._clock = clock
        self.audit = Audit(store, clock)
        self.access = Access(store, turns.moderation.bars, clock)
        may = self.access.permit
        self.memory = Memory(store, clock)
        self.knowledge = Knowing(store, turns.recalling.library.forget, turns.recalling.space, may)
        self.reminders = Reminders(store, clock)
        self.titles = turns.titles
        self.moderation = turns.moderation
        self.made = Brought(store, may)
        self.personas = Personas(store, clock)
        self.privacy = Privacy(store, clock, lasting, self.audit)
        self.lasting = lasting
        self.ratings = Ratings(store, clock, may)
        self.budgets = Budgets(store, clock, charts)
        self.offers = Offering(store, clock)

    def now(self) -> datetime:
        """What time it is."""
        return self._clock.now()

    async def accept(self, said: Incoming, order: Order = Order()) -> Accepted:
        """Store a message and its queued run; when this returns, the platform may be told so."""
        self.access.permit(said.actor, ACTS.get(order.kind, Act.CHAT), said.key)
        if order.options.persona:
            self.access.permit(said.actor, Act.SET_PERSONA, said.key)  # be it for one answer
        accepted = await self._store.accept(said, order, at=self._clock.now(), queue=QUEUE)
        return await self._queued(accepted, order.kind, said.address)

    async def revise(self, said: Incoming, of: str) -> Accepted | None:
        """The message that came as `of` was edited: a last question runs anew. None: nothing follows."""
        self.access.permit(said.actor, Act.CHAT, said.key)
        writing = await self._store.latest_run(said.key, tuple(ACTIVE))
        accepted = await self._store.revise(said, of, Order(), at=self._clock.now(), queue=QUEUE)
        if accepted is None:
            return None
        if writing and await self._store.cancel(writing.id, at=self._clock.now()) is RunStatus.CANCELLING:
            self._turns.stop(writing.id)  # nobody waits for the answer to what was said before
        self._work.queue(accepted.run_id, RunKind.CHAT, said.address, ahead=accepted.ahead)
        return accepted

    async def withdraw(self, key: ChannelKey, of: str) -> bool:
        """The message of the event `of` was deleted there: it and its answer go. False: there is none."""
        if (message_id := await self._store.message_of(key, of)) is None:
            return False
        await self._work.wipe(message_id)
        return True

    async def shows_answer(self, key: ChannelKey, post_ids: Sequence[str]) -> bool:
        """Whether one of these posts shows an answer of this room, or a part of one."""
        return await self._store.answer_of(key, post_ids) is not None

    async def withdraw_post(self, key: ChannelKey, post_ids: Sequence[str]) -> bool:
        """One of these posts of Parley's own was deleted on its platform, by whoever may there: the whole
        answer leaves the room. False: there is none."""
        answer_id = await self._store.answer_of(key, post_ids)
        if answer_id is None:
            return False
        await self._work.wipe(answer_id)
        return True

    async def move(self, old: ChannelKey, new: ChannelKey) -> None:
        """A chat became another one, says its platform: what was said and set there goes on there."""
        await self._work.leave(old)
        writing = await self._store.move(old, new, since=self._clock.now() - MOVING)
        await self.access.recall()
        self._work.moved(old, new, writing)

    async def last_heard(self, platform: str, since: datetime) -> Mapping[ChannelKey, str]:
        """The newest message's event id in every room of a platform in which somebody spoke since then."""
        return await self._store.last_heard(platform, since)

    async def repeat(
        self, run_id: int, kind: RunKind, actor: Actor, key: ChannelKey, *, event_id: str = ""
    ) -> Accepted:
        """Answer a question again (its own kind), or go on with its answer (`CONTINUE`)."""
        run = (await self.run(run_id, actor, key)).run
        self.access.permit(actor, Act.RETRY, key, owner=run.actor.person.id)
        if why := ONCE.get(run.kind):
            raise BadOption(why)
        if run.options.persona:
            self.access.permit(actor, Act.SET_PERSONA, key)  # be it the same for one answer more
        if kind is not RunKind.CONTINUE and run.kind is not RunKind.CONTINUE:
            kind = run.kind
        order = Order(kind, run.options)
        accepted = await self._store.repeat(run_id, order, actor, at=self._clock.now(), event_id=event_id)
        return await self._queued(accepted, kind, run.address)

    async def vary(self, run_id: int, actor: Actor, key: ChannelKey, event_id: str = "") -> Accepted:
        """Paint the same words once more, with another seed, beside the picture that is there."""
        run = (await self.run(run_id, actor, key)).run
        return await self._beside(run, varied(run), actor, event_id)

    async def enlarge(self, run_id: int, actor: Actor, key: ChannelKey, event_id: str = "") -> Accepted:
        """Paint the same picture at twice the size. Raises BadOption where its model cannot."""
        run = (await self.run(run_id, actor, key)).run
        answer = await self._entry(run.answer_id or 0, actor, key)
        size = larger(self._turns.buttons.facts(run.model), answer.pictures)
        if size is None:
            raise BadOption("This picture can't be made larger by the model that painted it.")
        return await self._beside(run, enlarged(run, size), actor, event_id)

    async def _beside(self, run: Run, options: RunOptions, actor: Actor, event_id: str) -> Accepted:
        """Order another picture from the same words, as if `actor` had asked for it."""
        if run.kind is not RunKind.IMAGINE:
            raise BadOption("Only pictures that I made can be made again in another way.")
        question = await self._entry(run.question_id, actor, run.key)
        said = Incoming(actor, question.text, run.address, event_id)
        return await self.accept(said, Order(RunKind.IMAGINE, options))

    async def _queued(self, accepted: Accepted, kind: RunKind, to: Address) -> Accepted:
        """Let a run wait for its turn. What an event led to before, by any door, stays what it is."""
        if accepted.duplicate and accepted.run_id:
            run = (await self._store.run(accepted.run_id)).run
            kind, to = run.kind, run.address
        self._work.queue(accepted.run_id, kind, to, ahead=accepted.ahead)
        return accepted

    async def cancel(self, run_id: int, actor: Actor, key: ChannelKey | None = None) -> RunStatus:
        """Stop a run that is being written, or take one out of the queue."""
        run = (await self.run(run_id, actor, key)).run
        self.access.permit(actor, Act.STOP, run.key, owner=run.actor.person.id)
        if run.status is RunStatus.REQUIRES_ACTION:
            await self._turns.give_up(run, RunStatus.CANCELLED)
            return RunStatus.CANCELLED
        status = await self._store.cancel(run_id, at=self._clock.now())
        if status is RunStatus.CANCELLING:
            self._turns.stop(run_id)
        elif status is RunStatus.CANCELLED:
            await self._work.taken_back(run)
        return status

    async def decide(self, run_id: int, actor: Actor, key: ChannelKey, *, allowed: bool) -> None:
        """Say whether an answer's tools may do what they asked for; only who asked the question can."""
        run = (await self.run(run_id, actor, key)).run
        self.access.permit(actor, Act.CHAT, key)
        if actor.person.id != run.actor.person.id:
            raise NotAllowed("Only who asked me can decide that.")
        if await self._store.decide(run_id, allowed=allowed):
            self._work.queue(run_id, run.kind, run.address, ahead=0)

    async def delete(self, message_id: int, actor: Actor, key: ChannelKey) -> None:
        """Wipe a message's words; a question takes its answer with it, from the platform too."""
        entry = await self._entry(message_id, actor, key)
        question = entry if entry.question_id is None else await self._entry(entry.question_id, actor, key)
        self.access.permit(actor, Act.DELETE, key, owner=question.author.id)
        await self._work.wipe(message_id)

    async def entries(
        self,
        key: ChannelKey,
        actor: Actor,
        *,
        after: int = 0,
        before: int | None = None,
        limit: int = 500,
        only: Sequence[int] = (),
    ) -> Sequence[Entry]:
        """A room's messages after one of them, or the last ones `before` one, oldest first."""
        self.access.permit(actor, Act.READ, key)
        found = await self._store.entries(key, after=after, before=before, limit=limit, only=only)
        return [replace(entry, actions=self._turns.buttons.of_entry(entry)) for entry in found]

    async def run(self, run_id: int, actor: Actor, key: ChannelKey | None = None) -> RunRecord:
        """A run as it stands. Raises NotFound, also when it belongs to another room than `key`."""
        record = await self._store.run(run_id)
        self.access.permit(actor, Act.READ, record.run.key)
        if key is not None and record.run.key != key:
            raise NotFound("There is no such answer in this room.")
        return record

    async def run_of(self, step_id: int, actor: Actor, key: ChannelKey) -> RunRecord:
        """The run of a step. Raises NotFound."""
        return await self.run(await self._store.run_of(step_id), actor, key)

    async def inspect(self, run_id: int, actor: Actor, key: ChannelKey | None = None) -> RunRecord:
        """How an answer came about: for who asked, and for moderators. Raises NotFound."""
        record = await self.run(run_id, actor, key)
        self.access.permit(actor, Act.SEE_RUN, record.run.key, owner=record.run.actor.person.id)
        return record

    async def latest_runs(self, key: ChannelKey, actor: Actor, limit: int, skip: int) -> Sequence[RunRecord]:
        """How a room's newest answers came about, the newest first, without `skip` of them."""
        self.access.permit(actor, Act.SEE_RUNS, key)
        return await self._store.latest_runs(key, limit, skip=skip)

    async def latest_run(
        self, key: ChannelKey, actor: Actor, statuses: Sequence[RunStatus] = ()
    ) -> RunRecord | None:
        """The room's newest run, of those statuses when some are named."""
        self.access.permit(actor, Act.READ, key)
        run = await self._store.latest_run(key, statuses)
        return None if run is None else await self._store.run(run.id)

    async def place(self, run_id: int) -> int:
        """How many runs are finished before this one begins."""
        return await self._store.place(run_id)

    async def rooms(self, platform: str, actor: Actor) -> Sequence[Room]:
        """A platform's rooms."""
        self.access.decide(actor, Act.READ)
        return await self._store.rooms(platform)

    async def room(self, key: ChannelKey, actor: Actor) -> Room | None:
        """One room, when somebody has spoken in it."""
        self.access.permit(actor, Act.READ, key)
        return await self._store.room(key)

    async def settings(self, key: ChannelKey, actor: Actor) -> RoomSettings:
        """What holds in a room."""
        self.access.permit(actor, Act.SEE_PERSONA, key)
        return await self._store.settings(key)

    async def change(
        self, key: ChannelKey, act: Act, name: str, value: str | None, actor: Actor, *, event_id: str = ""
    ) -> Setting | None:
        """Keep a new version of a room's setting; it holds from the next run on. None: done before."""
        self.access.permit(actor, act, key)
        return await self._store.change_setting(
            key.scope, name, value, actor.person, at=self._clock.now(), event_id=event_id
        )

    async def forget(self, key: ChannelKey, actor: Actor, *, event_id: str = "") -> bool:
        """Start the room's conversation anew; persona and messages stay."""
        self.access.permit(actor, Act.START_ANEW, key)
        return await self._store.forget(key, at=self._clock.now(), event_id=event_id)

    async def changes(
        self, key: ChannelKey, actor: Actor, *, after: int, limit: int = 500
    ) -> Sequence[Change]:
        """What happened in a room, in order."""
        self.access.permit(actor, Act.READ, key)
        return await self._store.changes(key, after=after, limit=limit)

    async def last_change(self, key: ChannelKey, actor: Actor) -> int:
        """The newest change's id."""
        self.access.permit(actor, Act.READ, key)
        return await self._store.last_change(key)

    def listen(self, heard: Callable[[ChannelKey], None]) -> Callable[[], None]:
        """Call `heard` after every commit that changed a room; returns how to stop."""
        return self._store.listen(heard)

    async def _entry(self, message_id: int, actor: Actor, key: ChannelKey) -> Entry:
        """One message of this room. Raises NotFound."""
        for entry in await self.entries(key, actor, only=(message_id,)):
            return entry
        raise NotFound("There is no such message in this room.")
