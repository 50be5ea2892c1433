"""The door to Discord's REST: who may enter, how often, with what; and what goes wrong on purpose."""

import asyncio
import json
import mimetypes
import re
from typing import Any

from aiohttp import BodyPartReader, web

from tests.platforms.discord import accounts, callbacks, channels, spec
from tests.platforms.discord.core import Core
from tests.platforms.discord.faults import Fault, Way
from tests.platforms.discord.gateway import reset
from tests.platforms.discord.limits import Sliding, Window
from tests.platforms.discord.posting import Files
from tests.platforms.discord.refusals import Refused, invalid
from tests.platforms.discord.routing import Call, Route, route
from tests.platforms.discord.transcript import Asked

HANDLERS = (accounts, channels, callbacks)
"""Imported for their routes."""
MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token")
HEADERS = {"Via": "1.1 google"}
"""Discord's own answers have come through its proxy; Cloudflare's have not."""


class Limited(Exception):
    """Too many requests."""

    def __init__(self, after: float, scope: str, headers: dict[str, str]) -> None:
        self.after = after
        self.scope = scope
        self.headers = headers
        super().__init__(scope)

    def answer(self) -> web.Response:
        said = {"message": "You are being rate limited.", "retry_after": round(self.after, 3)}
        said["global"] = self.scope == "global"
        headers = self.headers | {"Retry-After": str(int(self.after) + 1), "X-RateLimit-Scope": self.scope}
        if self.scope == "global":
            headers["X-RateLimit-Global"] = "true"
        return answer(429, said, headers)


def answer(status: int, said: Any, headers: dict[str, str] | None = None) -> web.Response:
    """As Discord sends it: JSON is `application/json` exactly, a page is a page."""
    if said is None:
        return web.Response(status=status, headers=HEADERS | (headers or {}))
    if isinstance(said, str):
        return web.Response(status=status, text=said, content_type="text/html", headers=headers)
    body = json.dumps(said, separators=(",", ":")).encode()
    return web.Response(
        status=status, body=body, headers=HEADERS | {"Content-Type": "application/json"} | (headers or {})
    )


class Door:
    """Every request goes through `meet`."""

    def __init__(self, core: Core, root: str) -> None:
        self._core = core
        self._root = root
        self._windows: dict[tuple[str, ...], Window] = {}
        self._global = Sliding(core.limits.per_second, 1.0)
        self._invalid = Sliding(core.limits.invalid, 600.0)

    async def meet(self, request: web.Request) -> web.StreamResponse:
        """Read a request, let it meet its fate, and keep what was asked and answered."""
        path = request.path.removeprefix(self._root)
        found = route.find(request.method, path)
        body, files, problem = await read(request)
        template = found[0].path if found else path
        uploads = tuple(data for _, data, _ in files.parts.values())
        asked = Asked(
            request.method, path, template, dict(request.query), dict(request.headers), body, uploads
        )
        self._core.transcript.add(asked)
        fault = self._core.faults.next(request.method, path)
        if fault.gate:
            await fault.gate.pass_through()
        response = (
            None
            if fault.way is not Way.PASSES and not fault.after
            else self._serve(found, asked, files, problem)
        )
        if fault.way is not Way.PASSES:
            response = await self._suffer(fault, request)
        assert response is not None
        asked.status = response.status
        self._core.news.tell()
        return response

    async def _suffer(self, fault: Fault, request: web.Request) -> web.Response:
        if fault.way is Way.HANGS:
            await asyncio.Event().wait()
        if fault.way is Way.RESETS:
            reset(request)
            raise asyncio.CancelledError
        return answer(fault.status, fault.body, fault.headers)

    def _serve(
        self, found: tuple[Route, dict[str, str]] | None, asked: Asked, files: Files, problem: Refused | None
    ) -> web.Response:
        what = f"{asked.method} {asked.path}"
        headers: dict[str, str] = {}
        try:
            if found is None:
                return self._refused(404, {"message": "404: Not Found", "code": 0})
            headers |= self._admit(found[0], found[1], asked)
            return self._handle(*found, asked, files, problem, headers)
        except Limited as limited:
            self._core.transcript.breach(f"{what}: too often ({limited.scope})")
            return self._count(limited.answer())
        except Refused as refused:
            if refused.broken:
                self._core.transcript.breach(f"{what}: {refused.said}")
            return self._refused(refused.status, refused.body(), headers)
        except (LookupError, TypeError, ValueError, AttributeError) as bug:
            self._core.transcript.breach(f"{what}: this server itself failed: {bug!r}")
            raise

    def _handle(
        self, one: Route, params: dict[str, str], asked: Asked, files: Files, problem: Refused | None,
        headers: dict[str, str],
    ) -> web.Response:  # fmt: skip
        if problem:
            raise problem
        if wrong := spec.problem(asked.method, one.path, asked.body):
            raise invalid("body", wrong)
        said = one.handler(Call(self._core, params, asked.query, asked.body, files))
        return answer(204 if said is None else 200, said, headers)

    def _admit(self, one: Route, params: dict[str, str], asked: Asked) -> dict[str, str]:
        """The headers of the bucket that a request used. Raises Refused, Limited."""
        if not one.open and asked.headers.get("Authorization") != f"Bot {self._core.token}":
            raise Refused(401)
        now = self._core.limits.clock()
        if not one.exempt and not self._global.take(now):
            raise Limited(self._global.frees(now), "global", {})
        bucket = self._core.limits.bucket(f"{one.method} {one.path}")
        if bucket is None:
            return {}
        key = (bucket.name, *(params[name] for name in MAJOR if name in params))
        window = self._windows.setdefault(key, Window(bucket))
        taken = window.take(now)
        headers = window.headers(now)
        if not taken:
            raise Limited(float(headers["X-RateLimit-Reset-After"]), "user", headers)
        return headers

    def _refused(self, status: int, said: Any, headers: dict[str, str] | None = None) -> web.Response:
        return self._count(answer(status, said, headers))

    def _count(self, response: web.Response) -> web.Response:
        """Cloudflare counts what a bot may not; one that goes on and on is shut out."""
        if response.status not in (401, 403, 429):
            return response
        self._core.transcript.invalid += 1
        if self._invalid.take(self._core.limits.clock()):
            return response
        self._core.transcript.breach("more invalid requests in ten minutes than Cloudflare takes")
        return answer(429, "<html>error code: 1015</html>", {"Retry-After": "600"})


async def read(request: web.Request) -> tuple[Any, Files, Refused | None]:
    """A request's JSON and files; what is wrong with it as a form."""
    files: dict[int, tuple[str, bytes, str]] = {}
    if not request.body_exists:
        return {}, Files(files), None
    if not request.content_type.startswith("multipart/"):
        raw = await request.read()
        if request.content_type != "application/json":
            return {}, Files(files), invalid("Content-Type", "must be application/json") if raw else None
        body, problem = _parsed(raw)
        return body, Files(files), problem
    body, problem = {}, None
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        data = bytes(await part.read())
        number = re.fullmatch(r"files?\[(\d+)\]", part.name or "")
        if part.name == "payload_json":
            body, problem = _parsed(data)
        elif number:
            name = part.filename or "file"
            files[int(number[1])] = (name, data, mimetypes.guess_type(name)[0] or "application/octet-stream")
    return body, Files(files), problem


def _parsed(raw: bytes) -> tuple[Any, Refused | None]:
    if not raw:
        return {}, None
    try:
        return json.loads(raw), None
    except ValueError:
        return {}, Refused(50109, broken=True)
