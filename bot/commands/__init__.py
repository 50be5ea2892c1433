"""One table of commands as data; each platform renders it natively and comes back through `Commands`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.commands import (
    access,
    audit,
    budget,
    extract,
    help,
    knowledge,
    memory,
    model,
    moderation,
    persona,
    persona_files,
    persona_history,
    personas,
    privacy,
    reminders,
    retention,
    room,
    runs,
    style,
    summarize,
    talk,
    title,
    tools,
    usage,
)
from bot.commands.base import Ask, Choice, Command, Invocation, Kind, Looking, Offer, Param, Reply
from bot.commands.offers import meant, shortened
from bot.commands.options import checked
from bot.conversation import Conversation
from bot.errors import NotFound
from bot.messages import Actor, ChannelKey
from bot.routes import Routes
from bot.settings import SpendLimits
from bot.tools import Toolbox

__all__ = [
    "COMMANDS",
    "GROUPS",
    "Choice",
    "Command",
    "Commands",
    "Invocation",
    "Kind",
    "Offer",
    "Param",
    "Reply",
]


COMMANDS: tuple[Command, ...] = (
    *talk.COMMANDS,
    *summarize.COMMANDS,
    *extract.COMMANDS,
    *persona.COMMANDS,
    *personas.COMMANDS,
    *persona_history.COMMANDS,
    *persona_files.COMMANDS,
    *style.COMMANDS,
    *model.COMMANDS,
    *tools.COMMANDS,
    *memory.COMMANDS,
    *knowledge.COMMANDS,
    *moderation.COMMANDS,
    *access.COMMANDS,
    *reminders.COMMANDS,
    *privacy.COMMANDS,
    *retention.COMMANDS,
    *room.COMMANDS,
    *title.COMMANDS,
    *usage.COMMANDS,
    *budget.COMMANDS,
    *runs.COMMANDS,
    *audit.COMMANDS,
    help.command(lambda: COMMANDS),
)

GROUPS: Mapping[str, str] = (
    persona.GROUPS
    | style.GROUPS
    | budget.GROUPS
    | model.GROUPS
    | tools.GROUPS
    | reminders.GROUPS
    | memory.GROUPS
    | knowledge.GROUPS
    | moderation.GROUPS
    | access.GROUPS
    | privacy.GROUPS
    | retention.GROUPS
)
"""What a group of commands is about, where a platform lists it as one."""


class Commands:
    """Runs the table's commands; every one passes `authorize` first."""

    def __init__(
        self, conversation: Conversation, routes: Routes, limits: SpendLimits, toolbox: Toolbox
    ) -> None:
        self._conversation = conversation
        self._routes = routes
        self._limits = limits
        self._toolbox = toolbox
        self._by_path = {command.path: command for command in COMMANDS}

    def find(self, path: str) -> Command:
        """The command of that path. Raises NotFound."""
        command = self._by_path.get(path)
        if command is None:
            below = [f"/{each.replace('/', ' ')}" for each in self._by_path if each.startswith(f"{path}/")]
            if below:
                raise NotFound(f"Say which one you mean: {', '.join(below)}.")
            raise NotFound(f"There is no command “/{path.replace('/', ' ')[:60]}”. /help lists them.")
        return command

    async def run(self, path: str, call: Invocation) -> Reply:
        """Do what somebody typed, pressed or filled in. Raises UserError."""
        command = self.find(path)
        async with self._conversation.audit.visit(f"{call.address.key.platform} command"):
            return await self._run(command, call)

    async def _run(self, command: Command, call: Invocation) -> Reply:
        self._conversation.access.decide(call.actor, command.act, call.address.key)
        given = await meant(call.options, self._conversation)
        options = checked(command, given, call.files)
        words = (str(options.get(param.name) or "") for param in command.params if param.kept)
        await self._conversation.moderation.admit(
            call.actor, call.address.key, "\n".join(filter(None, words))
        )
        reply = await command.do(Ask(self._looking(call.actor, call.address.key), call, options))
        return replace(reply, offers=await shortened(reply.offers, self._conversation))

    async def complete(
        self, path: str, param: str, typed: str, actor: Actor, key: ChannelKey
    ) -> Sequence[Choice]:
        """Values for an option while it is typed; nothing for who may not use the command."""
        command = self.find(path)
        self._conversation.access.may(actor, command.act, key)
        found = _param(command, param)
        if found.complete is None:
            return found.choices
        return await found.complete(self._looking(actor, key), typed)

    def params(
        self, path: str, actor: Actor, key: ChannelKey, options: Mapping[str, object]
    ) -> Sequence[Param]:
        """The options that are offered while `options` are chosen; a platform asks again when they change."""
        command = self.find(path)
        self._conversation.access.may(actor, command.act, key)
        looking = self._looking(actor, key)
        return [each for each in command.params if each.offered is None or each.offered(looking, options)]

    async def current(self, path: str, param: str, actor: Actor, key: ChannelKey) -> str:
        """An option's present value, for a window that edits it."""
        command = self.find(path)
        self._conversation.access.may(actor, command.act, key)
        found = _param(command, param)
        return await found.current(self._looking(actor, key)) if found.current else ""

    def _looking(self, actor: Actor, key: ChannelKey) -> Looking:
        return Looking(actor, key, self._conversation, self._routes, self._limits, self._toolbox)


def _param(command: Command, name: str) -> Param:
    """A command's parameter. Raises NotFound."""
    for param in command.params:
        if param.name == name:
            return param
    raise NotFound(f"{command.typed} has no option “{name[:40]}”.")
