"""Models are tuned once, whatever breaks meanwhile, and nothing of it is left behind."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.errors import BadOption, NotFound, ProviderDown, ProviderRefused
from bot.http import Http
from bot.messages import Price
from bot.messages.tuning import TuneOrder
from bot.providers.openai.tuning import OpenAITuning
from bot.records import Tuning
from bot.routes import Routes
from bot.settings import Account, ModelEntry, Settings
from bot.store import SqliteStore, migrate, open_store
from bot.store.database.engine import NAME
from bot.tuning.jobs import Tuners
from tests.test_tuning_check import line
from tests.wire.answers import fails, resets
from tests.wire.spec import check_request
from tests.wire.tuning import Fault, TuningServer, after, tuning

TRAIN = "".join(f"{line(number)}\n" for number in range(10)).encode()
HELD = f"{line(11)}\n".encode()
MODEL = "lab/base"


class Quick(SystemClock):
    """Nobody waits; for how long they would have is written down."""

    def __init__(self) -> None:
        self.waited: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)


class Crash(BaseException):
    """The process ends here."""


@dataclass
class Dying:
    """A database and a service before, or after, whose n-th effect the process ends."""

    inner: Any
    at: "Countdown"

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.inner, name)
        if name not in {"begin_tuning", "note_tuning", "upload", "delete_file", "tune", "cancel"}:
            return found

        async def effect(*args: Any, **kwargs: Any) -> Any:
            self.at.step()
            done = await found(*args, **kwargs)
            self.at.step()
            return done

        return effect


@dataclass
class Countdown:
    left: int = 10_000

    def step(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Crash


@dataclass
class Shop:
    service: TuningServer
    store: SqliteStore
    tuners: Tuners
    clock: Quick
    done: list[Tuning] = field(default_factory=list)
    at: Countdown = field(default_factory=Countdown)

    async def start(self, **more: Any) -> Tuning:
        return await self.tuners.start(MODEL, TRAIN, HELD, **more)

    def left(self) -> list[str]:
        """What lies at the service, without marks."""
        return sorted(one.name.split("-", 2)[2] for one in self.service.kept.values())


@asynccontextmanager
async def opened(service: TuningServer, folder: Path, dies: int = 10_000) -> AsyncIterator[Shop]:
    store = await open_store(folder)
    done: list[Tuning] = []
    clock, at = Quick(), Countdown(dies)
    async with aclosing(Http(service.url)) as http:
        wrapped = Dying(OpenAITuning(http), at)
        tuners = Tuners(Dying(store, at), {"lab": wrapped}.get, clock, done.append)
        try:
            yield Shop(service, store, tuners, clock, done, at)
        finally:
            await store.close()


@asynccontextmanager
async def shop(folder: Path) -> AsyncIterator[Shop]:
    async with tuning() as service, opened(service, folder) as made:
        yield made


async def test_files_are_left_a_job_is_begun_and_its_model_is_told_of(tmp_path: Path) -> None:
    async with shop(tmp_path) as made:
        begun = await made.start(suffix="fjords")
        assert (begun.status, begun.job, begun.id) == ("validating_files", "job-3", 1)
        assert made.left() == ["train.jsonl", "validation.jsonl"]
        assert next(iter(made.service.kept.values())).data == TRAIN
        (job,) = [
            one.body for one in made.service.requests if one.path == "/v1/fine_tuning/jobs" and one.body
        ]
        assert (job["model"], job["suffix"], job["metadata"]) == ("base", "fjords", {"parley": begun.mark})
        assert (job["training_file"], job["validation_file"]) == ("file-1", "file-2")

        made.service.ends("job-3", "succeeded", "ft:base:org::x")
        one = await made.tuners.one(1)
        assert (one.status, one.model, one.over) == ("succeeded", "lab/ft:base:org::x", True)
        assert [each.model for each in made.done] == ["lab/ft:base:org::x"]
        assert made.left() == [], "nobody's words stay there"
        assert (await made.store.tunings())[0].ended_at is not None

        told = [event.text for event in await made.tuners.events(1)]
        assert told == ["Created.", "The job has succeeded."]
        again = Tuners(made.store, lambda _: None, made.clock, made.done.append)
        await again.recall()
        assert len(made.done) == 2


async def test_what_is_asked_is_what_the_service_publishes(tmp_path: Path) -> None:
    async with shop(tmp_path) as made:
        await made.start(suffix="fjords")
        await made.tuners.start(MODEL, TRAIN)
        asked = [one for one in made.service.requests if one.path == "/v1/fine_tuning/jobs" and one.body]
    assert len(asked) == 2
    for request in asked:
        check_request(request.path, request.body)


async def test_the_same_words_are_tuned_once_at_a_time(tmp_path: Path) -> None:
    async with shop(tmp_path) as made:
        one, two = await asyncio.gather(made.start(), made.start())
        assert one == two
        assert len(made.service.jobs) == 1
        other = await made.start(suffix="another")
        assert other.id == 2
        made.service.ends(one.job, "failed")
        await made.tuners.all()
        assert (await made.start()).id == 3, "one that is over may be tried again"


@pytest.mark.parametrize(
    "kind", ["POST /files", "POST /fine_tuning/jobs", "GET /files", "GET /fine_tuning/jobs"]
)
@pytest.mark.parametrize("fault", [Fault(fails(429)), after(fails(500)), after(resets()), Fault(resets())])
async def test_an_answer_that_is_lost_is_looked_for_and_nothing_is_there_twice(
    tmp_path: Path, kind: str, fault: Fault
) -> None:
    async with shop(tmp_path) as made:
        made.service.faults[kind] = [fault]
        begun = await made.start()
        assert begun.begun
        assert len(made.service.jobs) == 1
        assert made.left() == ["train.jsonl", "validation.jsonl"]
        assert len(made.clock.waited) == 1 or kind.startswith("GET"), "which is asked again at once"


async def test_a_service_that_keeps_no_marks_is_asked_by_the_file(tmp_path: Path) -> None:
    async with shop(tmp_path) as made:
        made.service.marks = False
        made.service.faults["POST /fine_tuning/jobs"] = [after(resets())]
        await made.start()
        assert len(made.service.jobs) == 1


async def test_what_is_refused_leaves_nothing(tmp_path: Path) -> None:
    async with shop(tmp_path) as made:
        made.service.faults["POST /fine_tuning/jobs"] = [Fault(fails(400))]
        with pytest.raises(ProviderRefused):
            await made.start()
        assert made.left() == []
        assert [one.status for one in await made.tuners.all()] == ["refused"]


async def test_while_nobody_answers_it_is_kept_what_is_to_be_cleared_away(tmp_path: Path) -> None:
    async with shop(tmp_path) as made:
        made.service.faults["POST /fine_tuning/jobs"] = [Fault(fails(500))] * 3
        with pytest.raises(ProviderDown):
            await made.start()
        made.service.faults["GET /fine_tuning/jobs"] = [Fault(fails(500))]
        assert [one.status for one in await made.tuners.all()] == ["creating"]
        assert made.left() == ["train.jsonl", "validation.jsonl"]
        assert [one.status for one in await made.tuners.all()] == ["abandoned"]
        assert made.left() == []


@pytest.mark.parametrize("resumed", [True, False])
async def test_a_crash_anywhere_leaves_no_file_and_no_second_job(tmp_path: Path, resumed: bool) -> None:
    """Before and after every effect the process ends; the next one goes on, or only looks."""
    dies = 0
    migrate(tmp_path)
    while True:
        dies += 1
        async with tuning() as service:
            folder = tmp_path / str(dies)
            folder.mkdir()
            shutil.copy(tmp_path / NAME, folder)
            async with opened(service, folder, dies) as made:
                try:
                    await made.start()
                    break  # it did not die any more
                except Crash:
                    pass
            async with opened(service, folder) as made:
                if resumed:
                    assert (await made.start()).begun
                found = await made.tuners.all()
                jobs = list(service.jobs)
                assert len(jobs) <= 1
                if resumed or jobs:
                    assert [one.job for one in found if not one.over] == jobs
                    assert made.left() == ["train.jsonl", "validation.jsonl"]
                else:
                    assert made.left() == []
                    assert all(one.status == "abandoned" for one in found)
    assert dies > 12


async def test_a_job_is_stopped_and_what_never_began_is_cleared_away(tmp_path: Path) -> None:
    async with shop(tmp_path) as made:
        begun = await made.start()
        assert (await made.tuners.cancel(begun.id)).status == "cancelled"
        assert made.left() == []
        assert (await made.tuners.cancel(begun.id)).status == "cancelled"
        assert made.service.done["POST /fine_tuning/jobs/cancel"] == 1
        with pytest.raises(NotFound, match="no tuning 9"):
            await made.tuners.cancel(9)


async def test_what_cannot_be_learned_from_is_not_left_anywhere(tmp_path: Path) -> None:
    async with shop(tmp_path) as made:
        with pytest.raises(BadOption, match=r"(?s)train.*line 2: no JSON.*10 is the least"):
            await made.tuners.start(MODEL, TRAIN.splitlines(keepends=True)[0] + b"{\n")
        with pytest.raises(BadOption, match="account/model"):
            await made.tuners.start("lab", TRAIN)
        with pytest.raises(NotFound, match="no account “nowhere”"):
            await made.tuners.start("nowhere/base", TRAIN)
        assert made.service.requests == []
        assert await made.tuners.all() == []


async def test_lists_are_read_to_their_end_and_odd_ids_lead_nowhere() -> None:
    async with tuning() as service, aclosing(Http(service.url)) as http:
        tunes = OpenAITuning(http)
        for number in range(5):
            await tunes.upload(f"{number}.jsonl", b"{}")
        assert [file.name for file in await tunes.files()] == [f"{number}.jsonl" for number in range(5)]
        await tunes.delete_file("file-1")
        await tunes.delete_file("file-1")
        with pytest.raises(ProviderRefused):
            await tunes.tune(TuneOrder("base", "file-1", "", "", "m"))
        for odd in ("", "../models", "a/b", "a b", "ä"):
            with pytest.raises(Exception, match="an id that is none"):
                await tunes.job(odd)


def chosen(models: Sequence[str], *, free: bool = False) -> Routes:
    account = Account("lab", "openai", "http://127.0.0.1:9", free=free, default_model="base")
    entry = ModelEntry(vision=True, context_length=99_000, price=Price(Decimal(1)))
    routes = Routes(
        Settings(accounts={"lab": account}, models={MODEL: entry}), lambda _: object(), SystemClock()
    )
    for model in models:
        routes.tuned(model, MODEL)
    return routes


def test_a_tuned_model_can_be_chosen_and_is_like_its_base_but_for_its_price() -> None:
    name = "lab/ft:base:org::x"
    facts = chosen([name, "gone/ft:base"]).facts(name)
    assert facts is not None
    assert (facts.sees, facts.context_length, facts.price) == (True, 99_000, None)
    assert name in {model.id for model in chosen([name]).models()}
    assert chosen(["gone/ft:base"]).facts("gone/ft:base") is None
    free = chosen([name], free=True).facts(name)
    assert free is not None
    assert free.price == Price()
