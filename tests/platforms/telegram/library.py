"""The unmodified library, connected to a server of the tests."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from telegram import Bot

from tests.platforms.telegram.server import Telegram
from tests.platforms.telegram.spec import misfits

os.environ.setdefault("PTB_TIMEDELTA", "1")  # else what it says of a wait depends on who was imported before


@asynccontextmanager
async def connected(telegram: Telegram) -> AsyncIterator[Bot]:
    """A Bot as it comes, with nothing but the server's addresses; it is answered as the description says."""
    base, files = f"{telegram.url}/bot", f"{telegram.url}/file/bot"
    async with Bot(telegram.token, base_url=base, base_file_url=files) as bot:
        yield bot
    assert list(_wrong(telegram)) == []


def _wrong(telegram: Telegram) -> Iterator[object]:
    """Answers and updates that the published description does not allow."""
    for call in telegram.requests:
        if call.method == "getUpdates":
            for update in call.result or ():
                if update["update_id"] not in telegram.updates.raw and misfits("getUpdates", [update]):
                    yield update
        elif call.result is not None and misfits(call.method, call.result):
            yield call.method, call.result
