"""What somebody is given of their own: once, from an address that nobody guesses."""

import asyncio
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from bot.conversation.privacy.exporting import Export
from bot.errors import NotFound

TAKES: Final = 1024**3
"""Bytes of one file."""

WAITING: Final = 20
"""Files that wait for somebody to take them; the oldest goes for a further one."""


@dataclass(slots=True)
class Exports:
    """Files that wait for who asked for them."""

    _waiting: OrderedDict[str, tuple[Path, Export]] = field(default_factory=OrderedDict)

    async def offered(self, export: Export) -> list[dict[str, str]]:
        """Their names and addresses."""
        found = []
        for path in export.files:
            name = secrets.token_urlsafe(24)
            self._waiting[name] = (path, export)
            found.append({"name": path.name, "url": f"/api/exports/{name}"})
        while len(self._waiting) > WAITING:
            _, (_, oldest) = self._waiting.popitem(last=False)
            await self._let_go(oldest)
        return found

    async def file(self, request: Request) -> Response:
        """One of them; it is gone then."""
        path, export = self._waiting.pop(request.path_params["name"], (None, None))
        if path is None or export is None or not await asyncio.to_thread(path.is_file):
            raise NotFound("This file was taken already, or is too old. `/privacy export` makes another.")
        headers = {"content-security-policy": "default-src 'none'; sandbox", "cache-control": "no-store"}
        return FileResponse(
            path,
            media_type="application/zip",
            filename=path.name,
            headers=headers,
            background=BackgroundTask(self._taken, path, export),
        )

    async def _taken(self, path: Path, export: Export) -> None:
        await asyncio.to_thread(path.unlink, missing_ok=True)
        await self._let_go(export)

    async def _let_go(self, export: Export) -> None:
        """Its folder goes with the last of its files."""
        if all(export is not other for _, other in self._waiting.values()):
            await export.gone()
