"""What Discord's client sends when somebody uses an app: typed options, resolved against the registration."""

from dataclasses import dataclass
from typing import Any

from tests.platforms.discord import payloads
from tests.platforms.discord.commands import CHAT, GROUP, MESSAGE, SUBCOMMAND, USER
from tests.platforms.discord.core import Core
from tests.platforms.discord.interactions import Interaction, Sort
from tests.platforms.discord.options import Given, typed
from tests.platforms.discord.world import Account, Channel, Right, rights
from tests.platforms.discord.world import Message as Said
from tests.platforms.people import NotOffered

Json = dict[str, Any]

IN_GUILD, WITH_BOT, ELSEWHERE = 0, 1, 2
"""Contexts of commands."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """An interaction to be: its data, and the message it comes from."""

    sort: Sort
    what: str
    data: Json
    message: Said | None = None


class Invoking:
    """One person's ways to use the app."""

    def __init__(self, core: Core, account: Account) -> None:
        self._core = core
        self._account = account

    def command(
        self,
        line: str,
        channel: Channel,
        picture: bytes | tuple[str, bytes, str] | None,
        options: dict[str, object],
    ) -> Invocation:
        """A slash command with its options. Raises NotOffered."""
        command, path, leaf = self._found(line, channel)
        if picture is not None:
            attached = next(
                (one["name"] for one in leaf if one["type"] == 11 and one["name"] not in options), None
            )
            if attached is None:
                raise NotOffered(f"{line} takes no picture")
            options = {**options, attached: picture}
        given = typed(line, leaf, options, self._core, channel)
        return Invocation(Sort.COMMAND, line, self._data(command, path, given))

    def completion(
        self, line: str, channel: Channel, option: str, text: str, others: dict[str, object]
    ) -> Invocation:
        """Somebody types into an option. Raises NotOffered."""
        command, path, leaf = self._found(line, channel)
        wanted = next((one for one in leaf if one["name"] == option), None)
        if wanted is None or not wanted.get("autocomplete"):
            raise NotOffered(f"{line} completes no {option!r}")
        before = [one for one in leaf if one["name"] in others]
        given = typed(line, before, others, self._core, channel)
        focused = {"name": option, "type": wanted["type"], "value": text, "focused": True}
        options = [*given.options, focused]
        return Invocation(
            Sort.COMPLETION, f"{line} {option}", self._data(command, path, Given(options, given.resolved))
        )

    def on_message(self, name: str, message: Said) -> Invocation:
        """A command of a message's context menu. Raises NotOffered."""
        command = self._named(name, MESSAGE, message.channel)
        shown = self._core.rendering.message(message, content=True)
        resolved = {"messages": {str(message.id): shown}}
        return Invocation(Sort.COMMAND, name, _menu(command, message.id, resolved))

    def on_user(self, name: str, channel: Channel, other: Account) -> Invocation:
        """A command of somebody's context menu. Raises NotOffered."""
        command = self._named(name, USER, channel)
        resolved: Json = {"users": {str(other.id): payloads.user(other)}}
        if channel.guild:
            resolved["members"] = {
                str(other.id): payloads.member(other, channel.guild) | {"permissions": "0"}
            }
        return Invocation(Sort.COMMAND, name, _menu(command, other.id, resolved))

    def payload(self, one: Interaction, invocation: Invocation) -> Json:
        """The event that the bot gets."""
        channel, guild = one.channel, one.channel.guild
        said: Json = {
            "id": str(one.id),
            "application_id": str(self._core.bot.id),
            "type": int(one.sort),
            "token": one.token,
            "version": 1,
            "data": invocation.data,
            "locale": "en-US",
            "channel_id": str(channel.id),
            "channel": payloads.channel(channel, self._core.bot)
            | {"permissions": str(int(self._rights(channel)))},
            "app_permissions": str(int(rights(self._core.bot, channel))),
            "entitlements": [],
            "authorizing_integration_owners": self._owners(one),
            "context": _context(channel, self._core.bot),
            "attachment_size_limit": self._core.limits.file,
        }
        if invocation.message:
            said["message"] = self._core.rendering.message(invocation.message, content=True)
        if guild is None:
            return said | {"user": payloads.user(self._account)}
        member = payloads.member(self._account, guild) | {"user": payloads.user(self._account)}
        return said | {
            "guild_id": str(guild.id),
            "guild": payloads.partial_guild(guild),
            "guild_locale": "en-US",
            "member": member | {"permissions": str(int(self._rights(channel)))},
        }

    def _rights(self, channel: Channel) -> Right:
        return rights(self._account, channel)

    def _owners(self, one: Interaction) -> dict[str, str]:
        if one.personal:
            return {"1": str(self._account.id)}
        return {"0": str(one.channel.guild.id if one.channel.guild else 0)}

    def _found(self, line: str, channel: Channel) -> tuple[Json, list[Json], list[Json]]:
        """A command, the sub-commands on the way, and the options at its end."""
        first, *rest = line.removeprefix("/").split()
        command = self._named(first, CHAT, channel)
        path: list[Json] = []
        options: list[Json] = command.get("options") or []
        for name in rest:
            inner = next((o for o in options if o["name"] == name and o["type"] in (SUBCOMMAND, GROUP)), None)
            if inner is None:
                raise NotOffered(f"{line}: there is no {name!r}")
            path.append(inner)
            options = inner.get("options") or []
        if any(one["type"] in (SUBCOMMAND, GROUP) for one in options):
            raise NotOffered(f"{line} needs one of {[one['name'] for one in options]}")
        return command, path, options

    def _named(self, name: str, kind: int, channel: Channel) -> Json:
        """A registered command that this person's client shows here. Raises NotOffered."""
        registered = self._core.commands.registered
        here = registered.get(channel.guild.id, {}) if channel.guild and channel.guild.joined else {}
        for one in [*here.values(), *registered[None].values()]:
            if one["name"] == name and one["type"] == kind:
                self._check_shown(one, channel)
                return one
        known = [one["name"] for scope in registered.values() for one in scope.values()]
        raise NotOffered(f"there is no command {name!r}, only {known}")

    def _check_shown(self, command: Json, channel: Channel) -> None:
        context = _context(channel, self._core.bot)
        allowed = command["contexts"] if command["contexts"] is not None else _by_default(command)
        personal = not channel.guild.joined if channel.guild else context == ELSEWHERE
        if context not in allowed or (personal and 1 not in command["integration_types"]):
            raise NotOffered(f"{command['name']} is not offered here")
        needs = command["default_member_permissions"]
        if channel.guild is None or needs is None or command["name"] in self._core.commands.open:
            return
        has = self._rights(channel)
        if not has & Right.ADMINISTRATOR and (int(needs) == 0 or int(has) & int(needs) != int(needs)):
            raise NotOffered(f"{command['name']} is not shown to {self._account.name}")

    def _data(self, command: Json, path: list[Json], given: Given) -> Json:
        options = given.options
        for inner in reversed(path):
            options = [{"name": inner["name"], "type": inner["type"], "options": options}]
        said: Json = {"id": command["id"], "name": command["name"], "type": CHAT, "options": options}
        if "guild_id" in command:
            said["guild_id"] = command["guild_id"]
        return said | ({"resolved": given.resolved} if given.resolved else {})


def _menu(command: Json, target: int, resolved: Json) -> Json:
    said = {"id": command["id"], "name": command["name"], "type": command["type"]}
    return said | {"target_id": str(target), "resolved": resolved}


def _context(channel: Channel, bot: Account) -> int:
    if channel.guild:
        return IN_GUILD
    return WITH_BOT if bot.id in channel.people else ELSEWHERE


def _by_default(command: Json) -> list[int]:
    """Without contexts: everywhere that its installation and `dm_permission` reach."""
    direct = [WITH_BOT] if command.get("dm_permission", True) else []
    return [IN_GUILD, *direct] + ([ELSEWHERE] if 1 in command["integration_types"] else [])
