"""Application commands: what may be registered, and what is."""

import re
from typing import Any

from tests.platforms.discord.limits import Limits
from tests.platforms.discord.refusals import Refused, invalid
from tests.platforms.discord.transcript import Transcript
from tests.platforms.discord.world import Account, World

Json = dict[str, Any]

CHAT, USER, MESSAGE = 1, 2, 3
SUBCOMMAND, GROUP = 1, 2
AT_MOST = {CHAT: 100, USER: 15, MESSAGE: 15, 4: 1}
NAME = re.compile(r"^[-_'\w]{1,32}$")


class Registry:
    """Commands of all servers (under None) and of single ones, by id."""

    def __init__(self, world: World, bot: Account, limits: Limits, transcript: Transcript) -> None:
        self.registered: dict[int | None, dict[int, Json]] = {None: {}}
        self.open: set[str] = set()
        """Names of commands whose permissions an administrator has opened to everybody."""
        self._world = world
        self._bot = bot
        self._limits = limits
        self._breach = transcript.breach
        self._created = 0

    def overwrite(self, guild: int | None, commands: list[Json]) -> list[Json]:
        """All of a scope at once; those that keep their name and type keep their id. Raises Refused."""
        for one in commands:
            check(one)
        for kind, most in AT_MOST.items():
            if sum(one.get("type", CHAT) == kind for one in commands) > most:
                raise invalid("commands", f"At most {most} of type {kind}.")
        known = {_key(one): one for one in self.registered.get(guild, {}).values()}
        if len({_key(one) for one in commands}) < len(commands):
            raise invalid("commands", "Application command names must be unique")
        kept = [self._stored(one, known.get(_key(one)), guild) for one in commands]
        self.registered[guild] = {int(one["id"]): one for one in kept}
        return kept

    def put(self, guild: int | None, command: Json) -> Json:
        """One, created or, with the same name and type, replaced. Raises Refused."""
        check(command)
        scope = self.registered.setdefault(guild, {})
        known = next((one for one in scope.values() if _key(one) == _key(command)), None)
        stored = self._stored(command, known, guild)
        scope[int(stored["id"])] = stored
        return stored

    def find(self, guild: int | None, command_id: str) -> Json:
        """Raises Refused 10063."""
        found = self.registered.get(guild, {}).get(int(command_id))
        if found is None:
            raise Refused(10063)
        return found

    def _stored(self, command: Json, known: Json | None, guild: int | None) -> Json:
        if known is None:
            self._created += 1
            if self._created > self._limits.created_commands:
                self._breach("commands: more created than a day allows")
                raise Refused(30034)
        said: Json = {
            "type": CHAT,
            "description": "",
            "options": [],
            "default_member_permissions": None,
            "dm_permission": True,
            "contexts": None,
            "integration_types": [0],
            "nsfw": False,
        }
        said |= {key: value for key, value in command.items() if value is not None}
        permissions = said["default_member_permissions"]
        said["default_member_permissions"] = None if permissions is None else str(permissions)
        said["id"] = known["id"] if known else str(self._world.snowflake())
        said["version"] = str(self._world.snowflake())
        return said | {"application_id": str(self._bot.id)} | ({"guild_id": str(guild)} if guild else {})


def _key(command: Json) -> tuple[int, str]:
    return command.get("type") or CHAT, command["name"]


def check(command: Json) -> None:
    """Raises Refused for a command that cannot be registered."""
    kind = command.get("type") or CHAT
    if kind != CHAT:
        if command.get("description") or command.get("options"):
            raise invalid("description", "Context menu commands have neither description nor options")
        if not 1 <= len(command["name"]) <= 32:
            raise invalid("name", "Must be between 1 and 32 in length.")
        return
    _check_named(command)
    _check_options(command.get("options") or [], depth=0)
    if _size(command) > 8000:
        raise invalid("options", "Command exceeds maximum size (8000)")


def _check_named(one: Json) -> None:
    name = one.get("name", "")
    if not NAME.match(name) or name != name.lower():
        raise invalid("name", f"{name!r} does not match the pattern of names")
    if not 1 <= len(one.get("description") or "") <= 100:
        raise invalid("description", f"{name}: Must be between 1 and 100 in length.")


def _check_options(options: list[Json], *, depth: int) -> None:
    if len(options) > 25:
        raise invalid("options", "Must be 25 or fewer in length.")
    if len({one.get("name") for one in options}) < len(options):
        raise invalid("options", "Option names must be unique")
    optional = False
    for one in options:
        _check_named(one)
        if one["type"] in (SUBCOMMAND, GROUP):
            if depth + (one["type"] == SUBCOMMAND) > 2 or (one["type"] == GROUP and depth):
                raise invalid("options", "Too deeply nested")
            _check_options(one.get("options") or [], depth=depth + 1)
            continue
        if one.get("required") and optional:
            raise invalid("options", "Required options must be placed before non-required options")
        optional = optional or not one.get("required")
        _check_choices(one)
    kinds = {one["type"] in (SUBCOMMAND, GROUP) for one in options}
    if len(kinds) > 1:
        raise invalid("options", "Sub-commands and plain options exclude each other")


def _check_choices(option: Json) -> None:
    choices = option.get("choices") or []
    if len(choices) > 25:
        raise invalid("choices", "Must be 25 or fewer in length.")
    if choices and option.get("autocomplete"):
        raise invalid("autocomplete", "Choices and autocomplete exclude each other")
    for one in choices:
        if not 1 <= len(one["name"]) <= 100 or not 1 <= len(str(one["value"])) <= 100:
            raise invalid("choices", "Must be between 1 and 100 in length.")


def _size(one: Json) -> int:
    """Characters of names, descriptions and values, all together."""
    own = len(one.get("name", "")) + len(one.get("description") or "") + len(str(one.get("value", "")))
    return own + sum(_size(part) for key in ("options", "choices") for part in one.get(key) or [])
