"""People, roles and places as an option names them: by ids, or by what a platform writes for these. Pure."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from bot.errors import BadOption
from bot.governance.access import person, place, role
from bot.messages import ChannelKey

_MENTION: Final = re.compile(r"<(?:@!?|@&|#)(\d{1,20})>", re.ASCII)
_NUMBER: Final = re.compile(r"-?\d{1,20}", re.ASCII)
_ROOM: Final = re.compile(r"#?([a-z0-9][a-z0-9-]{0,63})(?:[./]([a-z0-9][a-z0-9-]{0,63}))?", re.ASCII)
HERE: Final = "here"

_UNKNOWN: Final = {
    "discord": "I don't know whom you mean. Choose them from Discord's list, or give their number.",
    "telegram": "I can't tell who that is. Reply to a message of theirs with the command, "
    "or give their number.",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a rule is about. `scope`: of a place, its own; `server`: it is a whole one."""

    name: str
    scope: str = ""
    server: bool = False


def subject_of(option: str, said: str, key: ChannelKey) -> Subject:
    """What an option's value means in a room. Raises BadOption."""
    said = said.strip()
    match option:
        case "who":
            return Subject(person(_person(said, key.platform)))
        case "role":
            return Subject(role(_role(said, key.platform)))
        case "server":
            return _server(said, key)
    scope = _channel(said, key)
    return Subject(place(scope), scope)


def called(subject: str, key: ChannelKey) -> str:
    """A subject for people to read: on Discord as it shows them, which calls nobody."""
    kind, _, name = subject.partition(":")
    short = name.rpartition("/")[2] if kind == "where" else name.partition(":")[2]
    if kind == "where" and name == key.scopes()[0]:
        return "this server"
    if kind == "where" and name.count("/") == 2:
        return f"the server `{short}`"
    if key.platform != "discord":
        return f"`{short}`"
    return {"who": "<@{}>", "role": "<@&{}>", "where": "<#{}>"}[kind].format(short)


def _person(said: str, platform: str) -> str:
    bare = said.removeprefix(f"{platform}:").removeprefix("@")
    if found := _MENTION.fullmatch(said):
        bare = found[1]
    if platform in _UNKNOWN and not _NUMBER.fullmatch(bare):
        raise BadOption(_UNKNOWN[platform], "who")
    if not bare or len(bare) > 64 or not bare.isprintable():
        raise BadOption("A name has 1 to 64 visible characters.", "who")
    return f"{platform}:{bare.casefold()}"


def _role(said: str, platform: str) -> str:
    if platform != "discord":
        raise BadOption("There are no roles here: name people instead.", "role")
    found = _MENTION.fullmatch(said)
    bare = found[1] if found else said.removeprefix("discord:")
    if not _NUMBER.fullmatch(bare):
        raise BadOption("Choose the role from Discord's list, or give its number.", "role")
    return f"discord:{bare}"


def _channel(said: str, key: ChannelKey) -> str:
    """The scope of a channel or a thread of this server."""
    if said.lower() == HERE:
        return key.scope
    server = key.scopes()[0]
    found = _MENTION.fullmatch(said)
    bare = found[1] if found else said
    named = _ROOM.fullmatch(bare)
    if named is None or (
        key.platform != "web" and not all(one is None or one.isdigit() for one in named.groups())
    ):
        raise BadOption("I don't know that channel: name one of this server, or say here.", "channel")
    first, second = named[1], named[2]
    if key.platform == "telegram":  # a group's own number stands above its topics'
        return f"{server}/{quote(key.channel, safe='')}/{first}"
    return f"{server}/{first}/{second}" if second else f"{server}/{first}"


def _server(said: str, key: ChannelKey) -> Subject:
    scope = key.scopes()[0]
    if said.lower() != HERE:
        if not _NUMBER.fullmatch(said):
            raise BadOption("Give the server's number, or say here.", "server")
        scope = f"{scope.rpartition('/')[0]}/{quote(said, safe='')}"
    return Subject(place(scope), scope, server=True)
