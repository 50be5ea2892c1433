"""Where everything is put together: settings in, a running Parley out, closed again in reverse order."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from adapters.web.connection.app import app
from adapters.web.connection.server import serving
from adapters.web.connection.token import link, web_token
from adapters.web.outlet.events import Events
from adapters.web.outlet.outlet import WebOutlet
from bot import __version__, metrics
from bot.accounts import Accounts
from bot.clock import SystemClock
from bot.commands import Commands
from bot.conversation import Conversation
from bot.conversation.files.intake import Intake
from bot.conversation.memory.remembering import Memory
from bot.conversation.oversight.overseeing import Overseeing
from bot.conversation.privacy.lasting import Lasting
from bot.conversation.queues.waiting import Waiting
from bot.conversation.reminders import Reminders
from bot.conversation.turn.picturing import Picturing
from bot.conversation.turn.turns import Turns
from bot.conversation.work import Work
from bot.delivery import Deliveries, Open
from bot.http import Fetcher
from bot.local import with_local_servers
from bot.media.charts import Charts
from bot.media.folder import MediaFolder
from bot.ports import Clock, Files, Outlet
from bot.reading.reader import FOR_FILES, Reader
from bot.routes import Routes
from bot.settings import Settings
from bot.store import SqliteStore, open_store
from bot.store.database.restored import waits
from bot.tools import Toolbox
from bot.tools.builtin import builtin
from bot.tools.builtin.engines import engine
from bot.tools.builtin.imagine import imagining
from bot.tools.builtin.look_at import looking
from bot.tools.builtin.remember import remembering
from bot.tools.builtin.remind import reminding
from bot.tools.builtin.search_room import searching
from bot.tools.mcp import Servers
from bot.tuning.jobs import Tuners

if TYPE_CHECKING:
    from adapters.discord.platform import Discord
    from adapters.telegram.platform import Telegram

    Platforms = dict[str, Discord | Telegram]

CLOSING = 2.0
"""Seconds of the drain that are left for closing what remains."""


@dataclass(frozen=True, slots=True)
class Parley:
    """A running Parley, and how to reach it. `link` carries the token; `settings` have what was found."""

    url: str
    token: str = field(repr=False)
    link: str = field(repr=False)
    settings: Settings = field(repr=False)


REAL: Final = SystemClock()
"""The machine's own clock."""


@asynccontextmanager
async def running(
    settings: Settings, again: asyncio.Event | None = None, clock: Clock = REAL
) -> AsyncIterator[Parley]:
    """Run Parley meanwhile; `again` is set when it shall begin anew, on what was restored; `clock`: another
    than the machine's. Raises ConfigError, and FolderLocked when another process has the data folder."""
    async with AsyncExitStack() as stack:
        found = asyncio.create_task(with_local_servers(settings))  # the database opens meanwhile
        stack.callback(found.cancel)
        store = await open_store(settings.data)
        stack.push_async_callback(store.close)
        settings = await found
        pictures = MediaFolder(settings.data, lambda ref: store.keep_picture(ref, at=clock.now()))
        stack.push_async_callback(pictures.close)
        accounts = await stack.enter_async_context(Accounts(settings))
        routes = await _routes(settings, accounts, store, clock)
        tuners = await _tuners(store, routes, clock, settings.data)
        outlet, platforms = WebOutlet(), _platforms(settings, pictures, store, clock)
        deliveries = Deliveries(_outlets(outlet, platforms), store, Open(), clock)
        waiting = Waiting(store, deliveries, clock)
        tools = await stack.enter_async_context(_tools(settings, store, routes, pictures, clock))
        intake, files = await stack.enter_async_context(_intake(pictures)), _files(platforms)
        turns = Turns(store, routes, deliveries, waiting, pictures, intake, clock, settings, files, tools)
        metrics.follow(active=turns.__len__, waiting=waiting.__len__)
        work = Work(store, turns, waiting, deliveries, clock)
        conversation = await _conversation(store, turns, work, pictures, clock, settings)
        commands = Commands(conversation, routes, settings.limits, tools)
        site = _Site(
            settings, store, conversation, commands, outlet, pictures, intake, work, platforms, tuners, routes
        )
        parley = await stack.enter_async_context(site.served(again))
        await work.recover()
        for platform in platforms.values():
            await stack.enter_async_context(platform.running(conversation, commands))
        stack.push_async_callback(work.drain, settings.deadlines.drain - CLOSING)
        await stack.enter_async_context(
            _beside(
                *(routes.follow(), conversation.lasting.follow(), turns.recalling.catching_up.follow()),
                metrics.watch_the_loop(clock),
            )
        )
        yield parley


async def _conversation(
    store: SqliteStore, turns: Turns, work: Work, pictures: MediaFolder, clock: Clock, settings: Settings
) -> Conversation:
    """The one door, with the rules of access known by heart."""
    data, most = settings.data, settings.keep_days
    lasting = Lasting(store, turns, work.deliver_pending, pictures, clock, data=data, most=most)
    conversation = Conversation(store, turns, work, clock, lasting, Charts())
    await conversation.access.recall()
    return conversation


