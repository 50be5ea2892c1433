"""The tools that every Parley has, one file each."""

from bot.http import Fetcher
from bot.ports import Clock
from bot.reading.reader import Reader
from bot.tools.builtin.calculate import CALCULATE
from bot.tools.builtin.engines import Engine
from bot.tools.builtin.fetch_page import pages
from bot.tools.builtin.now import clockwork
from bot.tools.builtin.search_web import searching
from bot.tools.tool import Tool


def builtin(clock: Clock, fetcher: Fetcher, reader: Reader, engine: Engine | None) -> tuple[Tool, ...]:
    """Those that need nothing of the conversation; `engine` None: the web is not searched."""
    search = (searching(engine),) if engine else ()
    return (CALCULATE, clockwork(clock), pages(fetcher, reader), *search)
