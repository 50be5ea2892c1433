"""The command table over HTTP: what there is, completion, and running one."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from adapters.web import reading, uploads
from adapters.web.entries import Json, picture_json
from adapters.web.needs import Command, Commands, Conversation, Invocation, Param, Reply
from bot.errors import NotFound
from bot.ports import Pictures


class CommandApi:
    """Hands commands to their table: it knows them, checks their options, and who may run them."""

    def __init__(self, conversation: Conversation, commands: Commands, pictures: Pictures) -> None:
        self._conversation = conversation
        self._commands = commands
        self._pictures = pictures

    async def table(self, _: Request) -> Response:
        """Every command with its options."""
        return JSONResponse({"commands": [_command_json(command) for command in self._commands.table]})

    async def run(self, request: Request) -> Response:
        """Run a command: 200 with its reply, or 202 when an answer is on its way.

        Files go to the command's picture options in their order.
        """
        body = await uploads.read(request)
        name = request.path_params["room"]
        call = Invocation(
            actor=reading.actor(body.fields.get("as")),
            address=reading.address(name),
            options=reading.options(body.fields),
            pictures=tuple([await self._pictures.keep(data) for data in body.files]),
            event_id=reading.event_id(name, request.headers.get("idempotency-key"), body.fields),
        )
        reply = await self._commands.run(self._path(request), call)
        answer = _reply_json(reply)
        if reply.run_id is None:
            return JSONResponse(answer)
        run = (await self._conversation.run(reply.run_id, call.actor, call.address.key)).run
        return JSONResponse(answer | {"run_id": run.id, "message_id": run.question_id}, 202)

    async def complete(self, request: Request) -> Response:
        """What an option may be, as far as it is typed."""
        asked = request.query_params
        reading.storable(dict(asked))
        choices = await self._commands.complete(
            self._path(request),
            asked.get("param", ""),
            asked.get("typed", ""),
            reading.actor(asked.get("as")),
            reading.room_key(request.path_params["room"]),
        )
        return JSONResponse({"choices": [{"name": choice.name, "value": choice.value} for choice in choices]})

    def _path(self, request: Request) -> str:
        """`persona/set`. Raises NotFound for what is not in the table."""
        path: str = request.path_params["path"]
        name, _, sub = path.partition("/")
        for command in self._commands.table:
            names = {sub.name for sub in command.subcommands} or {""}
            if command.name == name and sub in names and path.strip("/") == path:
                return path
        raise NotFound("There is no such command. /help lists them.")


def _command_json(command: Command) -> Json:
    return {
        "name": command.name,
        "description": command.description,
        "params": [_param_json(param) for param in command.params],
        "subcommands": [_command_json(sub) for sub in command.subcommands],
    }


def _param_json(param: Param) -> Json:
    return {
        "name": param.name,
        "description": param.description,
        "kind": param.kind,
        "required": param.required,
        "choices": [{"name": choice.name, "value": choice.value} for choice in param.choices],
        "complete": bool(param.complete),
        "long": param.long,
    }


def _reply_json(reply: Reply) -> Json:
    return {
        "text": reply.text,
        "pictures": [picture_json(picture) for picture in reply.pictures],
        "private": reply.private,
        "actions": [{"verb": action.verb, "target": action.target} for action in reply.actions],
    }
