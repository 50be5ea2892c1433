"""The page's files, read once from the package: what is not among them does not exist."""

import hashlib
import html
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.errors import NotFound

TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "webmanifest": "application/manifest+json",
    "svg": "image/svg+xml",
    "png": "image/png",
    "ico": "image/x-icon",
    "woff2": "font/woff2",
    "txt": "text/plain; charset=utf-8",
}
"""What is served, by the ending of its name; a file of another kind is not."""

CSRF = "__CSRF__"
"""Stands in index.html where the session's CSRF token goes."""
DENIED = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Parley</title>
<h1>The link is missing its token</h1>
<p>Open the link that Parley printed when it started. It looks like
<code>http://127.0.0.1:8080/?token=…</code>.
<p>It is lost? The token is PARLEY_WEB_TOKEN, or else in the file <code>web-token</code> in PARLEY_DATA.
"""


@dataclass(frozen=True, slots=True)
class File:
    """One file, ready to be sent."""

    content: bytes = field(repr=False)
    media_type: str
    etag: str


class Page:
    """Serves the files beside this module, in `page/`."""

    def __init__(self, folder: Traversable | None = None) -> None:
        self._files = dict(_read(folder or files("adapters.web") / "page"))

    async def index(self, request: Request) -> Response:
        """The chat, with the session's CSRF token in it: never stored by anybody."""
        page = self.text("index.html")
        return HTMLResponse(page.replace(CSRF, html.escape(request.state.csrf)))

    async def file(self, request: Request) -> Response:
        """A file of the page. The browser asks each time whether it is still the same."""
        return self._answer(request, self._named(request.path_params["path"]))

    async def icon(self, request: Request) -> Response:
        """What browsers ask for by themselves."""
        return self._answer(request, self._files.get("favicon.ico") or self._named("favicon.svg"))

    def text(self, name: str) -> str:
        """A file of the page as text. Raises NotFound."""
        return self._named(name).content.decode()

    def denied(self) -> Response:
        """What a person without a session sees: what to do."""
        page = self._files.get("denied.html")
        return HTMLResponse(page.content if page else DENIED, 401)

    def _named(self, name: str) -> File:
        if name not in self._files:
            raise NotFound("There is no such file.")
        return self._files[name]

    def _answer(self, request: Request, file: File) -> Response:
        headers = {"etag": file.etag, "cache-control": "no-cache"}
        if request.headers.get("if-none-match") == file.etag:
            return Response(status_code=304, headers=headers)
        return Response(file.content, headers=headers | {"content-type": file.media_type})


def _read(folder: Traversable, path: str = "") -> list[tuple[str, File]]:
    """All files of a folder and of those in it, by their path."""
    found: list[tuple[str, File]] = []
    for item in folder.iterdir() if folder.is_dir() else ():
        if item.is_dir():
            found += _read(item, f"{path}{item.name}/")
        elif media_type := TYPES.get(item.name.rpartition(".")[2]):
            content = item.read_bytes()
            etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
            found.append((path + item.name, File(content, media_type, etag)))
    return found
