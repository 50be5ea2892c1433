"""Who may reach the web chat: Host, Origin, token, session and CSRF, before anything is read or routed."""

import asyncio
import ipaddress
import re
import time
from collections.abc import Awaitable, Callable, Collection

from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.web.connection.failures import refusal
from adapters.web.connection.slowing import Brake, address_of
from adapters.web.connection.token import SESSION_SECONDS, Sessions, same

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OPEN = ("/healthz", "/readyz", "/page/", "/favicon.ico")
"""What needs no token: how the process is, and the page's files, which are the same everywhere."""
OPERATORS = "/admin"
"""The operator's page, which has a door and sessions of its own behind this gate."""

HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cache-control": "no-store",
}
"""On every answer that does not say otherwise."""

_HOST = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9.-]+))(?::(?P<port>[0-9]{1,5}))?")


class Access:
    """The gate in front of the web chat. Every refusal says what to do. `received`: addresses that are no
    part of it, and ask for a secret of their own."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        token: str,
        host: str,
        denied: Callable[[], Response],
        received: Collection[str] = (),
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._app = app
        self._token = token
        self._host = host.lower()
        self._denied = denied
        self._received = received
        self._sessions = Sessions(token)
        self._brake = Brake(monotonic, sleep)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        answer = self._gate(request, scope["method"])
        if answer is None or not getattr(request.state, "guessed", False):
            await (answer or self._app)(scope, receive, _guarded(send))
            return
        async with self._brake.refusing(address_of(request)) as slowed:
            await (_too_many() if slowed else answer)(scope, receive, _guarded(send))

    def _gate(self, request: HTTPConnection, method: str) -> Response | None:
        """The refusal or the redirect this request gets; None lets it in."""
        if request.scope["path"] in self._received:
            return None
        local = self._local(request)
        if local is None:
            return refusal(
                421, "wrong_host", "This address is not served. Open http://127.0.0.1 with its port."
            )
        if not _same_origin(request):
            return refusal(403, "wrong_origin", "Another page may not use this one's interface.")
        path = request.scope["path"]
        if path.startswith(OPEN):
            return None
        if path == OPERATORS or path.startswith(f"{OPERATORS}/"):
            request.state.local = local
            return None
        if path == "/" and (given := request.query_params.get("token")):
            return self._exchange(given, request, local=local)
        return self._credentials(request, method)

    def _local(self, request: HTTPConnection) -> bool | None:
        """Whether the Host is this machine's own name; None when it is not served at all.

        A page elsewhere may point its own name at 127.0.0.1, but cannot make a browser call it `localhost`.
        """
        match = _HOST.fullmatch(request.headers.get("host", ""))
        if not match:
            return None
        name = (match["six"] or match["name"]).lower()
        if name == "localhost" or _loopback(name):
            return True
        served = request.scope.get("server") or ("", 0)
        return False if name == self._host and port_of(request) == served[1] else None

    def _exchange(self, given: str, request: HTTPConnection, *, local: bool) -> Response:
        """The token in the link becomes a cookie, and leaves the address."""
        if not local:
            message = (
                "Links with a token work on this machine alone. Open one there, or use the token as a Bearer."
            )
            return refusal(403, "not_local", message)
        if self._brake.full(address_of(request)):
            return _too_many()
        if not same(given, self._token):
            return self._wrong_token(request)
        answer = RedirectResponse("/", 303, {"referrer-policy": "no-referrer"})
        secure = request.scope["scheme"] == "https"
        answer.set_cookie(
            _cookie(request),
            self._sessions.issue(),
            max_age=SESSION_SECONDS,
            path="/",
            secure=secure,
            httponly=True,
            samesite="strict",
        )
        return answer

    def _credentials(self, request: HTTPConnection, method: str) -> Response | None:
        """A Bearer token decides alone; else the session's cookie, and for unsafe methods its CSRF token."""
        if (given := request.headers.get("authorization")) is not None:
            if self._brake.full(address_of(request)):
                return _too_many()
            kind, _, token = given.partition(" ")
            right = kind.lower() == "bearer" and same(token.strip(), self._token)
            request.state.csrf = ""
            return None if right else self._wrong_token(request)
        csrf = self._sessions.csrf(request.cookies.get(_cookie(request), ""))
        if not csrf:
            return self._refused(request)
        if method not in SAFE and not same(request.headers.get("x-parley-token", ""), csrf):
            return refusal(403, "csrf", "The page's token is missing or old. Reload the page.")
        request.state.csrf = csrf
        return None

    def _wrong_token(self, request: HTTPConnection) -> Response:
        """Refuse, and after a few in a minute take time to refuse more. The right token works at once."""
        request.state.guessed = True
        return self._refused(request)

    def _refused(self, request: HTTPConnection) -> Response:
        """A page for people, an error for machines."""
        if request.scope["path"] == "/":
            return self._denied()
        message = "Send `Authorization: Bearer TOKEN`, or open the link that Parley printed when it started."
        return refusal(401, "unauthorized", message, WWW_Authenticate="Bearer")


def _too_many() -> Response:
    """To somebody who guesses."""
    message = "Too many wrong tokens. Wait a minute; the right one works at once."
    return refusal(429, "too_many_attempts", message, Retry_After="60")


def _cookie(request: HTTPConnection) -> str:
    """Browsers keep the `__Host-` promise on HTTPS alone; plain HTTP is served on loopback only. The port is
    named because all ports of a host share one jar: two Parleys would end each other's sessions."""
    return f"{'__Host-' if request.scope['scheme'] == 'https' else ''}parley-{port_of(request)}"


def port_of(request: HTTPConnection) -> int:
    """The port that the browser knows, which need not be ours. The Host was checked before."""
    match = _HOST.fullmatch(request.headers["host"])
    return int((match and match["port"]) or {"http": 80, "https": 443}[request.scope["scheme"]])


def _loopback(name: str) -> bool:
    """Whether a Host is an address of this machine."""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _same_origin(request: HTTPConnection) -> bool:
    """Whether the page that asks, when a browser names it, is our own."""
    origin = request.headers.get("origin")
    return (
        origin is None or origin.lower() == f"{request.scope['scheme']}://{request.headers['host']}".lower()
    )


def _guarded(send: Send) -> Send:
    """Add the safety headers to whatever is answered."""

    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = {name.lower() for name, _ in message["headers"]}
            extra = [(n.encode(), v.encode()) for n, v in HEADERS.items() if n.encode() not in present]
            message = {**message, "headers": [*message["headers"], *extra]}
        await send(message)

    return guarded
