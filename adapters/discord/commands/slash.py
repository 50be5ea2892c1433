"""Slash commands: what somebody gave, run as the command that the table has."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from adapters.discord.commands.modals import command_of, filled, window
from adapters.discord.commands.registered import PRIVATE, SUBCOMMAND, TALK, window_opens
from adapters.discord.commands.replies import Asked, Replies
from adapters.discord.keys import DIRECT, THREADS
from adapters.discord.outlet.exports import TAKES
from adapters.discord.talk.files import DiscordFiles
from bot.commands import COMMANDS, Commands, Invocation, Kind, Offer, Param, Reply
from bot.conversation import Conversation
from bot.governance.authorize import Act
from bot.messages import Attachment

GROUP: Final = 2
CHANNEL: Final = 7
FILE: Final = 11
"""Discord's type of an option that is a file."""

PUBLIC: Final = frozenset({Act.CHAT, Act.IMAGINE})
"""What is most likely answered before everybody's eyes."""

BY_PATH: Final = {command.path: command for command in COMMANDS}

LISTENS: Final = "listen"
UNHEARD: Final = (
    "But Discord sends me only the messages that mention me, until my operator switches message_content on."
)
"""What whoever wants all of a room's messages answered has to know."""

AGAIN: Final = "I answer it again: look at my answer above."


@dataclass(frozen=True, slots=True)
class Given:
    """A command as somebody gave it. `focused`: the option that is being typed."""

    path: str
    options: dict[str, object] = field(repr=False)
    focused: str = ""
    private: bool = False


class Slash:
    """Runs commands, and opens a window for what is missing and likely long. `content`: Discord sends the
    words of every message."""

    def __init__(
        self,
        commands: Commands,
        conversation: Conversation,
        replies: Replies,
        files: DiscordFiles,
        *,
        content: bool,
    ) -> None:
        self._content = content
        self._commands = commands
        self._conversation = conversation
        self._replies = replies
        self._files = files

    async def given(self, asked: Asked) -> None:
        """Somebody gave a command."""
        call = given(asked.data)
        if missing := self._missing(call):
            await self._replies.open(asked, self._window(asked, call, missing))
        else:
            await self._run(asked, call)

    async def filled(self, asked: Asked) -> None:
        """Somebody filled in the window of a command."""
        await self._run(asked, Given(command_of(asked.data["custom_id"]), filled(asked.data)))

    async def offered(self, asked: Asked, offer: Offer) -> None:
        """Somebody pressed a button that gives a command."""
        call = Given(offer.path, dict(offer.options))
        if offer.instead:
            await self._replies.turn(asked, self._reply(asked, call))
        else:
            await self._run(asked, call)

    def _missing(self, call: Given) -> Param | None:
        """An option that is asked for in a window."""
        command = BY_PATH.get(call.path)
        params = command.params if command else ()
        return next((one for one in params if window_opens(one) and one.name not in call.options), None)

    async def _window(self, asked: Asked, call: Given, missing: Param) -> Mapping[str, Any]:
        """The window of a command, with what its options are now. Raises UserError."""
        command, now = self._commands.find(call.path), {}
        for param in command.params:
            if param.current:
                now[param.name] = await self._commands.current(call.path, param.name, asked.actor, asked.key)
        return window(command, missing, now.pop(missing.name, ""), {**now, **call.options})

    async def _run(self, asked: Asked, call: Given) -> None:
        command = BY_PATH.get(call.path)
        alone = bool(asked.key.person) or command is None or command.act not in PUBLIC
        await self._replies.give(asked, self._reply(asked, call), ephemeral=alone)

    async def _reply(self, asked: Asked, call: Given) -> Reply:
        """Do it. Raises UserError, StorageError."""
        files = {param.name for param in self._commands.find(call.path).params if param.kind is Kind.PICTURE}
        ids = [str(call.options[name]) for name in files if name in call.options]
        reply = await self._commands.run(
            call.path,
            Invocation(
                asked.actor,
                asked.address,
                {name: value for name, value in call.options.items() if name not in files},
                event_id=asked.event_id,
                takes=TAKES,
                attachments=tuple(self._attachment(asked, one) for one in ids),
            ),
        )
        if reply.run_id is None:
            return self._noted(asked, call, reply)
        run = (await self._conversation.run(reply.run_id, asked.actor, asked.key)).run
        return reply if run.address == asked.address else Reply(AGAIN)

    def _noted(self, asked: Asked, call: Given, reply: Reply) -> Reply:
        """A reply, with what Discord adds to it."""
        everyone = call.path == LISTENS and call.options.get("to") == "everyone"
        if not everyone or self._content or asked.key.space == DIRECT:
            return reply
        return replace(reply, text=f"{reply.text} {UNHEARD}")

    def _attachment(self, asked: Asked, file: str) -> Attachment:
        """A file that came with the command; its address is good for a while, and no message shows it."""
        told = asked.data["resolved"]["attachments"][file]
        name = f"/{asked.one.id}/{file}"
        self._files.came(name, told["url"])
        return Attachment(name, told["filename"], told.get("content_type") or "", told["size"])


def given(data: Mapping[str, Any]) -> Given:
    """Which command it is, and its options. `private` is Discord's own, and not the table's."""
    path, options = [data["name"]], data.get("options") or []
    while options and options[0]["type"] in (SUBCOMMAND, GROUP):
        path.append(options[0]["name"])
        options = options[0].get("options") or []
    values = {one["name"]: one.get("value") for one in options}
    values |= {one["name"]: _path(data, one) for one in options if one["type"] == CHANNEL and "value" in one}
    focused = next((one["name"] for one in options if one.get("focused")), "")
    private = path == [TALK] and values.pop(PRIVATE.name, False) is True
    return Given("/".join(path), values, focused, private)


def _path(data: Mapping[str, Any], one: Mapping[str, Any]) -> str:
    """A channel that somebody chose; of a thread, its channel's number and its own."""
    number = str(one["value"])
    told = ((data.get("resolved") or {}).get("channels") or {}).get(number) or {}
    parent = told.get("parent_id")
    return f"{parent}/{number}" if told.get("type") in THREADS and parent else number
