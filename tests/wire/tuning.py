"""A service that takes files and tunes models, as OpenAI's does; what a test tells it goes wrong.

async with tuning() as service:
    service.faults = {"POST /files": [after(resets())]}    # it was done, and nobody hears of it
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.wire.answers import Answer, fails
from tests.wire.openai import gives
from tests.wire.server import AiServer, listening
from tests.wire.wire import Request

Json = dict[str, Any]
NOW = 1_780_000_000
PAGE = 2
"""Entries of a list at once, however many are asked for."""
OVER = ("succeeded", "failed", "cancelled")


@dataclass(frozen=True)
class Fault:
    """What goes wrong with a request; `done`: although it was done."""

    answer: Answer
    done: bool = False


def after(answer: Answer) -> Fault:
    """It is done, but answered so."""
    return Fault(answer, done=True)


@dataclass
class Kept:
    """A file that lies there."""

    id: str
    name: str
    data: bytes = field(repr=False)

    def json(self) -> Json:
        return {
            "id": self.id, "object": "file", "bytes": len(self.data), "created_at": NOW,
            "filename": self.name, "purpose": "fine-tune", "status": "processed",
        }  # fmt: skip


class TuningServer(AiServer):
    """Its state is what a test looks at. `faults`: for a kind of request, what its next ones meet."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, Kept] = {}
        self.jobs: dict[str, Json] = {}
        self.told: defaultdict[str, list[Json]] = defaultdict(list)
        self.faults: dict[str, list[Fault]] = {}
        self.marks = True
        """Whether it keeps a job's metadata."""
        self.done: Counter[str] = Counter()
        self._number = 0

    def ends(self, job: str, status: str, model: str | None = None) -> None:
        """A job is over."""
        error = {"code": "invalid_training_file", "message": "It is bad.", "param": None}
        failed = {"error": error} if status == "failed" else {}
        self.jobs[job] |= {"status": status, "fine_tuned_model": model, "trained_tokens": 1000, **failed}
        self.tells(job, f"The job has {status}.")

    def tells(self, job: str, text: str) -> None:
        """Something happens to a job."""
        number = len(self.told[job])
        self.told[job].insert(0, {
            "id": f"ev-{job}-{number}", "object": "fine_tuning.job.event", "created_at": NOW + number,
            "level": "info", "message": text, "type": "message",
        })  # fmt: skip

    def _answer(self, request: Request) -> Answer:
        path = request.path.partition("?")[0].removeprefix("/v1")
        kind = f"{request.method} {re.sub(r'/(file|job)-[0-9]+', '', path)}"
        known: dict[str, Callable[[Request, str], Answer]] = {
            "POST /files": self._upload,
            "GET /files": lambda asked, _: self._page(asked, [one.json() for one in self.kept.values()]),
            "DELETE /files": self._delete,
            "POST /fine_tuning/jobs": self._create,
            "GET /fine_tuning/jobs": self._look,
            "POST /fine_tuning/jobs/cancel": self._cancel,
            "GET /fine_tuning/jobs/events": lambda asked, job: self._page(asked, self.told[job]),
        }
        if kind not in known:
            return super()._answer(request)
        fault = self.faults.get(kind, [])
        wrong = fault.pop(0) if fault else None
        if wrong and not wrong.done:
            return wrong.answer
        self.done[kind] += 1
        named = re.search(r"/((?:file|job)-[0-9]+)", path)
        answer = known[kind](request, named[1] if named else "")
        return wrong.answer if wrong else answer

    def _new(self, kind: str) -> str:
        self._number += 1
        return f"{kind}-{self._number}"

    def _upload(self, request: Request, _: str) -> Answer:
        body: bytes = request.body
        assert b'name="purpose"\r\n\r\nfine-tune\r\n' in body
        found = re.search(
            rb'name="file"; filename="([^"]+)"\r\n(?:[^\r]+\r\n)*\r\n(.*?)\r\n--', body, re.DOTALL
        )
        assert found
        made = Kept(self._new("file"), found[1].decode(), found[2])
        self.kept[made.id] = made
        return gives(made.json())

    def _delete(self, _: Request, file: str) -> Answer:
        if self.kept.pop(file, None) is None:
            return fails(404)
        return gives({"id": file, "object": "file", "deleted": True})

    def _create(self, request: Request, _: str) -> Answer:
        body: Json = request.body
        files = [body["training_file"], *filter(None, [body.get("validation_file")])]
        if not self.kept.keys() >= set(files):
            return fails(400)
        made = {
            "id": self._new("job"), "object": "fine_tuning.job", "created_at": NOW, "model": body["model"],
            "status": "validating_files", "training_file": files[0], "fine_tuned_model": None,
            "metadata": body["metadata"] if self.marks else None, "error": None, "trained_tokens": None,
        }  # fmt: skip
        self.jobs[made["id"]] = made
        self.tells(made["id"], "Created.")
        return gives(made)

    def _look(self, request: Request, job: str) -> Answer:
        if not job:
            return self._page(request, list(reversed(self.jobs.values())))
        return gives(self.jobs[job]) if job in self.jobs else fails(404)

    def _cancel(self, _: Request, job: str) -> Answer:
        if self.jobs[job]["status"] not in OVER:
            self.ends(job, "cancelled")
        return gives(self.jobs[job])

    def _page(self, request: Request, entries: list[Json]) -> Answer:
        found = re.search(r"after=([^&]+)", request.path)
        first = next((n + 1 for n, one in enumerate(entries) if found and one["id"] == found[1]), 0)
        page = entries[first : first + PAGE]
        return gives({"object": "list", "data": page, "has_more": first + PAGE < len(entries)})


@asynccontextmanager
async def tuning() -> AsyncIterator[TuningServer]:
    """A service of one's own; `url` is the `base_url` of an account."""
    async with listening(TuningServer()) as server:
        server.url += "/v1"
        yield server


def lines(text: bytes) -> list[Json]:
    """JSON Lines, read."""
    return [json.loads(line) for line in text.splitlines()]
