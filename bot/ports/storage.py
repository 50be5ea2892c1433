"""What the core asks of the database."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from bot.messages import (
    Actor,
    ChannelKey,
    Incoming,
    Made,
    Person,
    PictureRef,
    ToolResult,
)
from bot.ports.auditing import Audits
from bot.ports.budgeting import Budgeting
from bot.ports.forgetting import Forgetting
from bot.ports.knowing import Knowledge
from bot.ports.ledgers import Catalogues, Inbox, Ledger, Reminders
from bot.ports.moderating import Moderating
from bot.ports.offering import Offers
from bot.ports.ratings import Ratings
from bot.ports.recalling import Recalls
from bot.ports.remembering import Condenses, Facts
from bot.ports.tooling import Tooling
from bot.ports.versions import Versions
from bot.records import (
    Accepted,
    Change,
    Context,
    Entry,
    Gathered,
    Order,
    Outcome,
    Pending,
    Reservation,
    Room,
    RoomSettings,
    Round,
    Run,
    RunRecord,
    Settlement,
    Spending,
    Started,
    Timer,
)
from bot.runs import RunStatus

P = TypeVar("P")


class Store(
    Ledger,
    Catalogues,
    Inbox,
    Reminders,
    Facts,
    Forgetting,
    Knowledge,
    Moderating,
    Offers,
    Condenses,
    Recalls,
    Ratings,
    Tooling,
    Versions,
    Budgeting,
    Audits,
    Protocol,
):
    """The database. Each call is one unit: all of it is committed, or nothing. Raises StorageError."""

    async def accept(self, said: Incoming, order: Order, *, at: datetime, queue: int) -> Accepted:
        """Store a message and its queued run. An `event_id` seen before changes nothing (`duplicate`).
        Raises QueueFull when `queue` runs wait in the room already."""
        ...

    async def repeat(
        self, run_id: int, order: Order, actor: Actor, *, at: datetime, event_id: str = ""
    ) -> Accepted:
        """Queue another run for the same question and the same answer: Regenerate and Continue."""
        ...

    async def revise(
        self, said: Incoming, of: str, order: Order, *, at: datetime, queue: int
    ) -> Accepted | None:
        """Change the words of the message that came as the event `of`, and queue another run for it. None:
        it is not the room's last question, it was deleted, or nothing about it changed."""
        ...

    async def attach(self, message_id: int, found: Gathered, *, at: datetime) -> None:
        """Its attachments were fetched: keep the pictures, and what else was read beside its text."""
        ...

    async def message_of(self, key: ChannelKey, event_id: str) -> int | None:
        """The message that came as this event in this room, unless it was deleted."""
        ...

    async def answer_of(self, key: ChannelKey, post_ids: Sequence[str]) -> int | None:
        """The answer in this room that one of these posts shows, unless it was deleted."""
        ...

    async def last_heard(self, platform: str, since: datetime) -> Mapping[ChannelKey, str]:
        """The newest message's event id in every room of a platform in which somebody spoke since then."""
        ...

    async def start(
        self,
        which: ChannelKey | int,
        plan: Callable[[Context, Spending], tuple[Reservation, P]],
        *,
        at: datetime,
    ) -> Started[P] | None:
        """Start the room's oldest queued run (a key), or this run (an id): read its context, let the pure
        `plan` choose, and record the reservation, the answer and its first intended post, all in one unit.
        A run that is in progress already (after a kill) is attempted again. None: there is nothing to start,
        or another run holds the room. What `plan` raises leaves everything as it was."""
        ...

    async def reserve(
        self,
        run_id: int,
        reservation: Reservation,
        settled: Settlement | None = None,
        *,
        at: datetime,
        allow: Callable[[Spending], None] | None = None,
    ) -> int:
        """Settle the attempt before and reserve the next: the id of the new call. What `allow` raises, who is
        shown what was spent today, leaves everything as it was."""
        ...

    async def begin_round(self, run_id: int, begun: Round, *, at: datetime) -> int:
        """Record that a run is about to use tools, before it does: the step's id."""
        ...

    async def end_round(self, step_id: int, results: Sequence[ToolResult]) -> None:
        """Record what came of a round, in the order of its calls."""
        ...

    async def ask(self, run_id: int, asked: Round, notice: str, settled: Settlement, *, at: datetime) -> bool:
        """End a run's work until a person has said whether its next round may be done; `notice` asks them.
        Ten minutes later the timer of kind `expire` rings for it. False: it was stopped."""
        ...

    async def decide(self, run_id: int, *, allowed: bool) -> bool:
        """Queue such a run again. False: nobody is asked any more."""
        ...

    async def rounds(self, run_id: int) -> Sequence[Round]:
        """The tools that a run has used, or asks for, in order."""
        ...

    async def asking(self) -> Sequence[Run]:
        """The runs that wait for a person's word."""
        ...

    async def finish(
        self, run_id: int, outcome: Outcome, settled: Settlement | None = None, *, at: datetime
    ) -> bool:
        """End a run: its answer, its step and its last call, in one unit. False: its words were not kept, for
        the answer was deleted meanwhile, or an earlier one stands. Raises IllegalMove."""
        ...

    async def cancel(self, run_id: int, *, at: datetime) -> RunStatus:
        """Move a queued run to `cancelled`, a running one to `cancelling`; others stay. Raises NotFound."""
        ...

    async def interrupted(self, *, at: datetime) -> Sequence[Run]:
        """Runs that were being worked on when the process ended; their lost calls are now settled."""
        ...

    async def waiting(self) -> Sequence[Run]:
        """All queued runs, oldest first."""
        ...

    async def pending(self, key: ChannelKey | None = None) -> Sequence[Pending]:
        """Ended runs whose answers have not wholly reached their platform, oldest first."""
        ...

    async def run(self, run_id: int) -> RunRecord:
        """A run, its steps and its calls. Raises NotFound."""
        ...

    async def latest_runs(self, key: ChannelKey, limit: int, *, skip: int = 0) -> Sequence[RunRecord]:
        """A room's newest runs with all that is known of them, the newest first, without `skip` of them."""
        ...

    async def run_of(self, step_id: int) -> int:
        """Which run a step is of. Raises NotFound."""
        ...

    async def latest_run(self, key: ChannelKey, statuses: Sequence[RunStatus] = ()) -> Run | None:
        """The newest run of a room, of those statuses when some are named."""
        ...

    async def place(self, run_id: int) -> int:
        """How many runs of its room are finished before this one begins."""
        ...

    async def entries(
        self,
        key: ChannelKey,
        *,
        after: int = 0,
        before: int | None = None,
        limit: int = 500,
        only: Sequence[int] = (),
    ) -> Sequence[Entry]:
        """The messages of a room after one of them, or the last ones `before` one, oldest first; with
        `only`, just those."""
        ...

    async def delete(self, message_id: int, *, at: datetime) -> Run:
        """Wipe a message's words; a question takes its answer with it, and whoever would write it stops: the
        run that answered last. What is on the platform is pending from then on, as nothing. Raises NotFound.
        """
        ...

    async def rooms(self, platform: str) -> Sequence[Room]:
        """The platform's rooms, private ones and threads left out, oldest first."""
        ...

    async def room(self, key: ChannelKey) -> Room | None:
        """One room, when somebody has spoken in it."""
        ...

    async def settings(self, key: ChannelKey) -> RoomSettings:
        """What holds in a room."""
        ...

    async def settings_of_person(self, person: Person) -> RoomSettings:
        """What a person has set for themselves, wherever they are."""
        ...

    async def move(
        self, old: ChannelKey, new: ChannelKey, *, late: Sequence[int] = (), since: datetime | None = None
    ) -> Sequence[int]:
        """A chat got another key: all of it moves. The runs being written; `late`, `since`: deliver again."""
        ...

    async def forget(self, key: ChannelKey, *, at: datetime, event_id: str = "") -> bool:
        """Start the room's conversation anew: the window begins after its newest message."""
        ...

    async def changes(self, key: ChannelKey, *, after: int, limit: int = 500) -> Sequence[Change]:
        """What happened in a room after a change, in order."""
        ...

    async def last_change(self, key: ChannelKey) -> int:
        """The newest change's id, 0 when there is none."""
        ...

    def listen(self, heard: Callable[[ChannelKey], None]) -> Callable[[], None]:
        """Call `heard` on the event loop after every commit that changed a room; returns how to stop."""
        ...

    async def set_timer(self, due: datetime, kind: str, payload: Mapping[str, str]) -> int:
        """Keep something to do later."""
        ...

    async def timers(self, until: datetime, limit: int = 100) -> Sequence[Timer]:
        """What is due, earliest first."""
        ...

    async def next_timer(self) -> datetime | None:
        """When the next timer is due."""
        ...

    async def drop_timer(self, timer_id: int) -> None:
        """It is done."""
        ...

    async def keep_picture(self, ref: PictureRef, *, at: datetime) -> None:
        """Record that a picture's bytes are kept."""
        ...

    async def picture(self, sha256: str) -> PictureRef | None:
        """The record of a picture that a message shows; None for any other."""
        ...

    async def made_file(self, key: ChannelKey, message_id: int, place: int) -> Made:
        """A file that an answer in this room brings, by its place among them. Raises NotFound."""
        ...

    async def prune(self, before: datetime) -> None:
        """Forget which events were seen before then, and all but the newest changes."""
        ...

    async def close(self) -> None:
        """Write what waits, then close every connection."""
        ...
