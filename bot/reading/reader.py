"""Has texts from outside read, and lives on when one cannot be."""

from bot.errors import BadOption, TooLarge
from bot.messages import Document
from bot.reading.kinds import READS
from bot.reading.readable import Page
from bot.workers.pool import WorkerLost, Workers
from bot.workers.serve import Order

SECONDS = 5.0
"""For one text, the reading process's own start included."""

FOR_FILES = 15.0
"""For a file that somebody sent: the pages of a long document take their time."""

FOR_PAGES = 0.6
"""The part of it after which no further page is begun: what there is by then is handed over."""

MOST_FOR_PAGES = 5.0
"""Seconds of that at most: a page begun then has computing time left in which to end, see the worker."""

UNREADABLE = "What is at this address cannot be read safely."
UNSAFE = f"I couldn't read this file safely, so I left it alone. {READS}; saving it anew may help."


class Reader:
    """Reads in processes of its own, gone after a minute without a text."""

    def __init__(self, workers: Workers | None = None, seconds: float = SECONDS) -> None:
        self._workers = workers or Workers("bot.reading.worker", seconds=seconds, linger=60)
        self._for_pages = min(FOR_PAGES * seconds, MOST_FOR_PAGES)

    async def read(self, data: bytes, kind: str = "", address: str = "") -> Page:
        """The words in these bytes; `kind` is the media type, as far as somebody said. Raises BadOption,
        TooLarge."""
        told, text = await self._asked({"do": "page", "kind": kind, "address": address}, data, UNREADABLE)
        return Page(told["title"], text.decode())

    async def document(self, name: str, data: bytes, *, wide: bool = False) -> Document:
        """What a file says that somebody sent; `wide`: as much of it as a book has. Raises BadOption,
        TooLarge."""
        told, text = await self._asked({"do": "file", "wide": wide}, data, UNSAFE)
        return Document(name, text.decode(), told["pages"], told["read"], told["whole"])

    async def close(self) -> None:
        """End the processes that wait."""
        await self._workers.close()

    async def _asked(self, order: Order, data: bytes, lost: str) -> tuple[Order, bytes]:
        """A worker's work. Its death is the text's fault, and is told as such."""
        try:
            told, text = await self._workers.ask({**order, "seconds": self._for_pages}, data)
        except WorkerLost:
            raise BadOption(lost) from None
        if refused := told.get("refused"):
            raise (TooLarge if told["code"] == TooLarge.code else BadOption)(refused)
        return told, text
