"""Attached files, at addresses that expire."""

import time

from aiohttp import web

from tests.platforms.discord.payloads import signature
from tests.platforms.discord.world import World


class Shelf:
    """Hands out files to those whose address is signed and has not expired."""

    def __init__(self, world: World) -> None:
        self.asked: list[str] = []
        self._world = world

    async def meet(self, request: web.Request) -> web.StreamResponse:
        """Serve a file, or say what Discord says of an address that has expired."""
        path = request.path.removeprefix("/cdn/")
        self.asked.append(path)
        until, since = request.query.get("ex", ""), request.query.get("is", "")
        file = self._world.uploads.get(int(request.match_info["upload"]))
        good = request.query.get("hm") == signature(path, until, since) and int(until, 16) > time.time()
        if file is None or not good:
            return web.Response(status=404, text="This content is no longer available.")
        return web.Response(body=file.data, content_type=file.kind.partition(";")[0])
