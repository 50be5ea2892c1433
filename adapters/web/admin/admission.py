"""The door of the operator's page: everything below /admin passes here, whatever routes there are."""

from collections.abc import Callable
from typing import Final

import structlog
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from adapters.web.admin.sessions import Sessions
from adapters.web.connection.access import OPERATORS, SAFE, port_of
from adapters.web.connection.failures import refusal
from adapters.web.connection.slowing import Slowing, address_of
from adapters.web.connection.token import same
from bot.conversation.oversight.auditing import Audit

SIGN_IN: Final = f"{OPERATORS}/sign-in"
API: Final = f"{OPERATORS}/api/"
DOOR: Final = "operator's page"
"""How the audit calls it."""

SIGN_IN_AGAIN: Final = "Sign in again: the session is over."
WAIT: Final = "Too many wrong tokens. Wait a minute, then try again."

log = structlog.get_logger(__name__)


class Admission:
    """Lets in who is signed in, or sends the token as a Bearer. Host and Origin were looked at before."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        token: str,
        sessions: Sessions,
        slowing: Slowing,
        audit: Audit,
        page: Callable[[], Response],
    ) -> None:
        self._app = app
        self._token = token
        self._sessions = sessions
        self._slowing = slowing
        self._audit = audit
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it here."""
        if scope["type"] != "http" or not below(scope["path"]):
            await self._app(scope, receive, send)
            return
        refused = self._gate(HTTPConnection(scope), scope["method"])
        if refused:
            await refused(scope, receive, send)
            return
        async with self._audit.visit(DOOR):
            await self._app(scope, receive, send)

    def _gate(self, request: HTTPConnection, method: str) -> Response | None:
        path = request.scope["path"]
        if path == SIGN_IN and method == "POST":
            return None  # it asks for the token itself
        if (given := request.headers.get("authorization")) is not None:
            return self._bearer(request, given)
        csrf = self._sessions.csrf(request.cookies.get(cookie_of(request), ""))
        if not csrf:
            return refusal(401, "unauthorized", SIGN_IN_AGAIN) if path.startswith(API) else self._page()
        if method not in SAFE and not same(request.headers.get("x-parley-token", ""), csrf):
            return refusal(403, "csrf", "The page's token is missing or old. Reload the page.")
        request.state.csrf = csrf
        return None

    def _bearer(self, request: HTTPConnection, given: str) -> Response | None:
        kind, _, token = given.partition(" ")
        if wait := self._slowing.wait(address_of(request)):
            return refusal(429, "too_many_attempts", WAIT, Retry_After=str(wait))
        if kind.lower() == "bearer" and same(token.strip(), self._token):
            request.state.csrf = ""
            return None
        return wrong(request, self._slowing)


def wrong(request: HTTPConnection, slowing: Slowing) -> Response:
    """A wrong token: it is counted, and the log has it."""
    slowing.wrong(address_of(request))
    log.warning("a wrong token for the operator's page", address=address_of(request))
    return refusal(401, "unauthorized", "This is not the operator's token.", WWW_Authenticate="Bearer")


def below(path: str) -> bool:
    """Whether an address is the page's."""
    return path == OPERATORS or path.startswith(f"{OPERATORS}/")


def cookie_of(request: HTTPConnection) -> str:
    """The cookie's name. Its path is /admin, so `__Host-` is not for it; the port is named as the chat's."""
    secure = "__Secure-" if request.scope["scheme"] == "https" else ""
    return f"{secure}parley-operator-{port_of(request)}"
