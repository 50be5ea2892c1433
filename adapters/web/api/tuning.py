"""The machine interface of tuning, for this machine's operator."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from adapters.web.api import reading, uploads
from adapters.web.api.entries import Json, time_json
from bot.conversation import Conversation
from bot.errors import BadOption
from bot.governance.authorize import Act
from bot.records import Tuning
from bot.tuning.checking import LARGEST
from bot.tuning.jobs import Tuners


class TuningApi:
    """Handlers translate and decide nothing."""

    def __init__(self, tuners: Tuners, conversation: Conversation) -> None:
        self._tuners = tuners
        self._conversation = conversation

    async def all(self, request: Request) -> Response:
        """Every tuning, the newest first."""
        self._may(request.query_params.get("as"))
        return JSONResponse({"tunings": [_json(one) for one in await self._tuners.all()]})

    async def start(self, request: Request) -> Response:
        """Begin one: `model`, perhaps `suffix`, and one or two files: to train and to validate with."""
        async with uploads.laid(request, LARGEST, self._tuners.folder) as body:
            self._may(body.fields.get("as"))
            model, suffix = (_text(body.fields, name) for name in ("model", "suffix"))
            if not 1 <= len(body.paths) <= 2:
                raise BadOption("Send one file to train with, and perhaps one to validate with.", "files")
            train, validation = body.paths[0], body.paths[1] if body.paths[1:] else b""
            return JSONResponse(_json(await self._tuners.start(model, train, validation, suffix)), 202)

    async def one(self, request: Request) -> Response:
        """Where one stands."""
        self._may(request.query_params.get("as"))
        return JSONResponse(_json(await self._tuners.one(_number(request))))

    async def events(self, request: Request) -> Response:
        """What its service tells of it, the oldest first."""
        self._may(request.query_params.get("as"))
        found = await self._tuners.events(_number(request))
        told = [{"id": e.id, "at": time_json(e.at), "level": e.level, "text": e.text} for e in found]
        return JSONResponse({"events": told})

    def _may(self, said: object) -> None:
        self._conversation.access.decide(reading.actor(said), Act.TUNE)

    async def cancel(self, request: Request) -> Response:
        """Have it stopped."""
        self._may((await uploads.read(request)).fields.get("as"))
        return JSONResponse(_json(await self._tuners.cancel(_number(request))))


def _number(request: Request) -> int:
    return reading.number("The tuning's number", request.path_params["id"])


def _text(fields: Any, name: str) -> str:
    value = fields.get(name, "")
    if not isinstance(value, str):
        raise BadOption(f'"{name}" is a text.', name)
    return value.strip()


def _json(tuning: Tuning) -> Json:
    return {
        "id": tuning.id,
        "model": tuning.of,
        "suffix": tuning.suffix,
        "status": tuning.status,
        "over": tuning.over,
        "job": tuning.job,
        "result": tuning.model,
        "created_at": time_json(tuning.created_at),
        "ended_at": time_json(tuning.ended_at),
    }
