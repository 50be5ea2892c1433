"""From a terminal a model is tuned, followed and chosen, beside a Parley that runs."""

import json
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest

from adapters.console.endings import USAGE
from adapters.console.tuning import Tune
from adapters.web.api.uploads import LARGEST_FILE
from bot.application import running
from bot.http import Http
from tests.dialogues.stage import TOKEN, settings_of
from tests.test_tuning_jobs import HELD, TRAIN
from tests.wire.answers import fails
from tests.wire.tuning import Fault, TuningServer, tuning


@dataclass
class Desk:
    """A terminal. `looks`: what happens at the service between two looks, one after another."""

    service: TuningServer
    api: Http
    folder: Path
    out: StringIO
    looks: list[str]
    waited: list[float]

    @property
    def tune(self) -> Tune:
        return Tune(self.api, self.out, self._passes)

    async def _passes(self, seconds: float) -> None:
        self.waited.append(seconds)
        match self.looks.pop(0) if self.looks else "":
            case "":
                pass
            case "nobody answers":
                self.service.faults["GET /fine_tuning/jobs"] = [Fault(fails(500))]
            case "done":
                self.service.ends("job-3", "succeeded", "ft:base:org::x")
            case "failed":
                self.service.ends("job-3", "failed")
            case text:
                self.service.tells("job-3", text)

    async def start(self, *, wait: bool = True) -> int:
        train, held = self.folder / "train.jsonl", self.folder / "validation.jsonl"
        train.write_bytes(TRAIN)
        held.write_bytes(HELD)
        return await self.tune.start("lab/talks", train, held, "fjords", wait=wait)

    def said(self) -> list[str]:
        return [line.strip() for line in self.out.getvalue().splitlines()]


@asynccontextmanager
async def desk(folder: Path) -> AsyncIterator[Desk]:
    async with (
        tuning() as service,
        running(settings_of(folder / "data", service.url)) as parley,
        aclosing(Http(parley.url, key=TOKEN)) as api,
    ):
        yield Desk(service, api, folder, StringIO(), [], [])


async def test_files_of_any_size_that_services_take_are_handed_on_and_leave_nothing_behind(
    tmp_path: Path,
) -> None:
    words = "The fjord is deep and cold here. " * 1000
    told = [{"messages": [{"role": "user", "content": f"{n}?"}, {"role": "assistant", "content": words}]}
            for n in range(360)]  # fmt: skip
    train = tmp_path / "train.jsonl"
    train.write_text("".join(f"{json.dumps(one)}\n" for one in told), "utf-8")
    assert train.stat().st_size > LARGEST_FILE
    async with desk(tmp_path) as made:
        assert await made.tune.start("lab/talks", train, None, "", wait=False) == 0
        assert [one.data == train.read_bytes() for one in made.service.kept.values()] == [True]
        assert list((tmp_path / "data").glob(".upload-*")) == []


async def test_a_file_that_is_larger_than_services_take_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.web.api.tuning.LARGEST", 100)
    async with desk(tmp_path) as made:
        assert await made.start(wait=False) == USAGE
        assert made.service.kept == {}
        assert list((tmp_path / "data").glob(".upload-*")) == []


async def test_a_job_is_begun_followed_and_its_model_chosen(tmp_path: Path) -> None:
    async with desk(tmp_path) as made:
        made.looks += ["Step 100 of 300", "nobody answers", "", "", "done"]
        assert await made.start() == 0
        assert [line[-40:] for line in made.said()] == [
            "1  validating_files  lab/talks (fjords)",
            "2026-05-28 20:26:40  Created.",
            "2026-05-28 20:26:41  Step 100 of 300",
            "2026-05-28 20:26:42  The job has succeeded."[-40:],
            "1  succeeded  lab/talks (fjords) → lab/ft:base:org::x"[-40:],
        ]
        assert made.waited == [2.0, 2.0, 3.0, 4.5, 6.75], "it looks more rarely while nothing happens"

        path = "api/rooms/general/commands/model/set"
        answer = await made.api.post_json(
            path, {"options": {"model": "lab/ft:base:org::x"}, "as": "moderator"}
        )
        assert "ft:base:org::x" in str(answer)
        assert await made.tune.events(1) == 0
        assert await made.tune.all() == 0
        assert made.said()[-1].startswith("1  succeeded")


async def test_what_fails_and_what_is_refused_is_told_with_its_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with desk(tmp_path) as made:
        made.looks += ["failed"]
        assert await made.start() == 1
        assert await made.tune.status(1, wait=True) == 1
        assert await made.tune.status(7, wait=False) == 2
        assert "There is no tuning 7." in capsys.readouterr().err
        assert await made.tune.cancel(1) == 0
        assert await made.tune.start("lab/talks", tmp_path / "missing", None, "", wait=False) == 2
        assert "cannot be read" in capsys.readouterr().err


async def test_a_member_tunes_nothing(tmp_path: Path) -> None:
    async with desk(tmp_path) as made:
        for ask in (made.api.get_json("api/tunings"), made.api.post_json("api/tunings/1/cancel", {})):
            with pytest.raises(Exception, match="403"):
                await ask
