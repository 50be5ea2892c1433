"""Which MCP servers are there, and what they lend."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Final

from bot.settings import Settings
from bot.tools.mcp import Lender, checked

PATIENCE: Final = 30.0
"""Seconds for a server to start and to list its tools."""


async def lending(settings: Settings) -> tuple[Lender, ...]:
    """Have each of them list its tools."""
    return tuple(await asyncio.gather(*(checked(one, PATIENCE) for one in settings.mcp.values())))


def lent(found: Sequence[Lender]) -> Iterator[str]:
    """What the operator should know of them, line by line."""
    for each in found:
        count = "1 tool" if each.tools == 1 else f"{each.tools} tools"
        yield f"MCP server {each.name}: {each.problem or count}"
        for name, why in each.refused.items():
            yield f"  {name[:64]} is not offered: {why}"
        for name in each.unknown:
            yield f"  [mcp.{each.name}] names a tool that it does not have: {name[:64]}"