async def _routes(settings: Settings, accounts: Accounts, store: SqliteStore, clock: Clock) -> Routes:
    """Which models there are, as far as it is known already."""
    routes = Routes(settings, accounts.provider, clock, store)
    await routes.recall()
    return routes


async def _tuners(store: SqliteStore, routes: Routes, clock: Clock, folder: Path) -> Tuners:
    """Who has models tuned; those that were can be chosen."""
    tuners = Tuners(store, routes.tunes, clock, lambda done: routes.tuned(done.model, done.of), folder)
    await tuners.recall()
    return tuners


@asynccontextmanager
async def _tools(
    settings: Settings, store: SqliteStore, routes: Routes, pictures: MediaFolder, clock: Clock
) -> AsyncIterator[Toolbox]:
    """What models may have done, in the order in which people are shown it."""
    async with AsyncExitStack() as stack:
        reader = Reader()
        stack.push_async_callback(reader.close)
        search = engine(settings.search) if settings.search else None
        if search:
            stack.push_async_callback(search.aclose)
        free = builtin(clock, Fetcher(), reader, search)
        own = (reminding(Reminders(store, clock)), *remembering(Memory(store, clock)))
        picturing = Picturing(store, routes, pictures, clock, settings)
        others = Servers(settings.mcp, pictures.keep, clock)
        await stack.enter_async_context(others.kept())
        seeing = (imagining(picturing), looking(picturing))
        yield Toolbox([*free, *own, *seeing, searching(store, clock)], others.tools, others.settled)


@asynccontextmanager
async def _intake(pictures: MediaFolder) -> AsyncIterator[Intake]:
    """What takes the files that people send."""
    reader = Reader(seconds=FOR_FILES)
    try:
        yield Intake(pictures, reader)
    finally:
        await reader.close()


def _outlets(web: WebOutlet, platforms: "Platforms") -> Mapping[str, Outlet]:
    """Where answers go, by platform."""
    return {"web": web, **{name: one.outlet for name, one in platforms.items()}}


def _platforms(settings: Settings, pictures: MediaFolder, store: SqliteStore, clock: Clock) -> "Platforms":
    """The chat platforms that have a token. Their libraries are large: only what is on is imported."""
    found: Platforms = {}
    if settings.discord_token:
        from adapters.discord.platform import Discord

        found["discord"] = Discord(settings, pictures, clock)
    if settings.telegram_token:
        from adapters.telegram.platform import Telegram

        found["telegram"] = Telegram(settings, pictures, store, clock)
    return found


def _files(platforms: "Platforms") -> Mapping[str, Files]:
    """Who fetches the files of a platform's messages."""
    return {name: platform.files for name, platform in platforms.items()}


@dataclass(frozen=True, slots=True)
class _Site:
    """The web chat and what it stands on."""

    settings: Settings
    store: SqliteStore
    conversation: Conversation
    commands: Commands
    outlet: WebOutlet
    pictures: MediaFolder
    intake: Intake
    work: Work
    platforms: "Platforms"
    tuners: Tuners
    routes: Routes

    def ready(self) -> Mapping[str, str]:
        """What keeps Parley from taking on work, and why; empty when nothing does."""
        reasons = {**self.work.ready(), **self.store.ready()}
        for platform in self.platforms.values():
            reasons |= platform.ready()
        return reasons

    def _overseeing(self) -> Overseeing:
        """What the operator sees of it all."""
        talk = self.conversation
        return Overseeing(
            self.store, self.routes, talk.moderation, talk.audit, SystemClock(), self.settings, self.ready
        )

    @asynccontextmanager
    async def served(self, again: asyncio.Event | None) -> AsyncIterator[Parley]:
        """Serve it meanwhile. Raises ConfigError when the address is taken."""
        web, data = self.settings.web, self.settings.data
        token = web_token(data, web.token.get_secret_value() if web.token else "")
        events = Events(self.conversation, self.outlet)
        site = app(
            self.conversation,
            self.commands,
            outlet=self.outlet,
            events=events,
            pictures=self.pictures,
            intake=self.intake,
            find=self.store.picture,
            ready=self.ready,
            token=token,
            host=web.host,
            version=__version__,
            registry=metrics.REGISTRY,
            tuners=self.tuners,
            again=partial(_begin_anew, data, again) if again else None,
            overseeing=self._overseeing(),
            receivers=[route for platform in self.platforms.values() for route in platform.receivers],
        )
        audit = self.conversation.audit.running(__version__)
        async with audit, serving(site, web.host, web.port, ending=events.close) as taken:
            address = link(web.host, taken, token)
            url = address.partition("/?")[0]
            self.store.announce(url)
            yield Parley(url, token, address, self.settings)


def _begin_anew(data: Path, again: asyncio.Event) -> str:
    """Have it begin anew when something was restored: why not, empty when it will."""
    if not waits(data):
        return "Nothing waits to be restored. `parley restore FILE` does all of it."
    again.set()
    return ""


@asynccontextmanager
async def _beside(*work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Do this beside everything else, until the end."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
