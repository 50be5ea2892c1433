"""The operator's page put together: its addresses, and the door before them."""

import html

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from adapters.web.admin.admission import Admission
from adapters.web.admin.api import AdminApi
from adapters.web.admin.sessions import Sessions
from adapters.web.admin.signing import Signing
from adapters.web.connection.assets import CSRF, Page
from adapters.web.connection.slowing import Slowing
from bot.conversation.oversight.overseeing import Overseeing
from bot.errors import NotFound

SECTIONS = frozenset(
    {"rooms", "runs", "spending", "budgets", "providers", "models", "audit", "moderation", "personas"}
)
"""What has an address of its own, beside the overview."""


class AdminSite:
    """Made once for a web chat."""

    def __init__(self, overseeing: Overseeing, *, token: str, page: Page) -> None:
        self._page = page
        self._token = token
        self._audit = overseeing.audit
        self._sessions = Sessions(overseeing.clock.monotonic)
        self._slowing = Slowing(overseeing.clock.monotonic)
        self._signing = Signing(token, self._sessions, self._slowing, self._audit)
        self._api = AdminApi(overseeing)

    @property
    def door(self) -> Middleware:
        """What lets in who is signed in."""
        return Middleware(
            Admission,
            token=self._token,
            sessions=self._sessions,
            slowing=self._slowing,
            audit=self._audit,
            page=self.signed_out,
        )

    @property
    def routes(self) -> list[BaseRoute]:
        """Its addresses."""
        return [
            Route("/admin", self.index, methods=["GET"]),
            Route("/admin/sign-in", self._signing.begin, methods=["POST"]),
            Route("/admin/sign-out", self._signing.end, methods=["POST"]),
            Route("/admin/{section}", self.index, methods=["GET"]),
            Route("/admin/api/audit/export", self._api.export, methods=["GET"]),
            Route("/admin/api/personas/history", self._api.history, methods=["GET"]),
            Route("/admin/api/runs/{id}", self._api.run, methods=["GET"]),
            Route("/admin/api/runs/{id}/words", self._api.words, methods=["POST"]),
            Route("/admin/api/moderation/{id}", self._api.moderate, methods=["POST"]),
            Route("/admin/api/{table}", self._api.table, methods=["GET"]),
        ]

    async def index(self, request: Request) -> Response:
        """The page, with the session's token in it: never stored by anybody. Raises NotFound."""
        if request.path_params.get("section", "rooms") not in SECTIONS:
            raise NotFound("There is no such page.")
        page = self._page.text("admin/index.html")
        return HTMLResponse(page.replace(CSRF, html.escape(request.state.csrf)))

    def signed_out(self) -> Response:
        """Where the token is typed."""
        return HTMLResponse(self._page.text("admin/sign-in.html"), 401)
