"""What somebody is given of their own, as Discord takes files: for their eyes alone."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from adapters.discord.outlet.payloads import EPHEMERAL, Draft
from adapters.discord.outlet.uploads import FILE_AT_MOST
from bot.conversation.privacy.exporting import Export
from bot.http import File

TAKES: Final = FILE_AT_MOST - 64 * 1024
"""Bytes of one file, with what surrounds it."""

ZIP: Final = "application/zip"


async def handed(export: Export) -> AsyncIterator[Draft]:
    """A message with each of its files, one after the other."""
    for path in export.files:
        file = File(path.name, await asyncio.to_thread(path.read_bytes), ZIP)
        named = [{"id": "0", "filename": file.name}]
        yield Draft({"content": "", "flags": EPHEMERAL, "attachments": named}, [file])
