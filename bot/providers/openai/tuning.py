"""Files and jobs of services that tune models: requests and answers of OpenAI's form."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from bot.errors import ProviderGarbled, ProviderRefused
from bot.http import File, Http, Json, Lying, converted
from bot.messages.tuning import TuneEvent, TuneFile, TuneJob, TuneOrder

PAGES: Final = 20
"""Pages of a list that are read."""
EACH: Final = 100
"""Entries of one."""

MARK: Final = "parley"
"""What a job's mark is called in its metadata."""

T = TypeVar("T")


class _File(msgspec.Struct):
    id: str
    filename: str = ""


class _Failure(msgspec.Struct):
    code: str | None = None


class _Job(msgspec.Struct):
    id: str
    status: str
    training_file: str | None = None
    fine_tuned_model: str | None = None
    trained_tokens: int | None = None
    metadata: dict[str, str] | None = None
    error: _Failure | None = None


class _Event(msgspec.Struct):
    id: str
    created_at: int
    message: str
    level: str = "info"


class _Page(msgspec.Struct):
    data: list[Any]
    has_more: bool = False


class OpenAITuning:
    """Implements Tunes."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def upload(self, name: str, data: bytes | Path) -> TuneFile:
        """Leave a file there."""
        kind = "application/jsonl"
        file = Lying(name, data, kind) if isinstance(data, Path) else File(name, data, kind)
        answer = await self._http.post_form("files", {"purpose": "fine-tune"}, [file], named="file")
        return _file(_read(answer, _File))

    async def files(self) -> Sequence[TuneFile]:
        """The files that lie there to be tuned on."""
        return [_file(one) for one in await self._all("files", _File, purpose="fine-tune")]

    async def delete_file(self, file_id: str) -> None:
        """Take one away; one that is gone already is no error."""
        try:
            await self._http.delete(f"files/{_step(file_id)}")
        except ProviderRefused as error:
            if error.status != 404:
                raise

    async def tune(self, order: TuneOrder) -> TuneJob:
        """Begin a job."""
        return _job(_read(await self._http.post_json("fine_tuning/jobs", order_to_wire(order)), _Job))

    async def jobs(self) -> Sequence[TuneJob]:
        """The account's jobs, the newest first."""
        return [_job(one) for one in await self._all("fine_tuning/jobs", _Job)]

    async def job(self, job_id: str) -> TuneJob:
        """Where one stands."""
        return _job(_read(await self._http.get_json(f"fine_tuning/jobs/{_step(job_id)}"), _Job))

    async def events(self, job_id: str) -> Sequence[TuneEvent]:
        """What happened to one, the oldest first."""
        found = await self._all(f"fine_tuning/jobs/{_step(job_id)}/events", _Event)
        return [
            TuneEvent(one.id, datetime.fromtimestamp(one.created_at, UTC), one.level, one.message)
            for one in reversed(found)
        ]

    async def cancel(self, job_id: str) -> TuneJob:
        """Have one stopped."""
        return _job(_read(await self._http.post_json(f"fine_tuning/jobs/{_step(job_id)}/cancel", {}), _Job))

    async def _all(self, path: str, kind: type[T], **params: str) -> list[T]:
        """A whole list, page by page; a service that knows no pages gives the same one again."""
        found: dict[str, T] = {}
        after: dict[str, str] = {}
        for _ in range(PAGES):
            page = _read(await self._http.get_json(path, {**params, "limit": EACH, **after}), _Page)
            entries = [entry for one in page.data if (entry := converted(one, kind)) is not None]
            new = {entry.id: entry for entry in entries if entry.id not in found}  # type: ignore[attr-defined]  # all have one
            found |= new
            if not (page.has_more and new):
                break
            after = {"after": entries[-1].id}  # type: ignore[attr-defined]  # all have one
        return list(found.values())


def order_to_wire(order: TuneOrder) -> dict[str, Json]:
    """A job as the service reads it."""
    body: dict[str, Json] = {
        "model": order.base,
        "training_file": order.train,
        "metadata": {MARK: order.mark},
    }
    if order.validation:
        body["validation_file"] = order.validation
    if order.suffix:
        body["suffix"] = order.suffix
    return body


def _read(answer: Json, kind: type[T]) -> T:
    read = converted(answer, kind)
    if read is None:
        raise ProviderGarbled("no answer about files or jobs")
    return read


def _step(name: str) -> str:
    """An id as a step of a path. Raises ProviderGarbled: the service gave it."""
    if not name or not all(sign.isascii() and (sign.isalnum() or sign in "-_.:") for sign in name):
        raise ProviderGarbled("an id that is none")
    return name


def _file(read: _File) -> TuneFile:
    return TuneFile(_step(read.id), read.filename)


def _job(read: _Job) -> TuneJob:
    return TuneJob(
        _step(read.id),
        read.status,
        read.training_file or "",
        (read.metadata or {}).get(MARK, ""),
        read.fine_tuned_model or "",
        read.trained_tokens or 0,
        (read.error.code or "") if read.error else "",
    )
