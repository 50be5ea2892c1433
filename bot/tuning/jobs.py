"""Having models tuned: every step is written down before it is done, so that a crash leaves nothing behind.

What a service was asked for and did not confirm is looked for there before it is asked for again: files by
their names and jobs by their marks, both of which only this Parley gives.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

import structlog

from bot.errors import (
    BadOption,
    NotFound,
    ProviderBusy,
    ProviderDown,
    ProviderError,
    ProviderGarbled,
    ProviderRefused,
    ProviderTimeout,
)
from bot.messages.tuning import TuneEvent, TuneJob, TuneOrder
from bot.ports import Clock
from bot.ports.tuning import Tunes, Tunings
from bot.records import Tuning
from bot.records.tuning import ABANDONED, CREATING, OVER, REFUSED, SUCCEEDED
from bot.tuning.checking import LEAST, check

TRIES: Final = 3
"""How often something is asked for whose answer is lost."""
PAUSE: Final = 2.0
"""Seconds between, unless the service names a longer time."""
LONGEST_PAUSE: Final = 60.0
FAULTS: Final = 50
"""Faults of a file that are told."""

UNSURE: Final = (ProviderBusy, ProviderDown, ProviderTimeout, ProviderGarbled)
"""After these it may have been done, or may be done later."""

T = TypeVar("T")
Examples: TypeAlias = bytes | Path
"""A file to learn from; a large one stays where it lies."""

log = structlog.get_logger()


class Tuners:
    """Begins and follows jobs. `tunes`: who does it for an account, if anybody; `done` is told of every model
    that came of one; `folder`: where files lie meanwhile. Raises UserError, ProviderError, StorageError."""

    def __init__(
        self,
        store: Tunings,
        tunes: Callable[[str], Tunes | None],
        clock: Clock,
        done: Callable[[Tuning], None],
        folder: Path | None = None,
    ) -> None:
        self.folder = folder
        self._store = store
        self._tunes = tunes
        self._clock = clock
        self._done = done
        self._lock = asyncio.Lock()

    async def recall(self) -> None:
        """Tell of the models that came of earlier jobs."""
        for tuning in await self._store.tunings():
            if tuning.model:
                self._done(tuning)

    async def start(
        self, model: str, train: Examples, validation: Examples = b"", suffix: str = ""
    ) -> Tuning:
        """Begin to tune a model, or go on with what was begun with the same words. Files have to stay there
        meanwhile."""
        account, _, base = model.partition("/")
        service = self._service(account)
        if not base:
            raise BadOption("Name the model as account/model, such as openai/gpt-4o-mini.", "model")
        await asyncio.to_thread(_sound, train, "train", LEAST)
        if validation:
            await asyncio.to_thread(_sound, validation, "validation", 1)
        digest, held = [await asyncio.to_thread(_digest, data) for data in (train, validation)]
        wanted = Tuning(f"parley-{secrets.token_hex(8)}", account, base, suffix, digest, held)
        async with self._lock:
            going = await self._begun(wanted)
            if going is None:
                going = await self._store.begin_tuning(wanted, at=self._clock.now())
            return going if going.begun else await self._go_on(going, service, train, validation)

    async def all(self) -> Sequence[Tuning]:
        """Every tuning as it stands, the newest first. What was broken off is taken up or cleared away."""
        async with self._lock:
            return [await self._looked_at(tuning) for tuning in await self._store.tunings()]

    async def one(self, number: int) -> Tuning:
        """One as it stands. Raises NotFound."""
        async with self._lock:
            return await self._refreshed(await self._find(number))

    async def events(self, number: int) -> Sequence[TuneEvent]:
        """What its service tells of it, the oldest first."""
        tuning = await self._find(number)
        return await self._service(tuning.account).events(tuning.job) if tuning.begun else ()

    async def cancel(self, number: int) -> Tuning:
        """Have it stopped; one that is over stays as it is."""
        async with self._lock:
            tuning = await self._find(number)
            if tuning.over:
                return tuning
            service = self._service(tuning.account)
            if not tuning.begun:
                return await self._settled(tuning, service)
            return await self._stands(tuning, await service.cancel(tuning.job), service)

    async def _begun(self, wanted: Tuning) -> Tuning | None:
        """What was begun with the same words and is not over. Others that were broken off are settled."""
        same = None
        for tuning in await self._store.tunings():
            if tuning.over or tuning.account != wanted.account:
                continue
            if replace(wanted, mark="") == _asked(tuning):
                same = same or tuning
            elif not tuning.begun:
                await self._looked_at(tuning)
        return same

    async def _go_on(self, tuning: Tuning, service: Tunes, train: Examples, validation: Examples) -> Tuning:
        """Leave the files there that are not, then begin the job that is not."""
        try:
            at = await self._uploaded(service, _named(tuning, "train"), train)
            tuning = await self._note(replace(tuning, train_file=at))
            if validation:
                at = await self._uploaded(service, _named(tuning, "validation"), validation)
                tuning = await self._note(replace(tuning, validation_file=at))
            tuning = await self._note(replace(tuning, status=CREATING))
            return await self._stands(tuning, await self._created(tuning, service), service)
        except ProviderRefused:
            await self._clear_away(tuning, service, REFUSED)
            raise

    async def _uploaded(self, service: Tunes, name: str, data: Examples) -> str:
        """The id of a file that lies there once."""

        async def lying() -> str | None:
            found = [file.id for file in await service.files() if file.name == name]
            for further in found[1:]:
                await service.delete_file(further)
            return found[0] if found else None

        async def upload() -> str:
            return (await service.upload(name, data)).id

        return await self._once(lying, upload)

    async def _created(self, tuning: Tuning, service: Tunes) -> TuneJob:
        """The only job of a tuning."""
        order = TuneOrder(tuning.base, tuning.train_file, tuning.validation_file, tuning.suffix, tuning.mark)
        return await self._once(lambda: _job_of(tuning, service), lambda: service.tune(order))

    async def _once(self, there: Callable[[], Awaitable[T | None]], make: Callable[[], Awaitable[T]]) -> T:
        """What is there, or is made: looked for before each try, for the last one may have made it."""
        for left in reversed(range(TRIES)):
            try:
                found = await there()
                return await make() if found is None else found
            except UNSURE as error:
                if not left:
                    raise
                wait = error.retry_after if isinstance(error, ProviderBusy) else None
                await self._clock.sleep(min(max(wait or 0.0, PAUSE), LONGEST_PAUSE))
        raise AssertionError("unreachable")

    async def _looked_at(self, tuning: Tuning) -> Tuning:
        """As it stands, as far as its service can be asked."""
        try:
            return await self._refreshed(tuning)
        except (ProviderError, NotFound) as error:
            log.info("tuning not looked at", account=tuning.account, error=type(error).__name__)
            return tuning

    async def _refreshed(self, tuning: Tuning) -> Tuning:
        if tuning.over and not tuning.train_file:
            return tuning
        service = self._service(tuning.account)
        if not tuning.begun:
            return tuning if tuning.over else await self._settled(tuning, service)
        return await self._stands(tuning, await service.job(tuning.job), service)

    async def _settled(self, tuning: Tuning, service: Tunes) -> Tuning:
        """One that was broken off goes on if its job was begun; else nothing of it is left."""
        job = await _job_of(tuning, service)
        if job is None:
            return await self._clear_away(tuning, service, ABANDONED)
        return await self._stands(tuning, job, service)

    async def _clear_away(self, tuning: Tuning, service: Tunes, status: str) -> Tuning:
        """Take its files from the service, then say so: a job without them learns nothing."""
        names = {_named(tuning, "train"), _named(tuning, "validation")}
        for file in await service.files():
            if file.name in names:
                await service.delete_file(file.id)
        return await self._note(replace(tuning, status=status, train_file="", validation_file=""))

    async def _stands(self, tuning: Tuning, job: TuneJob, service: Tunes) -> Tuning:
        """Write down where its job stands. Of one that is over, the service keeps nobody's words."""
        status = job.status.lower()
        model = f"{tuning.account}/{job.model}" if job.model and status == SUCCEEDED else ""
        tuning = await self._note(replace(tuning, status=status, job=job.id, model=model))
        if model:
            self._done(tuning)
        if status in OVER:
            with suppress(ProviderError):  # it is tried again when somebody looks
                for file_id in filter(None, (tuning.train_file, tuning.validation_file)):
                    await service.delete_file(file_id)
                tuning = await self._note(replace(tuning, train_file="", validation_file=""))
        return tuning

    async def _note(self, tuning: Tuning) -> Tuning:
        await self._store.note_tuning(tuning, at=self._clock.now())
        return tuning

    async def _find(self, number: int) -> Tuning:
        for tuning in await self._store.tunings():
            if tuning.id == number:
                return tuning
        raise NotFound(f"There is no tuning {number}. `parley tune list` has them.")

    def _service(self, account: str) -> Tunes:
        service = self._tunes(account)
        if service is None:
            raise NotFound(
                f"There is no account “{account[:40]}” that tunes models (one of kind openai does)."
            )
        return service


async def _job_of(tuning: Tuning, service: Tunes) -> TuneJob | None:
    """The job that was begun for a tuning: by its mark or, where services keep none, by its file."""
    for job in await service.jobs():
        if job.mark == tuning.mark or (tuning.train_file and job.train == tuning.train_file):
            return job
    return None


def _asked(tuning: Tuning) -> Tuning:
    """What was asked for, without what became of it."""
    return Tuning("", tuning.account, tuning.base, tuning.suffix, tuning.train, tuning.validation)


def _named(tuning: Tuning, part: str) -> str:
    """What a file is called there, and no other file."""
    return f"{tuning.mark}-{part}.jsonl"


def _digest(data: Examples) -> str:
    if isinstance(data, Path):
        with data.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    return sha256(data).hexdigest() if data else ""


def _sound(data: Examples, name: str, least: int) -> None:
    """Raise BadOption, with every fault and its line, for a file that cannot be learned from."""
    if faults := check(data, least=least).faults:
        told = "\n".join(f"- {fault}" for fault in faults[:FAULTS])
        more = f"\n… and {len(faults) - FAULTS} more" if len(faults) > FAULTS else ""
        raise BadOption(f"The file ({name}) cannot be learned from:\n{told}{more}", name)
