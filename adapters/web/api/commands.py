"""The command table over HTTP: what there is, completion, and running one."""

from base64 import b64encode
from collections.abc import Iterable
from itertools import groupby

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from adapters.web.api import reading, uploads
from adapters.web.api.entries import Json, picture_json
from adapters.web.api.exports import TAKES, Exports
from bot.commands import COMMANDS, Choice, Command, Commands, Invocation, Offer, Param, Reply
from bot.conversation.files.intake import Intake
from bot.governance.authorize import Act, authorize, for_members
from bot.governance.personas import PRESETS, Preset

SUGGESTED = 25
"""Choices that are shown while somebody types."""


class CommandApi:
    """Hands commands to their table: it knows them, checks their options, and who may run them."""

    def __init__(self, commands: Commands, intake: Intake) -> None:
        self._commands = commands
        self._intake = intake
        self.exports = Exports()

    async def table(self, _: Request) -> Response:
        """Every command with its options."""
        groups = groupby(COMMANDS, lambda command: command.path.partition("/")[0])
        return JSONResponse({"commands": [_group_json(name, list(group)) for name, group in groups]})

    async def personas(self, request: Request) -> Response:
        """The ready-made personas, and what each brings along."""
        authorize(reading.actor(request.query_params.get("as")), Act.SEE_PERSONA)
        return JSONResponse({"personas": [_preset_json(preset) for preset in PRESETS]})

    async def run(self, request: Request) -> Response:
        """Run a command: 200 with its reply, or 202 when an answer is on its way.

        Files go to the command's picture options in their order.
        """
        command = self._commands.find(request.path_params["path"])
        body = await uploads.read(request)
        name = request.path_params["room"]
        found = await self._intake.take(body.files, wide=command.wide)
        call = Invocation(
            actor=reading.actor(body.fields.get("as")),
            address=reading.address(name),
            options=reading.options(body.fields),
            takes=TAKES,
            pictures=found.pictures,
            documents=found.documents,
            event_id=reading.event_id(name, request.headers.get("idempotency-key"), body.fields),
        )
        reply = await self._commands.run(command.path, call)
        told = _reply_json(reply)
        if reply.export is not None:
            told["downloads"] = await self.exports.offered(reply.export)
        return JSONResponse(told, 200 if reply.run_id is None else 202)

    async def params(self, request: Request) -> Response:
        """The options that make sense beside those that are chosen: of a picture, what its model takes."""
        body = await uploads.read(request)
        path, key = request.path_params["path"], reading.room_key(request.path_params["room"])
        who, chosen = reading.actor(body.fields.get("as")), reading.options(body.fields)
        found = self._commands.params(path, who, key, chosen)
        return JSONResponse({"params": [_param_json(param) for param in found]})

    async def complete(self, request: Request) -> Response:
        """What an option may be, as far as it is typed, and what it is now."""
        asked = dict(request.query_params)
        reading.storable(asked)
        path, param = request.path_params["path"], asked.get("param", "")
        who, key = reading.actor(asked.get("as")), reading.room_key(request.path_params["room"])
        choices = await self._commands.complete(path, param, asked.get("typed", ""), who, key)
        current = await self._commands.current(path, param, who, key)
        return JSONResponse({"choices": _choices_json(choices[:SUGGESTED]), "current": current})


def _group_json(name: str, commands: list[Command]) -> Json:
    """A command, or a group of them with its subcommands."""
    if commands[0].path == name:
        return _command_json(name, commands[0]) | {"subcommands": []}
    subs = [_command_json(command.path.partition("/")[2], command) for command in commands]
    description = ", ".join(sub["name"] for sub in subs)
    return {
        "name": name,
        "description": description,
        "standing": "member",
        "params": [],
        "subcommands": subs,
    }


def _command_json(name: str, command: Command) -> Json:
    return {
        "name": name,
        "description": command.description,
        "standing": "member" if for_members(command.act) else "moderator",
        "params": [_param_json(param) for param in command.params],
    }


def _preset_json(preset: Preset) -> Json:
    brings = [f"the style {preset.style}"] if preset.style else []
    if preset.tools is not None:
        brings.append(f"the tools {', '.join(preset.tools)}" if preset.tools else "no tools")
    return {"name": preset.name, "about": preset.about, "brings": brings}


def _param_json(param: Param) -> Json:
    return {
        "name": param.name,
        "description": param.description,
        "kind": "choice" if param.choices else param.kind,
        "required": param.required,
        "choices": _choices_json(param.choices),
        "least": param.least,
        "most": param.most,
        "long": param.long,
        "complete": param.complete is not None,
        "current": param.current is not None,
        "depends": param.offered is not None,
    }


def _choices_json(choices: Iterable[Choice]) -> list[Json]:
    return [{"name": choice.name, "value": choice.value} for choice in choices]


def _offer_json(offer: Offer) -> Json:
    return {
        "label": offer.label,
        "path": offer.path,
        "options": dict(offer.options),
        "instead": offer.instead,
    }


def _reply_json(reply: Reply) -> Json:
    answer: Json = {
        "text": reply.text,
        "pictures": [picture_json(picture) for picture in reply.pictures],
        "private": reply.private,
        "actions": [{"verb": action.verb, "target": action.target} for action in reply.actions],
    }
    if reply.offers:
        answer["offers"] = [_offer_json(offer) for offer in reply.offers]
    if drawing := reply.drawing:
        answer["drawing"] = {"png": b64encode(drawing.data).decode(), "about": drawing.about}
    if reply.files:
        answer["files"] = [{"name": one.name, "text": one.text} for one in reply.files]
    if reply.run_id is not None:
        answer |= {"run_id": reply.run_id, "message_id": reply.message_id}
    return answer
