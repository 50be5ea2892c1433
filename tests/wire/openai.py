"""A provider that asks a service which does what a test tells it."""

import json
from collections.abc import AsyncIterator, Sequence
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


def asks(text: str, *calls: tuple[str, str, Sequence[str]], finish: str | None = "tool_calls") -> Answer:
    """Stream text, then calls of tools in fragments, those of all calls mixed; None: it breaks off."""
    steps = [delta(role="assistant", content=None), *([delta(content=text)] if text else [])]
    for index, (call_id, name, _) in enumerate(calls):
        begun = {"id": call_id, "type": "function", "function": {"name": name, "arguments": ""}}
        steps.append(delta(tool_calls=[{"index": index, **begun}]))
    for number in range(max((len(fragments) for *_, fragments in calls), default=0)):
        for index, (*_, fragments) in enumerate(calls):
            steps += [
                delta(tool_calls=[{"index": index, "function": {"arguments": fragment}}])
                for fragment in fragments[number : number + 1]
            ]
    return sends(*steps, *ended(finish))


def asks_as_before(
    text: str, *calls: tuple[str, str, Sequence[str]], finish: str | None = "function_call"
) -> Answer:
    """The same in the older form, which has but one call."""
    _, name, fragments = calls[0]
    steps = [
        delta(role="assistant", content=text or None),
        delta(function_call={"name": name, "arguments": ""}),
    ]
    steps += [delta(function_call={"arguments": fragment}) for fragment in fragments]
    return sends(*steps, *ended(finish))


def ended(finish: str | None) -> list[bytes]:
    """What a stream ends with; None: nothing."""
    if finish is None:
        return []
    return [event({"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]}), b"data: [DONE]\n\n"]
