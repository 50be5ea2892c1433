"""The lists of commands that clients offer, for each scope and language."""

import re
from collections.abc import Iterator, Sequence

from tests.platforms.telegram.refusals import Json, bad

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
LANGUAGE = re.compile(r"(?:[a-z]{2})?")
PLAIN_SCOPES = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})
CHAT_SCOPES = frozenset({"chat", "chat_administrators"})

Key = tuple[str, str]
"""A scope in words, and a language."""


def key(scope: Json | None, language: str) -> Key:
    """Where a list belongs. Raises Refused."""
    if not LANGUAGE.fullmatch(language):
        raise bad("invalid language code specified")
    kind = (scope or {"type": "default"}).get("type", "")
    if kind in PLAIN_SCOPES:
        return kind, language
    if scope is None or (kind not in CHAT_SCOPES and kind != "chat_member"):
        raise bad("can't parse BotCommandScope: Unsupported type specified")
    person = f" {scope['user_id']}" if kind == "chat_member" else ""
    return f"{kind} {scope['chat_id']}{person}", language


def checked(commands: Sequence[Json]) -> list[Json]:
    """A list as setMyCommands takes it. Raises Refused."""
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not COMMAND.fullmatch(command["command"].removeprefix("/")):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return [
        {"command": command["command"].removeprefix("/"), "description": command["description"]}
        for command in commands
    ]


class Menus:
    """What was set."""

    def __init__(self) -> None:
        self.lists: dict[Key, list[Json]] = {}

    def offered(self, chat: int, user: int, language: str, *, private: bool, leads: bool) -> list[Json]:
        """What a person's client offers in a chat: the narrowest list, in their language before none."""
        for scope in _scopes(chat, user, private=private, leads=leads):
            for spoken in (language, ""):
                if found := self.lists.get((scope, spoken)):
                    return found
        return []


def _scopes(chat: int, user: int, *, private: bool, leads: bool) -> Iterator[str]:
    if private:
        yield from (f"chat {chat}", "all_private_chats", "default")
        return
    yield f"chat_member {chat} {user}"
    if leads:
        yield f"chat_administrators {chat}"
    yield f"chat {chat}"
    if leads:
        yield "all_chat_administrators"
    yield from ("all_group_chats", "default")
