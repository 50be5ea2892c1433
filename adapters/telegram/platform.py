"""Telegram as a whole: its parts are put together here, once it is known who the bot is."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final

import structlog
from starlette.routing import Route
from telegram import Message
from telegram.error import BadRequest, InvalidToken, TelegramError

from adapters.telegram.asking.faults import fault
from adapters.telegram.asking.pacing import Pacing
from adapters.telegram.asking.patience import REAL, Patience
from adapters.telegram.asking.request import UNREADABLE, Door, bot
from adapters.telegram.asking.sending import Sending
from adapters.telegram.commands.commanding import parts
from adapters.telegram.commands.registered import synchronise
from adapters.telegram.connection.dispatch import Dispatch
from adapters.telegram.connection.fetching import ALLOWED
from adapters.telegram.connection.poller import COMING, UNKNOWN_BOT, Poller
from adapters.telegram.connection.updates import Updates
from adapters.telegram.connection.webhook import Webhook
from adapters.telegram.keys import PLATFORM, Keys
from adapters.telegram.outlet.outlet import TelegramOutlet
from adapters.telegram.talk.files import TelegramFiles
from adapters.telegram.talk.inbound import Inbound
from adapters.telegram.talk.members import Members
from adapters.telegram.talk.moves import Moves
from adapters.telegram.talk.reactions import Reactions
from bot import metrics
from bot.commands import Commands
from bot.conversation import Conversation
from bot.conversation.queues.lines import Lines
from bot.errors import SlowDown, StorageError
from bot.ports import Clock, Inbox, Shrinks
from bot.settings import Settings

LISTENING: Final = 0.5
"""Seconds that what was heard last has for being dealt with."""
CONNECTIONS: Final = 20
"""Updates that Telegram may bring at once; those of one chat come one by one."""
NOT_CALLED: Final = (
    "Telegram does not take TELEGRAM_WEBHOOK_URL: it calls HTTPS addresses alone, at the ports 443, 80, 88 "
    "and 8443. Without the variable Parley asks Telegram instead."
)
STOPPED: Final = (
    "Telegram is off: the log says which error nothing handled. The rest of Parley goes on; start it again."
)

log = structlog.get_logger()


class Telegram:
    """The platform. `outlet` and `files` are there from the start, people are heard while it is `running`.
    `receivers`: addresses of the web server at which Telegram may call."""

    def __init__(
        self, settings: Settings, pictures: Shrinks, inbox: Inbox, clock: Clock, patience: Patience = REAL
    ) -> None:
        self._settings = settings
        self._inbox = inbox
        self._clock = clock
        self._patience = patience
        self._door = Door()
        self._bot = bot(settings, self._door)
        self._sending = Sending(self._bot, Pacing(clock))
        self._lines = Lines()
        self._why = COMING
        self._poller: Poller | None = None
        secret = settings.telegram_webhook_secret
        hooked = settings.telegram_webhook_url and secret
        self._webhook = Webhook(secret.get_secret_value()) if hooked and secret else None
        self.receivers: Sequence[Route] = (self._webhook.route(),) if self._webhook else ()
        self.outlet = TelegramOutlet(self._sending, pictures, streaming=settings.telegram.streaming)
        self.files = TelegramFiles(self._bot, settings.telegram_api_base, clock)

    def ready(self) -> Mapping[str, str]:
        """What keeps it from hearing people, and why; empty when nothing does."""
        why = self._why or (self._poller.why if self._poller else "")
        return {PLATFORM: why} if why else {}

    @asynccontextmanager
    async def running(self, conversation: Conversation, commands: Commands) -> AsyncIterator[None]:
        """Hear people meanwhile. What is not dealt with at the end is kept for the next start."""
        staying = asyncio.create_task(self._stay(conversation, commands))
        staying.add_done_callback(self._over)
        try:
            yield
        finally:
            if self._webhook:
                self._webhook.listen(None)
            staying.cancel()
            await asyncio.wait([staying])
            await self._lines.drain(LISTENING)
            await self._door.shutdown()

    async def _stay(self, conversation: Conversation, commands: Commands) -> None:
        """Find out who the bot is, then hear people until the end."""
        await self._persist(self._bot.initialize)
        updates = self._updates(conversation, commands)
        async with asyncio.TaskGroup() as group:
            group.create_task(synchronise(self._bot, self._clock))
            if self._webhook:
                await self._persist(updates.resume)
                self._webhook.listen(updates.heard)
                await self._persist(self._hook)
                self._why = ""
            else:
                self._poller = self._asking(updates)
                self._why = ""
                await self._poller.run()

    def _updates(self, conversation: Conversation, commands: Commands) -> Updates:
        """Everybody who deals with something, now that it is known who the bot is."""
        me, account = self._bot.bot, str(self._bot.id)
        keys = Keys(account, self._settings.operators)
        members = Members(self._bot, self._clock)
        talk = Inbound(
            conversation,
            keys,
            self.outlet,
            self._clock,
            me=me,
            beside=self._lines.beside,
            rerun=self._settings.telegram.rerun_edits,
            members=members,
        )
        told = parts(
            commands,
            conversation,
            keys,
            members,
            self._sending,
            self._clock,
            me=me,
            beside=self._lines.beside,
        )
        moves = Moves(conversation, keys, self._sending.moved)

        def begun(message: Message, unnamed: bool) -> None:
            self.outlet.begun(keys.room(message), unnamed=unnamed)

        reactions = Reactions(conversation, keys)
        dispatch = Dispatch(talk, moves, members, told, reactions, begun, self._clock)
        return Updates(self._inbox, account, self._bot, dispatch.deal, self._lines, self._clock)

    def _asking(self, updates: Updates) -> Poller:
        """What asks for news; a webhook that is set would keep it from being told any."""
        poller = Poller(
            f"{self._bot.base_url}/getUpdates", updates.heard, self._unhook, self._clock, self._patience
        )
        metrics.listens(PLATFORM, lambda: poller.silence)
        return poller

    async def _hook(self) -> None:
        """Have Telegram call. Raises TelegramError."""
        secret = self._settings.telegram_webhook_secret
        await self._bot.set_webhook(
            self._settings.telegram_webhook_url,
            secret_token=secret.get_secret_value() if secret else None,
            allowed_updates=ALLOWED,
            max_connections=CONNECTIONS,
        )

    async def _unhook(self) -> None:
        """Have Telegram call nobody. What waits there is kept."""
        try:
            await self._bot.delete_webhook()
        except TelegramError as exc:
            log.warning("the webhook cannot be taken away yet", error=type(exc).__name__)

    async def _persist(self, ask: Callable[[], Awaitable[None]]) -> None:
        """Ask until it is done."""
        failures = 0
        while True:
            try:
                return await ask()
            except (TelegramError, StorageError, *UNREADABLE) as exc:
                failures += 1
                refused = isinstance(exc, InvalidToken | BadRequest)
                self._because(_why(exc))
                asked = fault(exc) if isinstance(exc, TelegramError) else None
                rest = self._patience.wait(failures, refused=refused)
                wait = asked.retry_after if isinstance(asked, SlowDown) else rest
                log.warning("Telegram cannot be asked", error=type(exc).__name__)
            await self._clock.sleep(wait)

    def _because(self, why: str) -> None:
        """What keeps it from hearing people is told once."""
        if why not in {self._why, COMING}:
            log.error(why)
        self._why = why

    def _over(self, staying: asyncio.Task[None]) -> None:
        """It ended by itself: the platform is off, and the rest of Parley goes on."""
        error = None if staying.cancelled() else staying.exception()
        if error is not None:
            self._why = STOPPED
            log.critical("an error that nothing handled", exc_info=error)


def _why(error: Exception) -> str:
    """What the operator should know about a failure."""
    match error:
        case InvalidToken():
            return UNKNOWN_BOT
        case BadRequest():
            return NOT_CALLED
    return COMING
