"""Rooms as everybody sees them: their events say when to look again, their messages what there is."""

import asyncio
from collections.abc import Sequence

import httpx

from tests.platforms.discord.transcript import News
from tests.platforms.web.screen import Seen, seen


class Room:
    """One room, watched until it is closed."""

    def __init__(self, http: httpx.AsyncClient, name: str, news: News) -> None:
        self.name = name
        self.messages: Sequence[Seen] = ()
        self.told: list[str] = []
        self._http = http
        self._news = news
        self._pictures: dict[str, bytes] = {}
        self._open = asyncio.Event()
        self._watching = asyncio.create_task(self._watch())

    async def opened(self) -> None:
        """Wait until it is watched: whatever happens from here on is seen. Raises what went wrong instead."""
        opening = asyncio.create_task(self._open.wait())
        await asyncio.wait((opening, self._watching), return_when=asyncio.FIRST_COMPLETED)
        opening.cancel()
        if self._watching.done():
            self._watching.result()

    async def close(self) -> None:
        """Watch it no more."""
        self._watching.cancel()
        await asyncio.gather(self._watching, return_exceptions=True)

    async def _watch(self) -> None:
        """Look at first, and whenever something has happened."""
        async with self._http.stream("GET", f"/api/rooms/{self.name}/events", timeout=None) as answer:
            answer.raise_for_status()
            async for line in answer.aiter_lines():
                self.told.append(line)
                if line.startswith(("retry: ", "data: ")):
                    await self._look()

    async def _look(self) -> None:
        answer = await self._http.get(f"/api/rooms/{self.name}/messages")
        entries = answer.raise_for_status().json()["messages"]
        self.told.append(answer.text)
        self.messages = [one for entry in entries for one in await seen(entry, self._fetch)]
        self._open.set()
        self._news.tell()

    async def _fetch(self, address: str) -> bytes:
        if address not in self._pictures:
            self._pictures[address] = (await self._http.get(address)).raise_for_status().content
        return self._pictures[address]


class Rooms:
    """All that somebody looks at."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.news = News()
        self._http = http
        self._watched: dict[str, Room] = {}

    async def enter(self, name: str) -> Room:
        """A room, watched from now on."""
        if name not in self._watched:
            self._watched[name] = Room(self._http, name, self.news)
        room = self._watched[name]
        await room.opened()
        return room

    def messages(self, name: str) -> Sequence[Seen]:
        """What is shown there; nothing in a room that nobody has entered."""
        return self._watched[name].messages if name in self._watched else ()

    def told(self, name: str) -> str:
        """All that the page was ever told of a room."""
        return "\n".join(self._watched[name].told)

    def find(self, message_id: str) -> tuple[str, Seen] | None:
        """A message that is shown somewhere, and its room."""
        found = (
            (room.name, one)
            for room in self._watched.values()
            for one in room.messages
            if one.shown.id == message_id
        )
        return next(found, None)

    async def close(self) -> None:
        """Watch nothing any more."""
        for room in self._watched.values():
            await room.close()
