"""A command on its way: what is missing is asked for, and when nothing is, it is run."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from telegram import ForceReply, Message, MessageEntity, User

from adapters.telegram.commands import menus
from adapters.telegram.commands.replies import Asked, Came, Further
from adapters.telegram.commands.rights import insisted
from adapters.telegram.keys import PLATFORM, PRIVATE
from adapters.telegram.outlet.exports import TAKES
from adapters.telegram.talk.members import Members
from adapters.telegram.words.entities import parts, written
from bot.commands import COMMANDS, Choice, Command, Commands, Invocation, Kind, Param, Reply
from bot.commands.typed import Form, Typed, line
from bot.conversation import Conversation
from bot.delivery.clusters import clipped, units
from bot.errors import BadOption, UnknownModel, UserError
from bot.messages import Actor, Person, Standing

FORMS: Final = tuple(
    Form(
        command.path,
        tuple(param.name for param in command.params if param.kind is not Kind.PICTURE),
        tuple(param.name for param in command.params if param.kind is Kind.PICTURE),
    )
    for command in COMMANDS
)
"""How the table's commands are typed."""

CARRIED: Final = 3500
"""UTF-16 units of a command that a question can carry."""
PLACEHOLDER: Final = 64
"""UTF-16 units of what stands in the field before somebody writes."""

YES_OR_NO: Final = (Choice("yes", "yes"), Choice("no", "no"))

_SET_BEHIND = re.compile(r"^[^\w\s]+(?!\S)")

DONE: Final = "✓"
"""Stands before a list that is complete as it is."""

LISTENS: Final = "listen"
UNHEARD: Final = (
    "But Telegram sends me only the messages that are meant for me, until I am made an administrator of "
    "this group or my operator switches privacy mode off."
)
"""What whoever wants all of a room's messages answered has to know."""

AGAIN: Final = "I answer it again: look at my answer above."


class Steps:
    """Takes commands further. `me`: the bot."""

    def __init__(self, commands: Commands, conversation: Conversation, members: Members, me: User) -> None:
        self._commands = commands
        self._conversation = conversation
        self._members = members
        self._me = me

    async def next(self, asked: Asked, typed: Typed, *, page: int = 0) -> Came:
        """Run a command, or ask for what it needs. Raises UserError, StorageError."""
        return await insisted(self._members, asked, lambda known: self._next(known, typed, page))

    async def question(self, asked: Asked, typed: Typed, param: Param) -> Further:
        """Ask for an option in words. Raises UserError."""
        return await insisted(self._members, asked, lambda known: self._question(known, typed, param))

    async def choices(self, asked: Asked, typed: Typed, param: Param) -> Sequence[Choice]:
        """What an option may be. Raises UserError."""
        return await insisted(self._members, asked, lambda known: self._choices(known, typed, param))

    async def _next(self, asked: Asked, typed: Typed, page: int) -> Came:
        command = self._commands.find(typed.path)
        too_many = len(asked.attachments) > command.pictures  # which is refused before all else
        if not too_many and (missing := _missing(command, typed, asked)):
            return await self._ask(asked, typed, missing, page)
        try:
            return await self._run(asked, typed)
        except BadOption as exc:
            missing = next((one for one in command.params if one.name == exc.option), None)
            if missing is None or missing.name in typed.options:
                raise
            return await self._ask(asked, typed, missing, page, exc.reply)
        except UnknownModel as exc:
            return await self._fitting(asked, typed, exc)

    async def _fitting(self, asked: Asked, typed: Typed, unknown: UnknownModel) -> Further:
        """Let them choose from the models that a part of a name fits. Raises it when there are none."""
        param = next(one for one in command_of(typed.path).params if one.name == unknown.option)
        part = typed.options.get(param.name, "")
        found = await self._commands.complete(typed.path, param.name, part, asked.actor, asked.key)
        if not part or not found:
            raise unknown
        first = found[: menus.PAGE]  # the further pages are of all models
        return menus.of_choices(unknown.reply, so_far(typed, param), first, 0, closed=False)

    async def _ask(
        self, asked: Asked, typed: Typed, param: Param, page: int = 0, sentence: str = ""
    ) -> Further:
        """Let them choose, or write; an option that is written has others beside it to choose from."""
        if found := await self._choices(asked, typed, param):
            sentence = sentence or f"{param.description}:"
            return menus.of_choices(sentence, so_far(typed, param), found, page, closed=_closed(param))
        written = param.kind is not Kind.PICTURE and param.name not in typed.options
        others = self._others(asked, typed, param) if written else []
        if others:
            return menus.of_options(sentence or f"{param.description}:", carried(typed), param, others)
        return await self._question(asked, typed, param)

    async def _question(self, asked: Asked, typed: Typed, param: Param) -> Further:
        current = await self._commands.current(typed.path, param.name, asked.actor, asked.key)
        return question(typed, param, current)

    async def _choices(self, asked: Asked, typed: Typed, param: Param) -> Sequence[Choice]:
        """What it may be; of a list that is begun, what it may go on with, and first that it is complete."""
        begun = _begun(typed, param)
        found = await self._commands.complete(typed.path, param.name, begun, asked.actor, asked.key)
        if begun:
            done = begun.removesuffix(",")
            more = (Choice(f"+ {one.value.removeprefix(begun).strip()}", one.value) for one in found)
            return (Choice(f"{DONE} {done}", done), *more)
        return YES_OR_NO if param.kind is Kind.BOOLEAN else found

    def _others(self, asked: Asked, typed: Typed, param: Param) -> Sequence[Param]:
        """The options that may be given beside this one."""
        offered = self._commands.params(typed.path, asked.actor, asked.key, typed.options)
        return [
            one
            for one in offered
            if one.name != param.name and one.name not in typed.options and one.kind is not Kind.PICTURE
        ]

    async def _run(self, asked: Asked, typed: Typed) -> Reply:
        call = Invocation(
            asked.actor,
            asked.address,
            typed.options,
            event_id=asked.event_id,
            takes=TAKES,
            overheard=not asked.key.direct,
            attachments=asked.attachments,
            quote=asked.quote,
        )
        reply = await self._commands.run(typed.path, call)
        if reply.run_id is None:
            return await self._noted(asked, typed, reply)
        run = (await self._conversation.run(reply.run_id, asked.actor, asked.key)).run
        return reply if run.address == asked.address else Reply(AGAIN)

    async def _noted(self, asked: Asked, typed: Typed, reply: Reply) -> Reply:
        """A reply, with what Telegram adds to it."""
        everyone = typed.path == LISTENS and typed.options.get("to") == "everyone"
        if not everyone or asked.key.space == PRIVATE or await self._hears_all(asked):
            return reply
        return replace(reply, text=f"{reply.text} {UNHEARD}")

    async def _hears_all(self, asked: Asked) -> bool:
        """Whether Telegram sends all that is said in a group; told that only if it is sure."""
        if self._me.can_read_all_group_messages:
            return True
        own = Actor(Person(f"{PLATFORM}:{self._me.id}", self._me.full_name))
        with suppress(UserError):
            return (await self._members.live(own, asked.key, asked.kind)).standing is Standing.MODERATOR
        return True


