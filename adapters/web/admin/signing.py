"""Signing in to the operator's page, and out of it."""

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from adapters.web.admin.admission import WAIT, cookie_of, wrong
from adapters.web.admin.sessions import LONGEST, Sessions
from adapters.web.api import uploads
from adapters.web.api.operating import OPERATOR
from adapters.web.connection.access import OPERATORS
from adapters.web.connection.failures import refusal
from adapters.web.connection.slowing import Slowing, address_of
from adapters.web.connection.token import same
from bot.conversation.oversight.auditing import Audit
from bot.errors import UserError
from bot.governance.authorize import Act

log = structlog.get_logger(__name__)


class Signing:
    """The token is typed once more: a link that opens the chat opens nothing here."""

    def __init__(self, token: str, sessions: Sessions, slowing: Slowing, audit: Audit) -> None:
        self._token = token
        self._sessions = sessions
        self._slowing = slowing
        self._audit = audit

    async def begin(self, request: Request) -> Response:
        """The token as JSON, which no form of another page can send, becomes a cookie."""
        if not request.state.local and request.scope["scheme"] != "https":
            message = "Sign in on this machine, or over HTTPS: on the way here others could read the token."
            return refusal(403, "not_local", message)
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            raise UserError("The body is application/json.")
        if wait := self._slowing.wait(address_of(request)):
            return refusal(429, "too_many_attempts", WAIT, Retry_After=str(wait))
        given = (await uploads.read(request)).fields.get("token")
        if not isinstance(given, str) or not same(given.strip(), self._token):
            return wrong(request, self._slowing)
        await self._audit.note(OPERATOR, Act.OPERATE, None, "sign-in")
        log.info("the operator signed in", address=address_of(request))
        answer = JSONResponse({})
        secure = request.scope["scheme"] == "https"
        answer.set_cookie(
            cookie_of(request),
            self._sessions.begin(),
            max_age=int(LONGEST),
            path=OPERATORS,
            secure=secure,
            httponly=True,
            samesite="strict",
        )
        return answer

    async def end(self, request: Request) -> Response:
        """The session is over."""
        self._sessions.end(request.cookies.get(cookie_of(request), ""))
        answer = JSONResponse({})
        secure = request.scope["scheme"] == "https"
        answer.delete_cookie(
            cookie_of(request), path=OPERATORS, secure=secure, httponly=True, samesite="strict"
        )
        return answer
