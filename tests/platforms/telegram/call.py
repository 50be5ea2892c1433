"""One request to the Bot API, whatever it was sent as."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.platforms.telegram.files import Upload
from tests.platforms.telegram.refusals import Json, bad

TEXTS = frozenset(
    [
        "text",
        "caption",
        "parse_mode",
        "callback_query_id",
        "url",
        "secret_token",
        "language_code",
        "description",
        "short_description",
        "name",
        "file_id",
        "action",
        "photo",
        "document",
        "media_file",
        "title",
        "inline_message_id",
        "business_connection_id",
        "message_effect_id",
        "ip_address",
    ]
)
"""Parameters that are never JSON."""


@dataclass(slots=True, eq=False)
class Call:
    """A method, what it was given, and when. `status` is what it was answered with, 0: not yet; `result` what
    was done."""

    method: str
    path: str = ""
    raw: Mapping[str, object] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    at: float = 0.0
    status: int = 0
    result: Any = None
    params: Json = field(init=False)

    def __post_init__(self) -> None:
        self.params = {name: _decoded(name, value) for name, value in self.raw.items()}

    def text(self, name: str) -> str:
        """A text, or nothing."""
        return str(self.params.get(name, ""))

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number. Raises Refused."""
        value = self.params.get(name, default)
        if not isinstance(value, int):
            raise bad(f"{name} must be of type Integer")
        return value

    def flag(self, name: str) -> bool:
        """Whether it is set."""
        return self.params.get(name) in (True, 1, "True")

    def structure(self, name: str) -> Any:
        """An object or a list; None when it is not given. Raises Refused."""
        value = self.params.get(name)
        if isinstance(value, str) and value:
            raise bad(f"can't parse {name} JSON object")
        return value

    def upload(self, name: str, value: object = None) -> Upload | str:
        """The file behind a parameter or an `attach://`; else what was given instead. Raises Refused."""
        given = str(value if value is not None else self.params.get(name, ""))
        part = given.removeprefix("attach://") if given.startswith("attach://") else name
        found = self.files.get(part)
        if found is not None and not found.data:
            raise bad("file must be non-empty")
        if found is None and not given:
            raise bad(f"there is no {name} in the request")
        return found or given


def _decoded(name: str, value: object) -> object:
    if name in TEXTS or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


async def read(request: web.Request, method: str, at: float) -> Call:
    """Take a request apart: a form, multipart with files, or JSON."""
    given: dict[str, object] = dict(request.query)
    files: dict[str, Upload] = {}
    if request.content_type == "application/json":
        given |= await request.json()
    else:
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = Upload(value.filename, value.file.read(), value.content_type)
            else:
                given[name] = value
    return Call(method, request.path, given, files, dict(request.headers), at)
