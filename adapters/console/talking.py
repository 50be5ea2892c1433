"""`parley chat`: a room in the terminal."""

import asyncio
import os
import sys
from collections.abc import Sequence
from typing import Any, TextIO, cast

from adapters.console.endings import (
    FAILED,
    INTERRUPTED,
    OK,
    UNAVAILABLE,
    USAGE,
    CtrlC,
    Interrupted,
    Stopped,
    nobody_reads,
    refused,
    understood,
)
from adapters.console.files import brought
from adapters.console.following import Document, cancel, follow, send
from adapters.console.lines import Lines
from adapters.console.permitting import asking
from adapters.console.printing import Printer, remarks
from adapters.console.typed import Typed, Unclear, read
from bot.errors import ProviderError
from bot.http import Http

REMEMBERED = 10
"""Messages of the room that are shown at the start."""

HELLO = "Type a message, or /help. Ctrl-C stops an answer; Ctrl-D leaves."


async def chat(api: Http, room: str, out: TextIO | None = None, stdin: int = 0) -> int:
    """Talk in a room until the input ends: each line is a message, or a command when it begins with `/`.
    Returns the exit code."""
    out = out or sys.stdout
    with CtrlC().caught() as ctrl_c:
        try:
            prompt = "> " if os.isatty(stdin) else ""
            return await _Talk(api, room, out, ctrl_c, Lines(stdin), prompt).all()
        except Interrupted:
            return INTERRUPTED
        except BrokenPipeError:
            return nobody_reads(out)
        except ProviderError as error:
            return refused(understood(error))


class _Talk:
    """One sitting in a room."""

    def __init__(self, api: Http, room: str, out: TextIO, ctrl_c: CtrlC, lines: Lines, prompt: str) -> None:
        self._api = api
        self._room = room
        self._out = out
        self._ctrl_c = ctrl_c
        self._lines = lines
        self._prompt = prompt
        self._table: Sequence[Document] = ()

    async def all(self) -> int:
        """Take line after line. The worst that became of one is the exit code."""
        await self._begin()
        code, leaving = OK, False
        while True:
            Printer(self._out).say(self._prompt, end="")
            try:
                line = await self._ctrl_c.during(self._lines.next())
            except Interrupted:
                if leaving:
                    return code
                leaving = True
                Printer(self._out).say("\nCtrl-C again, or Ctrl-D, to leave.")
                continue
            if line is None:
                return code
            leaving = False
            code = max(code, await self._line(line.strip()))

    async def _begin(self) -> None:
        """What was said here last, and what may be typed."""
        table = cast(dict[str, Any], await self._api.get_json("api/commands"))
        self._table = table["commands"]
        if not self._prompt:
            return
        last: list[Document] = []
        page: dict[str, Any] = {"more": True}
        while page.get("more"):
            page = await self._messages(after=last[-1]["id"] if last else 0)
            last = [*last, *page["messages"]][-REMEMBERED:]
        printer = Printer(self._out)
        for entry in last:
            printer.say(f"{entry['author']}: {entry['text']}")
        printer.say(HELLO)

    async def _messages(self, **query: int) -> dict[str, Any]:
        """A page of the room, oldest first, and the cursor of its events."""
        path = f"api/rooms/{self._room}/messages"
        return cast(dict[str, Any], await self._api.get_json(path, {"as": "moderator", **query}))

    async def _line(self, line: str) -> int:
        """Say it, or do it. What Parley refuses is told, and the talk goes on."""
        if not line:
            return OK
        try:
            cursor = (await self._messages(limit=1))["last_event_id"]
            reply = await self._command(read(line, self._table)) if line[0] == "/" else await self._say(line)
            if "run_id" in reply:
                return await self._answer(reply, cursor)
        except ProviderError as error:
            stopped = understood(error)
            if stopped.code == UNAVAILABLE:
                raise
            return refused(stopped)
        except Stopped as stopped:
            return refused(stopped)
        except Unclear as unclear:
            return refused(Stopped(USAGE, str(unclear)))
        printer = Printer(self._out)
        for words in (reply["text"], *(file["text"] for file in reply.get("files", ()))):
            printer.say(words)
        return OK

    async def _say(self, text: str) -> dict[str, Any]:
        path = f"api/rooms/{self._room}/messages"
        return cast(dict[str, Any], await self._api.post_json(path, {"text": text, "as": "moderator"}))

    async def _command(self, typed: Typed) -> dict[str, Any]:
        files = [await asyncio.to_thread(brought, path) for path in typed.pictures]
        return await send(self._api, self._room, typed.path, typed.options, files)

    async def _answer(self, started: Document, cursor: str) -> int:
        """Print the answer while it is written. Ctrl-C stops it, and a second one stops waiting for it."""
        printer = Printer(self._out)
        decides = asking(lambda question: printer.say(f"\n{question}", end=""), lambda: self._lines)
        following = asyncio.create_task(
            follow(self._api, self._room, started, printer.live, cursor, decides=decides)
        )
        try:
            answer = await self._ctrl_c.during(asyncio.shield(following))
        except Interrupted:
            await cancel(self._api, started["run_id"])
            answer = await self._ctrl_c.during(following)
        finally:
            following.cancel()
        printer.final(answer.text)
        for made in answer.pictures:
            printer.say(f"[picture: {made['url']}]")
        for file in answer.files:
            printer.say(f"[file: {file['name']}, {file['size']:,} bytes: {file['url']}]")
        for remark in remarks(answer.notice) if answer.notice else ():
            printer.say(f"({remark})")
        return OK if answer.answered or answer.status == "cancelled" else FAILED
