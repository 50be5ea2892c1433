"""By which door a request came, for the audit: the page, the terminal, or another program."""

from typing import Final

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.conversation import Conversation

API: Final = "/api/"
TERMINAL: Final = "Parley terminal"
"""How the terminal calls itself."""


class Doors:
    """Says it for whatever follows. It stands behind the gate, which knows whether there is a session."""

    def __init__(self, app: ASGIApp, *, conversation: Conversation) -> None:
        self._app = app
        self._conversation = conversation

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request on."""
        if scope["type"] != "http" or not scope["path"].startswith(API):
            await self._app(scope, receive, send)
            return
        async with self._conversation.audit.visit(_door(HTTPConnection(scope))):
            await self._app(scope, receive, send)


def _door(request: HTTPConnection) -> str:
    if getattr(request.state, "csrf", ""):
        return "web page"
    return "terminal" if request.headers.get("user-agent") == TERMINAL else "API"
