"""A question that a run stops for: told to whoever sits at the terminal, and their answer sent back."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeAlias

from adapters.console.endings import complain, understood
from adapters.console.lines import Lines
from bot.errors import ProviderError
from bot.http import Http

Decides: TypeAlias = Callable[[str], Awaitable[bool]]
"""Whether what Parley asks leave for may be done."""

WAITS: Final = "requires_action"


class Deciding:
    """Puts each question of one run to somebody, beside everything else: others may answer it, too."""

    def __init__(self, api: Http, room: str, run_id: int, decides: Decides | None) -> None:
        self._api = api
        self._room = room
        self._run_id = run_id
        self._decides = decides
        self._asking: asyncio.Task[None] | None = None

    def heard(self, event: Mapping[str, Any]) -> None:
        """What became of the run: a question is put when there is one, and withdrawn when there is none."""
        entry = event.get("message") or {}
        run = entry.get("run") or event.get("run") or {}
        if run.get("id") != self._run_id:
            return
        if run["status"] != WAITS:
            self.close()
        elif self._decides and self._asking is None and entry.get("notice"):
            question = str(entry["notice"]).rpartition("\n\n")[2]
            self._asking = asyncio.create_task(self._ask(question, self._decides))

    def close(self) -> None:
        """Nobody is asked any more."""
        if self._asking:
            self._asking.cancel()
            self._asking = None

    async def _ask(self, question: str, decides: Decides) -> None:
        verb = "allow" if await decides(question) else "forbid"
        try:
            given: dict[str, Any] = {"verb": verb, "target": self._run_id, "as": "moderator"}
            await self._api.post_json(f"api/rooms/{self._room}/actions", given)
        except ProviderError as error:
            complain(understood(error).sentence)


def asking(say: Callable[[str], None], lines: Callable[[], Lines] | None) -> Decides:
    """Whoever types these lines is asked; where nobody does, nothing is allowed, and that is said."""

    async def decides(question: str) -> bool:
        if lines is None:
            complain(f"{question} There is nobody here to ask: no.")
            return False
        say(f"{question} [y/N] ")
        return ((await lines().next()) or "").strip().lower() in {"y", "yes"}

    return decides
