"""The command table as Telegram's clients list it: for private chats, groups and those who lead them, in
every language there is.

What is listed is a hint and no more: every right is checked again when a command comes.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

import structlog
from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)
from telegram.error import TelegramError

from adapters.telegram.asking.faults import fault
from adapters.telegram.asking.request import UNREADABLE
from bot.commands import COMMANDS, GROUPS, Command
from bot.commands.languages import languages
from bot.commands.registering import patiently
from bot.delivery.clusters import clipped
from bot.errors import Unreachable
from bot.governance.authorize import Act, for_members
from bot.ports import Clock

DESCRIPTION: Final = 256
"""UTF-16 units of a description."""

ENGLISH: Final = ""
"""The list for all languages that have none of their own."""

PRIVATE: Final = BotCommandScopeAllPrivateChats()
GROUP: Final = BotCommandScopeAllGroupChats()
LEADING: Final = BotCommandScopeAllChatAdministrators()
SCOPES: Final[Sequence[BotCommandScope]] = (PRIVATE, GROUP, LEADING)

log = structlog.get_logger()


def listed(scope: BotCommandScope, words: Mapping[str, str]) -> tuple[BotCommand, ...]:
    """What is listed there. `words`: what each description is in a language."""
    names = dict.fromkeys(_name(command) for command in COMMANDS if _fits(command, scope))
    return tuple(BotCommand(name, clipped(_about(name, words), DESCRIPTION)) for name in names)


async def synchronise(bot: Bot, clock: Clock) -> None:
    """Have Telegram list the commands, if it lists others. What fails is tried again, and logged."""
    await patiently(partial(_synchronised, bot), clock, "Telegram")


async def _synchronised(bot: Bot) -> None:
    """Raises DeliveryError."""
    spoken = {ENGLISH: dict[str, str](), **languages()}
    told = 0
    for scope in SCOPES:
        for code, words in spoken.items():
            try:
                told += await _told(bot, scope, code, listed(scope, words))
            except TelegramError as exc:
                raise fault(exc) from None
            except UNREADABLE as exc:
                raise Unreachable(f"an odd answer: {type(exc).__name__}") from None
    if told:
        log.info("commands listed", lists=told)


async def _told(bot: Bot, scope: BotCommandScope, code: str, wanted: Sequence[BotCommand]) -> bool:
    """Set a list, unless it is as wanted: people's clients load it anew each time. Whether it was set."""
    if tuple(await bot.get_my_commands(scope, code or None)) == wanted:
        return False
    return await bot.set_my_commands(wanted, scope, code or None)


def _fits(command: Command, scope: BotCommandScope) -> bool:
    """Whether a command is of use there to those who see the list."""
    if scope is PRIVATE:
        return command.act is not Act.SET_LISTENING  # all that is said there is answered
    return scope is LEADING or for_members(command.act)


def _name(command: Command) -> str:
    return command.path.partition("/")[0]


def _about(name: str, words: Mapping[str, str]) -> str:
    """What a command, or a group of them, is for."""
    english = GROUPS.get(name) or next(one.description for one in COMMANDS if one.path == name)
    return words.get(english, english)
