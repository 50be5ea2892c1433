"""The Bot API over HTTP, its transcript, its faults, and the people."""

from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from tests.platforms.telegram.asking import ASKING
from tests.platforms.telegram.call import Call, read
from tests.platforms.telegram.chats import TELEGRAM, Chat, Message
from tests.platforms.telegram.clock import Clock
from tests.platforms.telegram.content import text_of
from tests.platforms.telegram.editing import EDITING
from tests.platforms.telegram.faults import Fault
from tests.platforms.telegram.files import MEGABYTE
from tests.platforms.telegram.pace import Pace
from tests.platforms.telegram.person import Person
from tests.platforms.telegram.refusals import Json, Refused, bad
from tests.platforms.telegram.sending import SENDING, Method
from tests.platforms.telegram.spec import complaints, exists
from tests.platforms.telegram.topics import TOPICS
from tests.platforms.telegram.webhook import webhook
from tests.platforms.telegram.world import GENERAL, World

METHODS: dict[str, Method] = {**SENDING, **EDITING, **ASKING, **TOPICS}
FILES = "file"
"""The name of a download where faults are told."""
ANY = "*"
REAL = Pace()


class Telegram(World):
    """A Bot API server. `url` is the value of TELEGRAM_API_BASE; `broken` must be empty when it closes."""

    def __init__(self, clock: Clock, pace: Pace | None, webhook_delay: float) -> None:
        super().__init__(clock, pace, webhook_delay)
        self.url = ""
        self.requests: list[Call] = []
        self._answered: defaultdict[str, list[Call]] = defaultdict(list)
        self._next: dict[str, deque[Fault]] = {}
        self._always: dict[str, Fault] = {}

    # what a test says

    def will(self, method: str, *faults: Fault) -> None:
        """What the next calls of a method meet, one for each; "*": of any, "file": downloads."""
        self._next.setdefault(method, deque()).extend(faults)

    def always(self, method: str, fault: Fault | None) -> None:
        """What every call of a method meets from now on; None: nothing any more."""
        self._always.pop(method, None)
        if fault is not None:
            self._always[method] = fault

    def asked(self, method: str) -> list[Call]:
        """Every call of a method so far."""
        return [call for call in self.requests if call.method == method]

    async def was_asked(self, method: str, count: int = 1) -> Call:
        """Wait until a method has been called and answered so many times: the last of these calls."""
        answered = self._answered[method]
        await self.clock.until(lambda: len(answered) >= count)
        return answered[count - 1]

    def forgive(self, words: str) -> None:
        """Take out what a test has broken on purpose. Raises AssertionError when it has not."""
        if not any(words in one for one in self.broken):
            raise AssertionError(f"nothing that broke says {words!r}: {self.broken}")
        self.broken = [one for one in self.broken if words not in one]

    def member(self, name: str, *, number: int = 0, language: str = "en", channel: str = "") -> Person:
        """Somebody who is in every group; `channel`: who writes there as that channel."""
        face = self.channel(channel) if channel else None
        return self._person(name, "member", number=number, language=language, face=face)

    def administrator(self, name: str, *, anonymous: bool = False) -> Person:
        """Somebody who leads every group; `anonymous`: who writes there in its name."""
        return self._person(name, "administrator", anonymous=anonymous)

    def another_bot(self, name: str) -> Person:
        """A bot of somebody else, in every group."""
        return self._person(name, "member", is_bot=True)

    def _person(
        self, name: str, role: str, *, anonymous: bool = False, face: Chat | None = None, **more: Any
    ) -> Person:
        user = self.user(name, **more)
        for chat in self.chats.values():
            if chat.group:
                chat.roles[user.id] = role
        return Person(self, user, role, anonymous=anonymous, channel=face)

    def posts(self, channel: str, text: str, *, room: str = GENERAL) -> Message:
        """A channel's post, forwarded into the group that belongs to it."""
        source, place, date = self.channel(channel), self.rooms[room], int(self.clock.now())
        origin = {"type": "channel", "chat": source.json(), "message_id": 1, "date": date}
        fields = {"sender_chat": source.json(), "forward_origin": origin, "is_automatic_forward": True}
        message = self.write(place, TELEGRAM, fields | text_of(text))
        self.tell(message)
        return message

    def chat(self, room: str = GENERAL) -> Chat:
        """A group by its name."""
        return self.rooms[room].chat

    # what the bot asks

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer `/bot<token>/<method>`."""
        call = await read(request, request.match_info["method"], self.clock.now())
        self.requests.append(call)
        self.clock.beat()
        fault = self._fault(call.method)

        async def perform() -> web.StreamResponse:
            call.result = await self._perform(request, call)
            return web.json_response({"ok": True, "result": call.result})

        try:
            answer = await (fault(request, perform) if fault else perform())
        except Refused as refused:
            if fault:
                self._remember_wait(call, refused)
            answer = web.json_response(refused.body(), status=refused.code)
        return self._done(call, answer)

    async def serve_file(self, request: web.Request) -> web.StreamResponse:
        """Answer `/file/bot<token>/<path>`."""
        call = Call(FILES, request.path, headers=dict(request.headers), at=self.clock.now())
        self.requests.append(call)
        data = self.files.at(request.match_info["path"])

        async def found() -> web.StreamResponse:
            if data is None or request.match_info["token"] != self.token:
                raise Refused(404, "Not Found")
            return web.Response(body=data)

        try:
            fault = self._fault(FILES)
            answer = await (fault(request, found) if fault else found())
        except Refused as refused:
            answer = web.json_response(refused.body(), status=refused.code)
        return self._done(call, answer)

    def _done(self, call: Call, answer: web.StreamResponse) -> web.StreamResponse:
        call.status = answer.status
        self._answered[call.method].append(call)
        self.clock.beat()
        return answer

    def _fault(self, method: str) -> Fault | None:
        for name in (method, ANY):
            if self._next.get(name):
                return self._next[name].popleft()
            if name in self._always:
                return self._always[name]
        return None

    async def _perform(self, request: web.Request, call: Call) -> Any:
        token = request.match_info["token"]
        if token != self.token:
            raise Refused(401, "Unauthorized") if ":" in token else Refused(404, "Not Found")
        self._check(call)
        match call.method:
            case "getUpdates":
                asked = (call.integer("offset"), call.integer("limit", 100), float(call.integer("timeout")))
                return await self.updates.fetch(*asked, call.structure("allowed_updates"))
            case "setWebhook" | "deleteWebhook":
                return self._set_webhook(call)
            case "getWebhookInfo":
                return self._webhook_info()
            case "logOut" | "close":
                return True
            case method:
                return METHODS[method](self, call)

    def _check(self, call: Call) -> None:
        """Raise Refused when the Bot API, or this server, has no such method or parameter."""
        if not exists(call.method) or (call.method not in METHODS and call.method not in DIRECT):
            self.break_rule(f"{call.method}: no such method")
            raise Refused(404, "Not Found")
        if found := list(complaints(call.method, call.raw, frozenset(call.files))):
            for complaint in found:
                self.break_rule(f"{call.method}: {complaint}")
            raise bad(found[0])

    def _set_webhook(self, call: Call) -> bool:
        self.updates.choose(call.structure("allowed_updates"))
        if call.flag("drop_pending_updates"):
            self.updates.clear()
        if call.method == "deleteWebhook" or not call.text("url"):
            self.deliverer.remove()
        else:
            most = call.integer("max_connections", 40)
            self.deliverer.set(webhook(call.text("url"), call.text("secret_token"), most))
        return True

    def _webhook_info(self) -> Json:
        waiting, found = len(self.updates.waiting), self.deliverer.webhook
        if found is None:
            return {"url": "", "has_custom_certificate": False, "pending_update_count": waiting}
        return found.info(waiting, self.updates.allowed)

    def _remember_wait(self, call: Call, refused: Refused) -> None:
        seconds = refused.parameters.get("retry_after")
        chat = call.params.get("chat_id")
        if seconds and isinstance(chat, int):
            self.meter.told(chat, self.clock.now(), seconds)

    def finish(self) -> None:
        """Raise AssertionError when the bot broke something, or left somebody's button without an answer."""
        left = [pressed for pressed in self.callbacks.values() if not pressed.answered]
        unanswered = [f"{one.user.name} pressed {one.label} and never had an answer" for one in left]
        if broken := self.broken + unanswered:
            raise AssertionError("\n".join(broken))


DIRECT = frozenset({"getUpdates", "setWebhook", "deleteWebhook", "getWebhookInfo", "logOut", "close"})


@asynccontextmanager
async def serving(
    *, clock: Clock | None = None, pace: Pace | None = REAL, webhook_delay: float = 1.0, port: int = 0
) -> AsyncIterator[Telegram]:
    """A Telegram of one's own, on any free port; without a pace the bot may speak as fast as it likes."""
    telegram = Telegram(clock or Clock(), pace, webhook_delay)
    app = web.Application(client_max_size=100 * MEGABYTE)
    app.router.add_route("*", "/file/bot{token}/{path:.+}", telegram.serve_file)
    app.router.add_route("*", "/bot{token}/{method}", telegram.serve)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port, backlog=4096)
    await site.start()
    telegram.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield telegram
    finally:
        await telegram.deliverer.close()
        await runner.cleanup()
    telegram.finish()