def question(typed: Typed, param: Param, current: str) -> Further:
    """A question for an option; `current`: what it is now. Raises BadOption when it would carry too much."""
    with_it = " with it" if param.kind is Kind.PICTURE else ""
    sentence = f"{param.description}: reply to this message{with_it}."
    placeholder = clipped(" ".join((current or param.description).split()), PLACEHOLDER)
    markup = ForceReply(selective=True, input_field_placeholder=placeholder)
    return Further(sentence, so_far(typed, param), markup)


def so_far(typed: Typed, param: Param) -> str:
    """A command that lacks nothing but this option. Raises BadOption when it is too much to carry."""
    given = {name: value for name, value in typed.options.items() if name != param.name}
    return _short(line(typed.path, {**given, param.name: _begun(typed, param)}), param)


def carried(typed: Typed) -> str:
    """A command as far as it is given."""
    return line(typed.path, typed.options)


def wanted(typed: Typed) -> Param | None:
    """The option that a command lacks: the one that is given as nothing, or as a list that goes on."""
    command: Mapping[str, Param] = {param.name: param for param in command_of(typed.path).params}
    empty = [name for name, value in typed.options.items() if not value or _begun(typed, command[name])]
    files = [name for name, param in command.items() if param.kind is Kind.PICTURE and typed.files]
    return next((command[name] for name in (*empty, *files)), None)


def name_of(message: Message) -> str:
    """The command that a message begins with, as it is typed: `/chat`, `/chat@somebot`; empty: with none.
    What is only passed on commands nothing."""
    if message.forward_origin:
        return ""
    marks = [one for one in parts(message) if one.entity.type == MessageEntity.BOT_COMMAND]
    return marks[0].text if marks and not marks[0].entity.offset else ""


def rest_of(message: Message) -> str:
    """What follows the command's name, without the mark that some set right behind it: `/chat: hello`."""
    return _SET_BEHIND.sub("", written(message)[len(name_of(message)) :])


def command_of(path: str) -> Command:
    """The table's command of that path."""
    return next(command for command in COMMANDS if command.path == path)


def _missing(command: Command, typed: Typed, asked: Asked) -> Param | None:
    """What has to be asked for before a command can be run."""
    if (lacks := wanted(typed)) and (lacks.kind is not Kind.PICTURE or not asked.attachments):
        return lacks
    for param in command.params:
        given = asked.attachments if param.kind is Kind.PICTURE else typed.options.get(param.name)
        if param.required and not given:
            return param
    return None


def _begun(typed: Typed, param: Param) -> str:
    """A list that goes on: it ends with a comma."""
    value = typed.options.get(param.name, "")
    return value if param.several and value.endswith(",") else ""


def _closed(param: Param) -> bool:
    """Whether there are no others than its choices."""
    return bool(param.choices) or param.kind is Kind.BOOLEAN


def _short(command: str, param: Param) -> str:
    if units(command) > CARRIED:
        raise BadOption(f"Please give “{param.name}” in the same message, before the words.", param.name)
    return command
