"""Charts are drawn beside the loop; what draws is loaded when the first is asked for."""

import asyncio
from importlib import import_module

from bot.records import Chart


class Charts:
    """Implements `bot.ports.Charts`."""

    async def chart(self, chart: Chart) -> bytes:
        """A PNG."""
        return await asyncio.to_thread(_painted, chart)


def _painted(chart: Chart) -> bytes:
    made: bytes = import_module("bot.media.charting").painted(chart)
    return made
