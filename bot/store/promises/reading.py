"""The half of the store that only reads."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from bot.messages import ChannelKey, Made, Person, PictureRef, Reminder
from bot.records import (
    Change,
    Entry,
    Fact,
    Listed,
    Pending,
    Received,
    Room,
    RoomSettings,
    Round,
    Run,
    RunRecord,
    Timer,
    Version,
)
from bot.runs import RunStatus
from bot.store import (
    catalogues,
    changes,
    delivering,
    facts,
    history,
    inbox,
    made,
    pictures,
    reminding,
    rooms,
    rounds,
    runs,
    settings,
    slots,
    steps,
    timers,
)
from bot.store.database.readers import Readers

T = TypeVar("T")
A = ParamSpec("A")


class Reading:
    """What can be asked of the database, beside the writer."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    async def _read(
        self, unit: Callable[Concatenate[Connection, A], T], *args: A.args, **kwargs: A.kwargs
    ) -> T:
        return await self._readers.read(lambda db: unit(db, *args, **kwargs))

    async def waiting(self) -> Sequence[Run]:
        """All queued runs, oldest first."""
        return await self._read(runs.waiting)

    async def pending(self, key: ChannelKey | None = None) -> Sequence[Pending]:
        """Ended runs whose answers have not wholly reached their platform."""
        return await self._read(delivering.pending, key)

    async def run(self, run_id: int) -> RunRecord:
        """A run, its steps and its calls. Raises NotFound."""
        return await self._read(runs.run_record, run_id)

    async def latest_runs(self, key: ChannelKey, limit: int, *, skip: int = 0) -> Sequence[RunRecord]:
        """A room's newest runs, the newest first, without `skip` of them."""
        return await self._read(runs.latest_records, key, limit, skip)

    async def run_of(self, step_id: int) -> int:
        """Which run a step is of. Raises NotFound."""
        return await self._read(steps.run_of, step_id)

    async def latest_run(self, key: ChannelKey, statuses: Sequence[RunStatus] = ()) -> Run | None:
        """The newest run of a room."""
        return await self._read(runs.latest_run, key, statuses)

    async def place(self, run_id: int) -> int:
        """How many runs are finished before this one begins. Raises NotFound."""
        return await self._read(runs.place, run_id)

    async def message_of(self, key: ChannelKey, event_id: str) -> int | None:
        """The message that came as this event in this room, unless it was deleted."""
        return await self._read(rooms.message_of, key, event_id)

    async def answer_of(self, key: ChannelKey, post_ids: Sequence[str]) -> int | None:
        """The answer in this room that one of these posts shows, unless it was deleted."""
        return await self._read(slots.answer_of, key, post_ids)

    async def last_heard(self, platform: str, since: datetime) -> Mapping[ChannelKey, str]:
        """The newest message's event in every room in which somebody spoke since then."""
        return await self._read(rooms.last_heard, platform, since)

    async def entries(
        self,
        key: ChannelKey,
        *,
        after: int = 0,
        before: int | None = None,
        limit: int = 500,
        only: Sequence[int] = (),
    ) -> Sequence[Entry]:
        """A room's messages after one of them, or the last ones `before` one, oldest first."""
        return await self._read(history.entries, key, after, before, limit, only)

    async def rooms(self, platform: str) -> Sequence[Room]:
        """The platform's rooms, private ones and threads left out."""
        return await self._read(rooms.rooms_of, platform)

    async def room(self, key: ChannelKey) -> Room | None:
        """One room."""
        return await self._read(rooms.room, key)

    async def settings(self, key: ChannelKey) -> RoomSettings:
        """What holds in a room."""
        return await self._read(settings.settings_of, key)

    async def versions(
        self, scope: str, name: str, *, limit: int, before: int | None = None
    ) -> Sequence[Version]:
        """What a setting has been in a scope, the newest first."""
        return await self._read(settings.versions, scope, name, limit=limit, before=before)

    async def settings_named(self, name: str) -> Mapping[str, str]:
        """What holds by this name, by scope."""
        return await self._read(settings.settings_named, name)

    async def settings_of_person(self, person: Person) -> RoomSettings:
        """What a person has set for themselves."""
        return await self._read(settings.settings_of_person, person)

    async def reminders(self, key: ChannelKey, person_id: str = "") -> Sequence[Reminder]:
        """A room's reminders, or one person's there."""
        return await self._read(reminding.reminders, key, person_id)

    async def facts(self, key: ChannelKey, person_id: str) -> Sequence[Fact]:
        """A person's facts in a room, the newest first."""
        return await self._read(facts.facts_of, key, person_id)

    async def changes(self, key: ChannelKey, *, after: int, limit: int = 500) -> Sequence[Change]:
        """What happened in a room after a change, in order."""
        return await self._read(changes.changes_of, key, after, limit)

    async def last_change(self, key: ChannelKey) -> int:
        """The newest change's id."""
        return await self._read(changes.last_change, key)

    async def timers(self, until: datetime, limit: int = 100) -> Sequence[Timer]:
        """What is due, earliest first."""
        return await self._read(timers.due_timers, until, limit)

    async def next_timer(self) -> datetime | None:
        """When the next timer is due."""
        return await self._read(timers.next_timer)

    async def picture(self, sha256: str) -> PictureRef | None:
        """The record of a picture that a message shows."""
        return await self._read(pictures.picture, sha256)

    async def made_file(self, key: ChannelKey, message_id: int, place: int) -> Made:
        """A file that an answer in this room brings. Raises NotFound."""
        return await self._read(made.made_file, key, message_id, place)

    async def rounds(self, run_id: int) -> Sequence[Round]:
        """The tools that a run has used, or asks for, in order."""
        return await self._read(rounds.rounds_of, run_id)

    async def asking(self) -> Sequence[Run]:
        """The runs that wait for a person's word."""
        return await self._read(rounds.asking)

    async def undealt(self, platform: str, account: str) -> Sequence[Received]:
        """Updates that were not dealt with, oldest first."""
        return await self._read(inbox.undealt, platform, account)

    async def kept_models(self) -> Mapping[str, Listed]:
        """What the accounts listed last."""
        return await self._read(catalogues.kept_models)
