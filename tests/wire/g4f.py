"""What a G4F server answers, as its documents write it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.accounts import Accounts
from bot.providers.g4f import G4F
from bot.settings import Account, Settings
from tests.wire.answers import JSON, Answer, Step, sends
from tests.wire.server import AiServer, serving

PNG = b"\x89PNG\r\n\x1a\n and so on"
DONE = b"data: [DONE]\n\n"


@asynccontextmanager
async def a_g4f_server(*answers: Answer, root: str = "") -> AsyncIterator[tuple[AiServer, G4F]]:
    """A server, and the provider of an account whose `base_url` is its address and `root`."""
    async with serving() as ai:
        ai.will(*answers)
        account = Account("g4f", "g4f", ai.url.removesuffix("/v1") + root, free=True)
        async with Accounts(Settings(accounts={"g4f": account})) as accounts:
            provider = accounts.provider("g4f")
            assert isinstance(provider, G4F)
            yield ai, provider


def streams(*steps: Step) -> Answer:
    """A stream of these lines."""
    return sends(*steps)


def delta(**said: Any) -> bytes:
    """`data: {"choices":[{"delta":{"content":"…"}}]}`: nothing more is promised."""
    return f"data: {json.dumps({'choices': [{'delta': said}]})}\n\n".encode()


def whole(body: Any) -> Answer:
    """JSON with the status 200, whatever it says."""
    return sends(json.dumps(body).encode(), headers=JSON)


def draws(*links: str) -> Answer:
    """`{"created":…,"data":[{"url":"…"}]}`."""
    return whole({"created": 1735689600, "data": [{"url": link} for link in links]})


def image(data: bytes = PNG) -> Answer:
    """A file."""
    return sends(data, headers={"Content-Type": "image/png"})
