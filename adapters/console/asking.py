"""`parley ask` and `parley imagine`: one command, one answer, and an exit code."""

import asyncio
import json
import secrets
import sys
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from adapters.console.endings import (
    FAILED,
    INTERRUPTED,
    OK,
    CtrlC,
    Interrupted,
    Stopped,
    complain,
    nobody_reads,
    refused,
    understood,
)
from adapters.console.files import brought, named, placed, writable, write
from adapters.console.following import Answer, Document, cancel, follow, send
from adapters.console.lines import Lines
from adapters.console.permitting import asking
from adapters.console.printing import Printer, remarks
from bot.errors import BotError, ProviderError
from bot.http import File, Http

LARGEST_PICTURE = 64 * 1024 * 1024
"""Bytes of a picture that Parley made."""
LARGEST_FILE = 16 * 1024 * 1024
"""Bytes of another file."""


async def ask(
    api: Http,
    text: str,
    images: Sequence[Path] = (),
    model: str = "",
    persona: str = "",
    as_json: bool = False,
    out: TextIO | None = None,
    style: str = "",
    folder: Path | None = None,
) -> int:
    """Ask one question in a room of its own; the answer is printed while it is written. `-` reads the
    question from stdin; files that the answer brings go into `folder`. Returns the exit code."""
    out = out or sys.stdout
    printer = Printer(out)

    once = _Once(api, out)

    async def work() -> int:
        question = await Lines(0).all() if text == "-" else text
        options = {"message": question.strip(), "model": model, "persona": persona, "style": style}
        files = [await asyncio.to_thread(brought, path) for path in images]
        answer = await once.run("chat", options, files, None if as_json else printer)
        if as_json:
            printer.say(json.dumps(summary(answer), ensure_ascii=False))
        elif answer.text:
            printer.final(answer.text)
        await _keep(api, answer, folder)
        return verdict(answer)

    return await once.ends(work())


async def _keep(api: Http, answer: Answer, folder: Path | None) -> None:
    """Write an answer's files, beside what is there; without a folder, say that there are some."""
    for made in answer.files:
        if folder is None:
            complain(f"The answer brings {made['name']}; --out FOLDER writes it there.")
            continue
        data = await api.get_bytes(made["url"], LARGEST_FILE)
        complain(str(await asyncio.to_thread(placed, folder, made["name"], data)))


async def imagine(
    api: Http, prompt: str, out_file: Path, options: Document | None = None, out: TextIO | None = None
) -> int:
    """Have pictures made, with the other options of `/imagine`, and write each to a file, whole or not at
    all: `name-1.png`, … when there are several; the ending is the picture's. Returns the exit code."""
    out = out or sys.stdout

    once = _Once(api, out)

    async def work() -> int:
        await asyncio.to_thread(writable, out_file)
        answer = await once.run("imagine", {"prompt": prompt, **(options or {})})
        if not answer.pictures:
            return verdict(answer) or FAILED
        several = len(answer.pictures) > 1 or (options or {}).get("count") not in (None, 1)
        for number, made in enumerate(answer.pictures, 1):
            path = named(out_file, made["media_type"], number if several else 0)
            data = await api.get_bytes(made["url"], LARGEST_PICTURE)
            await asyncio.to_thread(write, out_file, path, data)
            Printer(out).say(str(path))
        return verdict(answer)

    return await once.ends(work())


class _Once:
    """One command in a room that nobody else enters, so that there is no history."""

    def __init__(self, api: Http, out: TextIO) -> None:
        self._api = api
        self._out = out
        self._room = f"ask.{secrets.token_hex(8)}"
        self._started: Document | None = None

    async def ends(self, work: Awaitable[int]) -> int:
        """Await `work` until it ends, Ctrl-C is pressed, or nobody reads on: the exit code."""
        with CtrlC().caught() as ctrl_c:
            try:
                return await ctrl_c.during(work)
            except Interrupted:
                await self._stop()
                return INTERRUPTED
            except BrokenPipeError:
                await self._stop()
                return nobody_reads(self._out)
            except ProviderError as error:
                return refused(understood(error))
            except Stopped as stopped:
                return refused(stopped)

    async def run(
        self, command: str, options: Document, files: Sequence[File] = (), printer: Printer | None = None
    ) -> Answer:
        """Give the command and follow its run to the end."""
        given = {name: value for name, value in options.items() if value not in ("", None)}
        self._started = await send(self._api, self._room, command, given, files)
        decides = asking(complain, (lambda: Lines(0)) if sys.stdin.isatty() else None)
        show = printer.live if printer else None
        return await follow(self._api, self._room, self._started, show, decides=decides)

    async def _stop(self) -> None:
        """Stop what was begun; when that fails too, there is nobody to stop."""
        if self._started:
            with suppress(BotError):
                await cancel(self._api, self._started["run_id"])


def summary(answer: Answer) -> dict[str, Any]:
    """An answer as `--json` prints it."""
    return {
        "text": answer.text,
        "model": answer.run["model"],
        "run_id": answer.run["id"],
        "status": answer.status,
        "usage": answer.run["usage"],
        "pictures": list(answer.pictures),
        "files": list(answer.files),
    }


def verdict(answer: Answer) -> int:
    """The exit code; what the answer's notice says goes to stderr."""
    if answer.notice:
        for remark in remarks(answer.notice):
            complain(remark)
    elif not answer.answered:
        complain(f"There is no answer: the run is {answer.status}.")
    return OK if answer.answered else FAILED
