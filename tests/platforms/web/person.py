"""Somebody at the web chat."""

import json
from base64 import b64decode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import httpx

from tests.platforms.people import DIRECT, NotOffered, Shown
from tests.platforms.web.rooms import Rooms
from tests.platforms.web.table import Offer, offer

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Form:
    """A command whose options are being filled in."""

    offer: Offer
    room: str
    options: dict[str, object]
    pictures: tuple[bytes | tuple[str, bytes, str], ...]


class Visitor:
    """Implements `Person` over HTTP, as a member or a moderator."""

    def __init__(self, http: httpx.AsyncClient, rooms: Rooms, name: str, standing: str) -> None:
        self.name = name
        self._http = http
        self._rooms = rooms
        self._as = f"{standing}:{name}"
        self._told: list[tuple[str, Shown]] = []
        self._form: Form | None = None
        self._offers: dict[str, tuple[str, dict[str, Json]]] = {}

    async def says(
        self,
        text: str,
        *,
        pictures: Sequence[bytes] = (),
        reply_to: Shown | None = None,
        room: str = "general",
        mention: bool = False,
        files: Sequence[tuple[str, bytes, str]] = (),
    ) -> Shown:
        """Send a message; it is on the screen when this returns."""
        if reply_to:
            raise NotOffered("nobody replies to a message in the web chat")
        where = await self._enter(room)
        said = await self._post(f"/api/rooms/{where}/messages", {"text": text}, pictures, files)
        if said.is_error:
            return self._tell(where, said)
        own = f"{said.json()['message_id']}.0"
        return await self._wait(room, lambda one: one.id == own)

    async def runs(
        self,
        command: str,
        *,
        room: str = "general",
        picture: bytes | tuple[str, bytes, str] | None = None,
        **options: object,
    ) -> None:
        """Run a command, or open its form when something required is missing."""
        where = await self._enter(room)
        found = offer(await self._table(), command)
        if picture is not None:
            found.check_picture()
        form = Form(found, where, found.values(options), () if picture is None else (picture,))
        if found.missing(form.options, len(form.pictures)):
            self._form = form
        else:
            await self._run(form)

    async def presses(self, label: str, on: Shown) -> None:
        """Press a button, under a message or under what this person alone was told."""
        if on.id in self._offers:
            await self._takes(label, on)
            return
        found = self._rooms.find(on.id)
        if found is None:
            raise NotOffered(f"{self.name} does not see that message")
        where, message = found
        if (button := message.buttons.get(label)) is None:
            raise NotOffered(f"no button {label!r} can be pressed there, only {message.shown.buttons}")
        if button.question:
            address = f"/api/rooms/{where}/messages/{button.target}"
            answer = await self._http.delete(address, params={"as": self._as})
        else:
            body = {"verb": button.verb, "target": button.target}
            answer = await self._post(f"/api/rooms/{where}/actions", body)
        if answer.is_error:
            self._tell(where, answer)

    async def _takes(self, label: str, on: Shown) -> None:
        """Press a button that gives a command; the page puts its result in place of this one, or below."""
        room, found = self._offers[on.id]
        if (offer := found.get(label)) is None:
            raise NotOffered(f"no button {label!r} can be pressed there, only {on.buttons}")
        address = f"/api/rooms/{room}/commands/{offer['path']}"
        answer = await self._post(address, {"options": offer["options"]})
        self._tell(room, answer, None if answer.is_error or not offer["instead"] else on.id)

    async def reacts(self, *signs: str, on: Shown) -> None:
        """Press a thumb under an answer, or the pressed one once more."""
        found = self._rooms.find(on.id)
        if found is None or len(signs) > 1:
            raise NotOffered(f"{self.name} cannot put {signs} there")
        where, message = found
        value = sum({"👍": 1, "👎": -1}[sign] for sign in signs)
        number = message.shown.id.partition(".")[0]
        body = {"value": value, "as": self._as}
        answer = await self._http.put(f"/api/rooms/{where}/messages/{number}/rating", json=body)
        if answer.is_error:
            self._tell(where, answer)

    async def completes(self, command: str, option: str, typed: str, *, room: str = "general") -> list[str]:
        """Type into an option; the names of what is then offered, none to whom the command is not allowed."""
        found = offer(await self._table(), command)
        if not found.param(option)["complete"]:
            raise NotOffered(f"{command} completes no {option!r}")
        asked = {"param": option, "typed": typed, "as": self._as}
        answer = await self._http.get(f"/api/rooms/{self._named(room)}/complete/{found.path}", params=asked)
        return [] if answer.is_error else [choice["name"] for choice in answer.json()["choices"]]

    async def fills(self, **fields: str) -> None:
        """Fill in the open form and send it; what it lacks still keeps it open."""
        if self._form is None:
            raise NotOffered(f"no form is open for {self.name}")
        form = self._form
        options = {**form.options, **form.offer.values(fields)}
        if form.offer.missing(options, len(form.pictures)):
            raise NotOffered(f"/{form.offer.path} needs more than {sorted(options)}")
        self._form = None
        await self._run(Form(form.offer, form.room, options, form.pictures))

    async def sees(self, wanted: str, *, room: str = "general") -> Shown:
        """Wait until a message that this person can see contains the text; the newest one that does."""
        await self._enter(room)
        return await self._wait(room, lambda one: wanted in one.text)

    async def sees_final(self, wanted: str, *, room: str = "general") -> Shown:
        """The same, and it is no more being written."""
        await self._enter(room)
        return await self._wait(room, lambda one: wanted in one.text and one.final)

    def screen(self, room: str = "general") -> list[Shown]:
        """What this person sees now, oldest first; what they alone were told comes last."""
        name = self._named(room)
        told = [shown for where, shown in self._told if where == name]
        return [one.shown for one in self._rooms.messages(name)] + told

    def _named(self, room: str) -> str:
        return f"with-{self.name}" if room == DIRECT else room

    async def _enter(self, room: str) -> str:
        return (await self._rooms.enter(self._named(room))).name

    async def _wait(self, room: str, fits: Callable[[Shown], bool]) -> Shown:
        def found() -> Shown | None:
            return next((one for one in reversed(self.screen(room)) if fits(one)), None)

        return await self._rooms.news.until(found, lambda: self.screen(room))

    async def _table(self) -> list[Json]:
        table: list[Json] = (await self._http.get("/api/commands")).raise_for_status().json()["commands"]
        return table

    async def _run(self, form: Form) -> None:
        """Give a command: it queues a run, or its reply is shown."""
        address = f"/api/rooms/{form.room}/commands/{form.offer.path}"
        pictures = [one for one in form.pictures if isinstance(one, bytes)]
        others = [one for one in form.pictures if not isinstance(one, bytes)]
        answer = await self._post(address, {"options": form.options}, pictures, others)
        if answer.is_error or answer.json()["text"]:
            self._tell(form.room, answer)
        for offered in answer.json().get("downloads", ()):
            file = (await self._http.get(offered["url"])).raise_for_status()
            where, shown = self._told[-1]
            given = (*shown.files, (offered["name"], file.content))
            self._told[-1] = (where, replace(shown, files=given))

    async def _post(
        self,
        address: str,
        body: Json,
        pictures: Sequence[bytes] = (),
        others: Sequence[tuple[str, bytes, str]] = (),
    ) -> httpx.Response:
        body = {**body, "as": self._as}
        if not (pictures or others):
            return await self._http.post(address, json=body)
        fields = {name: one if isinstance(one, str) else json.dumps(one) for name, one in body.items()}
        files = [("files", (f"picture{n}.png", data, "image/png")) for n, data in enumerate(pictures)]
        files += [("files", one) for one in others]
        return await self._http.post(address, data=fields, files=files)

    def _tell(self, room: str, answer: httpx.Response, instead: str | None = None) -> Shown:
        """What only this person is told: a reply, perhaps `instead` of another, or why there is none."""
        body = answer.json()
        text = body["error"]["message"] if answer.is_error else body["text"]
        drawn = [b64decode(body["drawing"]["png"])] if "drawing" in body else []
        brought = tuple((file["name"], file["text"].encode()) for file in body.get("files", ()))
        offers = {offer["label"]: offer for offer in body.get("offers", ())}
        name = instead or f"told.{len(self._told)}"
        shown = Shown(name, "Parley", text, tuple(drawn), tuple(offers), private=True, files=brought)
        if instead:
            self._told = [(where, shown if one.id == instead else one) for where, one in self._told]
        else:
            self._told.append((room, shown))
        self._offers[name] = room, offers
        self._rooms.news.tell()
        return shown
