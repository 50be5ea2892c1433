"""A model's name may come from a list, a file or a person: none asks anything else of a service."""

from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from typing import Any, cast

import pytest
from pydantic import SecretStr

from bot.accounts import Accounts
from bot.errors import ProviderError
from bot.messages import ChatRequest, DrawRequest, Turn
from bot.settings import Account, Settings
from tests.wire.answers import fails
from tests.wire.server import AiServer, serving

NAMES = (
    "../../admin",
    "..",
    "models/../../admin",
    "x/../../../admin",
    "x?key=1",
    "x#y",
    "x y",
    "//elsewhere.example/x",
    "http://elsewhere.example/x",
    "x\r\nX-Evil: 1",
    "x\r\n\r\nGET /admin HTTP/1.1",
    "%2e%2e/%2e%2e/admin",
    "x:delete",
    "\\..\\admin",
    "x@elsewhere.example",
)
KINDS: dict[str, dict[str, object]] = {
    "openai": {},
    "anthropic": {},
    "gemini": {},
    "g4f": {},
    "tgi": {"template": "chatml"},
    "fal": {},
    "imagine": {},
}
PLACES = {
    "openai": ("/v1/chat/completions", "/v1/images/generations"),
    "anthropic": ("/v1/messages",),
    "gemini": ("/v1/",),
    "g4f": ("/v1/chat/completions", "/v1/images/generat"),
    "tgi": ("/v1/generate",),
    "fal": ("/v1/",),
    "imagine": ("/v1/imagine/generate",),
}
"""Where each kind asks, below the account's address."""


def calls(provider: Any, model: str) -> list[AsyncIterator[object]]:
    """All that a provider does with a model's name."""
    chat, draw = ChatRequest(model, (Turn("user", "hi"),), 10), DrawRequest(model, "a dot")
    asked = [provider.chat(chat)] if hasattr(provider, "chat") else []
    return asked + ([provider.draw(draw)] if hasattr(provider, "draw") else [])


async def ask(server: AiServer, kind: str, model: str) -> None:
    account = Account("a", kind, server.url, SecretStr("sk-1234567890"), options=KINDS[kind])
    async with Accounts(Settings(accounts={"a": account})) as accounts:
        for call in calls(accounts.provider("a"), model):
            async with aclosing(cast(Any, call)) as parts:
                with suppress(ProviderError):
                    async for _ in parts:
                        pass


@pytest.mark.parametrize("kind", KINDS)
async def test_no_models_name_leads_a_request_elsewhere(kind: str) -> None:
    async with serving() as server:
        server.always = fails(400)
        for model in NAMES:
            server.requests.clear()
            await ask(server, kind, model)
            for request in server.requests:
                path, _, query = request.path.partition("?")
                assert path.startswith(PLACES[kind]), model
                assert {".", ".."}.isdisjoint(path.split("/")), model
                assert query in ("", "alt=sse"), model
                assert "x-evil" not in request.headers
                assert request.method == "POST"
        assert server.requests or kind in ("fal", "gemini")
