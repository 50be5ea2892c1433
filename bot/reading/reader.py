"""Has texts from outside read, and lives on when one cannot be."""

from bot.errors import BadOption
from bot.reading.readable import Page
from bot.workers.pool import WorkerLost, Workers

SECONDS = 5.0
UNREADABLE = "What is at this address cannot be read safely."


class Reader:
    """Reads in processes of its own, gone after a minute without a text."""

    def __init__(self, workers: Workers | None = None) -> None:
        self._workers = workers or Workers("bot.reading.worker", seconds=SECONDS, linger=60)

    async def read(self, data: bytes, kind: str = "", address: str = "") -> Page:
        """The words in these bytes; `kind` is the media type, as far as somebody said. Raises BadOption."""
        try:
            told, text = await self._workers.ask({"kind": kind, "address": address}, data)
        except WorkerLost:
            raise BadOption(UNREADABLE) from None
        if refused := told.get("refused"):
            raise BadOption(refused)
        return Page(told["title"], text.decode())

    async def close(self) -> None:
        """End the processes that wait."""
        await self._workers.close()
