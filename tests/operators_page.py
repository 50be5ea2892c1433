"""The operator's page on a real socket over a real database, and a browser that is signed in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx
from prometheus_client import CollectorRegistry

from adapters.web.connection.app import app
from adapters.web.connection.server import serving
from adapters.web.outlet.outlet import WebOutlet
from bot.clock import SystemClock
from bot.conversation.oversight.overseeing import Overseeing
from bot.routes import Routes
from bot.settings import Settings
from tests.rig import Rig, rig, settings_for
from tests.web_chat import TOKEN


class Later(SystemClock):
    """A clock that a test sets forward."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.seconds


@dataclass
class Desk:
    """A running page. `operator`: who is signed in, with the token of the session on every request."""

    at: Rig
    routes: Routes
    clock: Later
    url: str
    operator: httpx.AsyncClient

    def browser(self, **headers: str) -> httpx.AsyncClient:
        """Somebody with no cookie."""
        return httpx.AsyncClient(base_url=self.url, headers=headers)

    async def table(self, name: str, **asked: object) -> dict[str, Any]:
        """A page of a table."""
        answer = await self.operator.get(f"/admin/api/{name}", params=cast(Any, asked))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


async def sign_in(browser: httpx.AsyncClient, token: str = TOKEN) -> httpx.Response:
    """Type the token; the session's own token goes along from then on."""
    answer = await browser.post("/admin/sign-in", json={"token": token})
    if answer.is_success:
        page = (await browser.get("/admin")).text
        browser.headers["x-parley-token"] = page.partition('name="csrf" content="')[2].partition('"')[0]
    return answer


@asynccontextmanager
async def desk(
    folder: Path, *, host: str = "127.0.0.1", settings: Settings | None = None
) -> AsyncIterator[Desk]:
    """The page over a rig."""
    clock, nobody = Later(), cast(Any, None)
    settings = settings or settings_for(folder, ("one",))
    async with rig(folder, settings=settings, clock=clock) as at:
        routes = Routes(settings, at.models.__getitem__, clock)
        talk = at.conversation
        overseeing = Overseeing(
            at.store, routes, talk.moderation, talk.audit, clock, settings, lambda: {"disk": "It is full."}
        )
        site = app(
            talk, at.commands, outlet=WebOutlet(), events=nobody, pictures=nobody, intake=nobody,
            find=nobody, ready=dict, token=TOKEN, host=host, registry=CollectorRegistry(),
            overseeing=overseeing,
        )  # fmt: skip
        async with serving(site, "127.0.0.1", 0, ending=lambda: None) as port:
            url = f"http://127.0.0.1:{port}"
            async with httpx.AsyncClient(base_url=url) as operator:
                assert (await sign_in(operator)).status_code == 200
                yield Desk(at, routes, clock, url, operator)
