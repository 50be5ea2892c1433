"""What tuning asks of AI services, and of the database."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.messages.tuning import TuneEvent, TuneFile, TuneJob, TuneOrder
from bot.records.tuning import Tuning


class Tunes(Protocol):
    """A service that takes files and tunes models on them. Raises ProviderError."""

    async def upload(self, name: str, data: bytes | Path) -> TuneFile:
        """Leave a file there."""
        ...

    async def files(self) -> Sequence[TuneFile]:
        """The files that lie there to be tuned on."""
        ...

    async def delete_file(self, file_id: str) -> None:
        """Take one away; one that is gone already is no error."""
        ...

    async def tune(self, order: TuneOrder) -> TuneJob:
        """Begin a job."""
        ...

    async def jobs(self) -> Sequence[TuneJob]:
        """The account's jobs, the newest first."""
        ...

    async def job(self, job_id: str) -> TuneJob:
        """Where one stands."""
        ...

    async def events(self, job_id: str) -> Sequence[TuneEvent]:
        """What happened to one, the oldest first."""
        ...

    async def cancel(self, job_id: str) -> TuneJob:
        """Have one stopped."""
        ...


class Tunings(Protocol):
    """What is done to tune models is written down before it is done. Raises StorageError."""

    async def begin_tuning(self, wanted: Tuning, *, at: datetime) -> Tuning:
        """Write down that a model shall be tuned: the same, with its number."""
        ...

    async def note_tuning(self, tuning: Tuning, *, at: datetime) -> None:
        """Write down how far it has come. One that is over keeps the moment at which it ended."""
        ...

    async def tunings(self) -> Sequence[Tuning]:
        """All of them, the newest first."""
        ...
