"""The machine interface of rooms, messages and runs. Handlers translate and decide nothing."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from adapters.web.api import reading, uploads
from adapters.web.api.downloads import downloaded
from adapters.web.api.entries import entry_json
from adapters.web.api.runs import run_json
from adapters.web.outlet.changes import Changes
from adapters.web.outlet.events import Events
from adapters.web.outlet.outlet import WebOutlet
from bot.commands.buttons import press
from bot.conversation import Conversation
from bot.conversation.files.intake import Intake
from bot.errors import NotFound, UserError
from bot.messages import Action, Actor, ChannelKey, Incoming, PictureRef, Verb
from bot.ports import Pictures
from bot.records import Accepted, Room

FIRST_ROOM = "general"
IMAGE_TYPES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
MOST_ENTRIES = 500

Find = Callable[[str], Awaitable[PictureRef | None]]
"""A kept picture's record by its SHA-256."""


class Api:
    """The endpoints' common ground: the service, and what is on the screen."""

    def __init__(
        self,
        conversation: Conversation,
        outlet: WebOutlet,
        events: Events,
        pictures: Pictures,
        intake: Intake,
        find: Find,
        about: dict[str, object],
    ) -> None:
        self._conversation = conversation
        self._outlet = outlet
        self._events = events
        self._changes = Changes(conversation, outlet)
        self._pictures = pictures
        self._intake = intake
        self._find = find
        self._about = about

    async def me(self, request: Request) -> Response:
        """What the page needs to begin; `csrf` is empty for a Bearer."""
        return JSONResponse({"csrf": request.state.csrf, "as": ["member", "moderator"], **self._about})

    async def rooms(self, request: Request) -> Response:
        """The rooms that somebody has written in, and the first one always."""
        rooms = await self._conversation.rooms("web", _asking(request))
        listed = [_room_json(room) for room in rooms if not room.key.thread]
        if all(room["name"] != FIRST_ROOM for room in listed):
            listed.insert(0, {"name": FIRST_ROOM, "title": "", "last_at": None, "starts_after": 0})
        return JSONResponse({"rooms": listed})

    async def messages(self, request: Request) -> Response:
        """A page of a room, oldest first, and the cursor to open its events with: nothing falls between.

        `after` goes on from a message, `before` back from one; `more`: there may be another page that way.
        """
        key, who = _room(request), _asking(request)
        after = reading.number("after", request.query_params.get("after", 0))
        limit = reading.number("limit", request.query_params.get("limit", MOST_ENTRIES))
        limit = min(max(limit, 1), MOST_ENTRIES)
        given = request.query_params.get("before")
        before = None if given is None else reading.number("before", given)
        cursor = await self._conversation.last_change(key, who)
        entries = await self._conversation.entries(key, who, after=after, before=before, limit=limit)
        places = await self._changes.places(entries)
        room = await self._conversation.room(key, who)
        screens = self._outlet.screens(key)
        return JSONResponse(
            {
                "messages": [entry_json(e, screens, places.get(e.run_id or 0, 0)) for e in entries],
                "starts_after": room.starts_after if room else 0,
                "last_event_id": str(cursor),
                "more": len(entries) == limit,
            }
        )

    async def say(self, request: Request) -> Response:
        """Store a message and queue its answer: 202, whatever becomes of the answer.

        A text that begins with `/` is said as it is: commands have an address of their own.
        """
        body = await uploads.read(request)
        name = request.path_params["room"]
        found = await self._intake.take(body.files)
        said = Incoming(
            actor=reading.actor(body.fields.get("as")),
            text=reading.text(body.fields, empty=bool(body.files)),
            address=reading.address(name),
            event_id=reading.event_id(name, request.headers.get("idempotency-key"), body.fields),
            pictures=found.pictures,
            documents=found.documents,
        )
        return accepted(await self._conversation.accept(said))

    async def delete(self, request: Request) -> Response:
        """Wipe a message's words; a question takes its answer with it."""
        message_id = reading.number("The message's id", request.path_params["id"])
        await self._conversation.delete(message_id, _asking(request), _room(request))
        return JSONResponse({})

    async def events(self, request: Request) -> Response:
        """The room's events, from `Last-Event-ID` or `?after=` on, or from now."""
        given = request.headers.get("last-event-id") or request.query_params.get("after")
        after = None if given is None else reading.number("Last-Event-ID", given)
        key, who = _room(request), _asking(request)
        self._events.admit(key, who)
        stream = self._events.stream(key, after, who)
        return StreamingResponse(
            stream,
            media_type="text/event-stream",
            headers={"cache-control": "no-cache", "x-accel-buffering": "no"},
        )

    async def act(self, request: Request) -> Response:
        """A button: a verb and the run it stands under."""
        body = await uploads.read(request)
        name = request.path_params["room"]
        key, who = reading.room_key(name), reading.actor(body.fields.get("as"))
        target = reading.number("target", body.fields.get("target"))
        verb = body.fields.get("verb")
        if verb not in tuple(Verb):
            raise UserError(f'"verb" is one of: {", ".join(Verb)}.')
        if verb == Verb.STOP:
            return JSONResponse(await self._cancel(target, who, key))
        event_id = reading.event_id(name, request.headers.get("idempotency-key"), body.fields)
        done = await press(self._conversation, Action(Verb(str(verb)), target), who, key, event_id)
        return accepted(done) if done else JSONResponse({})

    async def run(self, request: Request) -> Response:
        """A run, its steps, and what it cost."""
        record = await self._conversation.inspect(_run_id(request), _asking(request))
        return JSONResponse(run_json(record))

    async def cancel(self, request: Request) -> Response:
        """Stop a run, or take it out of the queue."""
        fields = (await uploads.read(request)).fields if await request.body() else {}
        who = reading.actor(fields.get("as") or request.query_params.get("as"))
        return JSONResponse(await self._cancel(_run_id(request), who, None))

    async def media(self, request: Request) -> Response:
        """A picture's bytes. Its name is its content, so a browser never asks twice."""
        sha256 = request.path_params["sha256"]
        headers = {"cache-control": "private, max-age=31536000, immutable", "etag": f'"{sha256}"'}
        if request.headers.get("if-none-match") == headers["etag"]:
            return Response(status_code=304, headers=headers)
        ref = await self._find(sha256)
        if ref is None or ref.media_type not in IMAGE_TYPES:
            raise NotFound("There is no such picture.")
        return Response((await self._pictures.load(ref)).data, headers=headers, media_type=ref.media_type)

    async def made(self, request: Request) -> Response:
        """A file that an answer brings, to be kept and never shown: its words are a model's."""
        message = reading.number("The message's id", request.path_params["id"])
        place = reading.number("The file's place", request.path_params["place"])
        file = await self._conversation.made.file(_room(request), message, place, _asking(request))
        return downloaded(file)

    async def _cancel(self, run_id: int, who: Actor, key: ChannelKey | None) -> dict[str, object]:
        return {"id": run_id, "status": await self._conversation.cancel(run_id, who, key)}


def accepted(what: Accepted) -> Response:
    """202: stored, and its run is queued."""
    body = {"message_id": what.message_id, "run_id": what.run_id, "ahead": what.ahead}
    return JSONResponse(body, 202)


def _room_json(room: Room) -> dict[str, object]:
    return {
        "name": room.key.channel,
        "title": room.title,
        "last_at": room.last_at.isoformat(),
        "starts_after": room.starts_after,
    }


def _room(request: Request) -> ChannelKey:
    return reading.room_key(request.path_params["room"])


def _asking(request: Request) -> Actor:
    """Who asks, in requests without a body."""
    return reading.actor(request.query_params.get("as"))


def _run_id(request: Request) -> int:
    return reading.number("The run's id", request.path_params["id"])
