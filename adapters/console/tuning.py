"""`parley tune start` and what follows it: jobs of services, as far as Parley tells of them."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final, TextIO, cast

from adapters.console.endings import (
    FAILED,
    INTERRUPTED,
    OK,
    USAGE,
    CtrlC,
    Interrupted,
    Stopped,
    refused,
    understood,
)
from bot.errors import ProviderBusy, ProviderDown, ProviderError, ProviderTimeout
from bot.http import Http, Lying

AS: Final = "moderator"
"""This machine's operator, who is a moderator everywhere."""

FIRST, LONGEST, GROWS = 2.0, 30.0, 1.5
"""Seconds until it is looked at again: at first, at most, and by how much longer each time."""

Tuning = Mapping[str, Any]
Sleep = Callable[[float], Awaitable[None]]


class Tune:
    """The commands. Each returns its exit code; `sleep` waits between two looks."""

    def __init__(self, api: Http, out: TextIO | None = None, sleep: Sleep = asyncio.sleep) -> None:
        self._api = api
        self._out = out or sys.stdout
        self._sleep = sleep

    async def start(
        self, model: str, train: Path, validation: Path | None, suffix: str, *, wait: bool
    ) -> int:
        """Begin a job, or go on with one that was broken off."""

        async def work() -> int:
            paths = [train, *([validation] if validation else [])]
            files = [Lying(path.name, _readable(path)) for path in paths]
            fields = {"model": model, "suffix": suffix, "as": AS}
            begun = cast(Tuning, await self._api.post_form("api/tunings", fields, files))
            self._say(_line(begun))
            return await self._follow(begun) if wait else OK

        return await _ended(work)

    async def status(self, number: int, *, wait: bool) -> int:
        """Where one stands; `wait`: until it is over."""

        async def work() -> int:
            tuning = await self._one(number)
            self._say(_line(tuning))
            return await self._follow(tuning) if wait else OK

        return await _ended(work)

    async def events(self, number: int) -> int:
        """What its service tells of it."""

        async def work() -> int:
            for event in await self._events(number):
                self._say(_event(event))
            return OK

        return await _ended(work)

    async def cancel(self, number: int) -> int:
        """Have one stopped."""

        async def work() -> int:
            self._say(
                _line(cast(Tuning, await self._api.post_json(f"api/tunings/{number}/cancel", {"as": AS})))
            )
            return OK

        return await _ended(work)

    async def all(self) -> int:
        """All of them, the newest first."""

        async def work() -> int:
            answer = cast(Tuning, await self._api.get_json("api/tunings", {"as": AS}))
            for tuning in answer["tunings"]:
                self._say(_line(tuning))
            if not answer["tunings"]:
                self._say("No model was tuned yet.")
            return OK

        return await _ended(work)

    async def _follow(self, tuning: Tuning) -> int:
        """Tell what happens until it is over, looking ever more rarely while nothing does. A Parley that is
        being restarted is waited for."""
        told: set[str] = set()
        pause, status = FIRST, tuning["status"]
        while True:
            try:
                new = [event for event in await self._events(tuning["id"]) if event["id"] not in told]
                tuning = await self._one(tuning["id"])
            except (ProviderDown, ProviderBusy, ProviderTimeout):
                new = []
            for event in new:
                told.add(event["id"])
                self._say(f"  {_event(event)}")
            if tuning["status"] != status:
                status = tuning["status"]
                self._say(_line(tuning))
            if tuning["over"]:
                return OK if tuning["result"] else FAILED
            pause = FIRST if new else min(pause * GROWS, LONGEST)
            await self._sleep(pause)

    async def _one(self, number: int) -> Tuning:
        return cast(Tuning, await self._api.get_json(f"api/tunings/{number}", {"as": AS}))

    async def _events(self, number: int) -> list[Tuning]:
        answer = cast(Tuning, await self._api.get_json(f"api/tunings/{number}/events", {"as": AS}))
        return cast(list[Tuning], answer["events"])

    def _say(self, line: str) -> None:
        self._out.write(f"{line}\n")
        self._out.flush()


async def _ended(work: Callable[[], Awaitable[int]]) -> int:
    """Do it: its exit code. Ctrl-C ends the looking, and never a job."""
    with CtrlC().caught() as ctrl_c:
        try:
            return await ctrl_c.during(work())
        except Interrupted:
            return INTERRUPTED
        except ProviderError as error:
            return refused(understood(error))
        except Stopped as stopped:
            return refused(stopped)


def _readable(path: Path) -> Path:
    try:
        path.open("rb").close()
    except OSError as error:
        raise Stopped(USAGE, f"{path} cannot be read: {error.strerror}.") from error
    return path


def _line(tuning: Tuning) -> str:
    """A tuning in a line."""
    became = f" → {tuning['result']}" if tuning["result"] else ""
    suffix = f" ({tuning['suffix']})" if tuning["suffix"] else ""
    return f"{tuning['id']}  {tuning['status']}  {tuning['model']}{suffix}{became}"


def _event(event: Tuning) -> str:
    level = "" if event["level"] == "info" else f"{event['level']}: "
    return f"{event['at'][:19].replace('T', ' ')}  {level}{' '.join(str(event['text']).split())}"
