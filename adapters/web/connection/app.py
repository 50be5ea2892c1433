"""The web chat's addresses, and what stands in front of them."""

from collections.abc import Callable, Mapping, Sequence

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from adapters.web.admin.site import AdminSite
from adapters.web.api.commands import CommandApi
from adapters.web.api.knowledge import KnowledgeApi
from adapters.web.api.operating import Again, OperatorApi
from adapters.web.api.ratings import RatingsApi
from adapters.web.api.rooms import Api, Find
from adapters.web.api.tuning import TuningApi
from adapters.web.connection.access import Access
from adapters.web.connection.assets import Page
from adapters.web.connection.doors import Doors
from adapters.web.connection.failures import answer
from adapters.web.outlet.events import Events
from adapters.web.outlet.outlet import WebOutlet
from bot.commands import Commands
from bot.conversation import Conversation
from bot.conversation.files.intake import Intake
from bot.conversation.oversight.overseeing import Overseeing
from bot.ports import Pictures
from bot.tuning.jobs import Tuners

Ready = Callable[[], Mapping[str, str]]
"""What keeps the process from being ready, and why; empty when it is."""


def app(
    conversation: Conversation,
    commands: Commands,
    *,
    outlet: WebOutlet,
    events: Events,
    pictures: Pictures,
    intake: Intake,
    find: Find,
    ready: Ready,
    token: str,
    host: str = "127.0.0.1",
    version: str = "",
    platforms: Sequence[str] = ("web",),
    registry: CollectorRegistry = REGISTRY,
    page: Page | None = None,
    receivers: Sequence[Route] = (),
    tuners: Tuners | None = None,
    again: Again | None = None,
    overseeing: Overseeing | None = None,
) -> Starlette:
    """The web chat. `find` knows a kept picture by its SHA-256; `host` is PARLEY_WEB_HOST; `receivers` are
    what other services call, by whatever name this machine has for them: each asks for a secret itself."""
    page = page or Page()
    admin = AdminSite(overseeing, token=token, page=page) if overseeing else None
    about: dict[str, object] = {"version": version, "platforms": list(platforms)}
    routes = [
        *_health(ready, registry),
        *_page(page),
        *_rooms(Api(conversation, outlet, events, pictures, intake, find, about)),
        *_commands(CommandApi(commands, intake)),
        *_beside(RatingsApi(conversation), KnowledgeApi(conversation)),
        *(_tuning(TuningApi(tuners, conversation)) if tuners else ()),
        *_operating(OperatorApi(conversation, again)),
        *(admin.routes if admin else ()),
        *receivers,
    ]
    received = frozenset(route.path for route in receivers)
    gate = Middleware(Access, token=token, host=host, denied=page.denied, received=received)
    return _served(routes, [gate, *_inside(conversation, admin)])


def _served(routes: Sequence[BaseRoute], passed: Sequence[Middleware]) -> Starlette:
    """Addresses, and what every request to them passes."""
    web = Starlette(routes=routes, middleware=passed, exception_handlers={HTTPException: answer})
    web.router.redirect_slashes = False
    return web


def _inside(conversation: Conversation, admin: AdminSite | None) -> list[Middleware]:
    """What stands behind the gate. Starlette's own handler of the unforeseen raises it again, to be logged
    twice; the first here answers it."""
    return [
        Middleware(ExceptionMiddleware, handlers={Exception: answer}),
        Middleware(Doors, conversation=conversation),
        *([admin.door] if admin else ()),
    ]


def _rooms(api: Api) -> list[BaseRoute]:
    return [
        Route("/api/me", api.me, methods=["GET"]),
        Route("/api/rooms", api.rooms, methods=["GET"]),
        Route("/api/rooms/{room}/messages", api.messages, methods=["GET"]),
        Route("/api/rooms/{room}/messages", api.say, methods=["POST"]),
        Route("/api/rooms/{room}/messages/{id}", api.delete, methods=["DELETE"]),
        Route("/api/rooms/{room}/messages/{id}/files/{place}", api.made, methods=["GET"]),
        Route("/api/rooms/{room}/events", api.events, methods=["GET"]),
        Route("/api/rooms/{room}/actions", api.act, methods=["POST"]),
        Route("/api/runs/{id}", api.run, methods=["GET"]),
        Route("/api/runs/{id}/cancel", api.cancel, methods=["POST"]),
        Route("/media/{sha256}", api.media, methods=["GET"]),
    ]


def _commands(api: CommandApi) -> list[BaseRoute]:
    return [
        Route("/api/commands", api.table, methods=["GET"]),
        Route("/api/personas", api.personas, methods=["GET"]),
        Route("/api/rooms/{room}/commands/{path:path}", api.run, methods=["POST"]),
        Route("/api/rooms/{room}/params/{path:path}", api.params, methods=["POST"]),
        Route("/api/rooms/{room}/complete/{path:path}", api.complete, methods=["GET"]),
        Route("/api/exports/{name}", api.exports.file, methods=["GET"]),
    ]


def _beside(ratings: RatingsApi, knowledge: KnowledgeApi) -> list[BaseRoute]:
    """What belongs to messages of a room."""
    return [
        Route("/api/rooms/{room}/ratings", ratings.mine, methods=["GET"]),
        Route("/api/rooms/{room}/messages/{id}/rating", ratings.rate, methods=["PUT"]),
        Route("/api/rooms/{room}/knowledge/{id}/{position}", knowledge.excerpt, methods=["GET"]),
    ]


def _operating(api: OperatorApi) -> list[BaseRoute]:
    return [
        Route("/api/audit", api.audit, methods=["GET"]),
        Route("/api/restart", api.restart, methods=["POST"]),
    ]


def _tuning(api: TuningApi) -> list[BaseRoute]:
    return [
        Route("/api/tunings", api.all, methods=["GET"]),
        Route("/api/tunings", api.start, methods=["POST"]),
        Route("/api/tunings/{id}", api.one, methods=["GET"]),
        Route("/api/tunings/{id}/events", api.events, methods=["GET"]),
        Route("/api/tunings/{id}/cancel", api.cancel, methods=["POST"]),
    ]


def _page(page: Page) -> list[BaseRoute]:
    return [
        Route("/", page.index, methods=["GET"]),
        Route("/page/{path:path}", page.file, methods=["GET"]),
        Route("/favicon.ico", page.icon, methods=["GET"]),
    ]


def _health(ready: Ready, registry: CollectorRegistry) -> list[BaseRoute]:
    """How the process is: alive, ready, and its counters."""

    async def alive(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def is_ready(_: Request) -> Response:
        reasons = dict(ready())
        return JSONResponse(
            {"status": "not ready" if reasons else "ready", "reasons": reasons}, 503 if reasons else 200
        )

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(registry), headers={"content-type": CONTENT_TYPE_LATEST})

    return [
        Route("/healthz", alive, methods=["GET"]),
        Route("/readyz", is_ready, methods=["GET"]),
        Route("/metrics", metrics, methods=["GET"]),
    ]
