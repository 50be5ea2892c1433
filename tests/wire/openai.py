"""A provider that asks a service which does what a test tells it."""

import json
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

from bot.http import Http
from bot.providers.openai import OpenAI
from bot.settings import Account
from tests.wire.answers import JSON, Answer, event, sends
from tests.wire.server import AiServer, serving


@asynccontextmanager
async def asking(*answers: Answer, **options: object) -> AsyncIterator[tuple[AiServer, OpenAI]]:
    """The service, told to give these answers, and a provider with these options of its account."""
    async with serving() as ai, aclosing(Http(ai.url)) as http:
        ai.will(*answers)
        yield ai, OpenAI(http, Account("lab", "openai", ai.url, options=options))


def delta(**fields: Any) -> bytes:
    """An event of a streamed answer."""
    return event({"choices": [{"index": 0, "delta": fields}]})


def gives(body: object) -> Answer:
    """Answer with this as JSON."""
    return sends(json.dumps(body).encode(), headers=JSON)
