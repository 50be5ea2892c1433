"""How a command in a terminal ends: an exit code of sysexits.h, and one sentence on stderr."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager, suppress
from typing import TextIO, TypeVar

from bot.errors import (
    KeyRefused,
    ProviderBusy,
    ProviderDown,
    ProviderError,
    ProviderRefused,
    ProviderTimeout,
)

T = TypeVar("T")

OK = 0
FAILED = 1
USAGE = 2
UNAVAILABLE = 69
TEMPORARY = 75
CONFIGURATION = 78
INTERRUPTED = 130


class Stopped(Exception):
    """The command cannot go on: its exit code, and the sentence that says why."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class Interrupted(Exception):
    """Somebody pressed Ctrl-C."""


def complain(sentence: str) -> None:
    """Say on stderr what went wrong."""
    print(f"parley: {sentence}", file=sys.stderr)  # noqa: T201  # the terminal is where this adapter speaks


def refused(stopped: Stopped) -> int:
    """Say why, and with which code the command ends."""
    complain(stopped.sentence)
    return stopped.code


def understood(error: ProviderError) -> Stopped:
    """What a failed request to Parley means to a person in a terminal."""
    said = _sentence(error.said)
    match error:
        case KeyRefused() if error.status == 401:
            return Stopped(CONFIGURATION, "The Parley that runs here has another token (PARLEY_WEB_TOKEN).")
        case ProviderRefused() if error.status == 403:
            return Stopped(FAILED, said or "Parley does not allow this.")
        case ProviderRefused():
            return Stopped(USAGE, said or f"Parley did not accept this (status {error.status}).")
        case ProviderBusy():
            return Stopped(TEMPORARY, said or "Parley is busy. Please try again in a moment.")
        case ProviderTimeout():
            return Stopped(TEMPORARY, "Parley took too long. Please try again in a moment.")
        case ProviderDown():
            return Stopped(UNAVAILABLE, said or "Parley cannot be reached.")
    return Stopped(UNAVAILABLE, "What answers there does not seem to be Parley.")


def _sentence(said: str) -> str:
    """What Parley itself said, out of `{"error": {"message": …}}`; nothing when it said nothing."""
    try:
        message = json.loads(said)["error"]["message"]
    except (ValueError, KeyError, TypeError):
        return ""
    return str(message)


class CtrlC:
    """Ctrl-C while something is awaited."""

    def __init__(self) -> None:
        self._pressed = asyncio.Event()

    @contextmanager
    def caught(self) -> Iterator["CtrlC"]:
        """Catch it meanwhile, where the system can."""
        loop = asyncio.get_running_loop()
        with suppress(NotImplementedError, RuntimeError, ValueError):  # Windows, or not the main thread
            loop.add_signal_handler(signal.SIGINT, self._pressed.set)
        try:
            yield self
        finally:
            with suppress(NotImplementedError, RuntimeError, ValueError):
                loop.remove_signal_handler(signal.SIGINT)

    async def during(self, work: Awaitable[T]) -> T:
        """Await `work`. Raises Interrupted, with `work` cancelled, as soon as Ctrl-C is pressed."""
        self._pressed.clear()
        doing = asyncio.ensure_future(work)  # noqa: TID251  # awaited or cancelled below, whatever happens
        pressed = asyncio.create_task(self._pressed.wait())
        try:
            await asyncio.wait((doing, pressed), return_when=asyncio.FIRST_COMPLETED)
            if doing.done():
                return doing.result()
            raise Interrupted
        finally:
            pressed.cancel()
            doing.cancel()
            await asyncio.gather(pressed, doing, return_exceptions=True)


def nobody_reads(out: TextIO) -> int:
    """The reader of our output is gone (`| head`): there is nothing left to do, and nothing to say."""
    with suppress(OSError, ValueError):  # no real file: nothing will be flushed at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
    return OK
