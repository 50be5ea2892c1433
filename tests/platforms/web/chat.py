"""The web chat of a running Parley, and whoever opens it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from tests.platforms.web.person import Visitor
from tests.platforms.web.rooms import Rooms
from tests.process import PLAIN

PATIENCE = 60.0


class Web:
    """Everybody at one web chat; its room `general` is watched from the start."""

    def __init__(self, http: httpx.AsyncClient, rooms: Rooms) -> None:
        self._http = http
        self._rooms = rooms

    def member(self, name: str) -> Visitor:
        """Somebody."""
        return Visitor(self._http, self._rooms, name, "member")

    def moderator(self, name: str) -> Visitor:
        """Somebody who looks after the rooms."""
        return Visitor(self._http, self._rooms, name, "moderator")

    def told(self, room: str) -> str:
        """All that the page was ever told of a room."""
        return self._rooms.told(room)

    async def title(self, room: str) -> str:
        """What a room is called; nothing when it is called as its address."""
        rooms = (await self._http.get("/api/rooms")).raise_for_status().json()["rooms"]
        return next((str(one["title"]) for one in rooms if one["name"] == room), "")


@asynccontextmanager
async def web_chat(url: str, token: str) -> AsyncIterator[Web]:
    """The web chat at an address, whose token everybody here has."""
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=PATIENCE, verify=PLAIN) as http:
        rooms = Rooms(http)
        try:
            await rooms.enter("general")
            yield Web(http, rooms)
        finally:
            await rooms.close()
