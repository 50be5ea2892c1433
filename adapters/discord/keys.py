"""Which room something on Discord happened in, and who it was: the one place that reads ids. Pure.

A server's channel is a room, and each thread of it another one that inherits its settings; a forum's post is
a thread. Ids decide, names never do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import discord

from bot.messages import Actor, Address, ChannelKey, Names, Person, Standing

PLATFORM: Final = "discord"
DIRECT: Final = "dm"
"""Takes the place of a server where there is none."""

THREADS: Final = (10, 11, 12)
"""Discord's types of channels that are threads."""


@dataclass(frozen=True, slots=True)
class Keys:
    """`account`: the application's id; `operators`: ids such as `discord:123`."""

    account: str
    operators: frozenset[str] = frozenset()

    def room(self, channel: object, *, person: int | None = None) -> ChannelKey | None:
        """A channel's room, or the private one that `person` has in it. None: the library does not know the
        channel, which may be a thread of another one."""
        alone = "" if person is None else _person(person)
        if isinstance(channel, discord.Thread):
            return self._key(channel.guild.id, channel.parent_id, channel.id, alone)
        if isinstance(channel, discord.abc.GuildChannel):
            return self._key(channel.guild.id, channel.id, None, alone)
        if isinstance(channel, discord.abc.PrivateChannel):
            return self._key(None, channel.id, None, alone)
        if isinstance(channel, discord.PartialMessageable) and channel.guild_id is None:
            return self._key(None, channel.id, None, alone)
        return None

    def direct(self, channel: int) -> ChannelKey:
        """The room of a channel outside of any server."""
        return self._key(None, channel, None, "")

    def told(self, channel: Mapping[str, Any], space: int) -> ChannelKey:
        """The room of a channel as Discord's REST describes it, in the server `space`."""
        number, parent = int(channel["id"]), channel.get("parent_id")
        if channel["type"] in THREADS and parent is not None:
            return self._key(space, int(parent), number, "")
        return self._key(space, number, None, "")

    def author(self, message: discord.Message, member: discord.Member | None = None) -> Actor:
        """Who wrote a message, and what they are in its channel. One that is read back later does not tell
        what its author may: then they are a member, unless somebody has asked who they are on the server."""
        author, channel = member or message.author, message.channel
        if isinstance(channel, discord.DMChannel):
            return self._actor(author, Standing.MODERATOR)  # alone with Parley
        where = channel.parent if isinstance(channel, discord.Thread) else channel
        if not isinstance(author, discord.Member) or not isinstance(where, discord.abc.GuildChannel):
            return self._actor(author, Standing.MEMBER)
        return self._member(author, where.permissions_for(author))

    def user(self, interaction: discord.Interaction) -> Actor:
        """Who did something with a command, button or menu, and what Discord says they may where they did."""
        if interaction.guild_id is None:
            alone = interaction.context.dm_channel is True
            return self._actor(interaction.user, Standing.MODERATOR if alone else Standing.MEMBER)
        return self._member(interaction.user, interaction.permissions)

    def there(self, interaction: discord.Interaction, key: ChannelKey) -> Actor:
        """Who did something, and what they may in another channel of the server; elsewhere members."""
        user, guild = interaction.user, interaction.guild
        channel = guild.get_channel(int(key.channel)) if guild and str(guild.id) == key.space else None
        if channel is None or not isinstance(user, discord.Member):
            return self._actor(user, Standing.MEMBER)
        return self._member(user, channel.permissions_for(user))

    def reactor(self, event: discord.RawReactionActionEvent) -> Actor:
        """Who put a sign on a message, or took it away: of what they may, nothing is told."""
        member = event.member
        person = Person(
            _person(event.user_id), member.display_name if member else "", bool(member and member.bot)
        )
        return Actor(person, Standing.OPERATOR if person.id in self.operators else Standing.MEMBER)

    def _actor(self, user: discord.User | discord.Member, standing: Standing) -> Actor:
        person = Person(_person(user.id), user.display_name, user.bot)
        return Actor(person, Standing.OPERATOR if person.id in self.operators else standing)

    def _member(self, user: discord.User | discord.Member, may: discord.Permissions) -> Actor:
        """Somebody on a server, their roles there, and whether they run all of it."""
        actor = self._actor(user, _standing(may))
        roles = user.roles if isinstance(user, discord.Member) else ()
        return replace(
            actor,
            roles=frozenset(_person(role.id) for role in roles),
            channel_only=not (may.manage_guild or may.administrator),
        )

    def _key(self, space: int | None, channel: int, thread: int | None, person: str) -> ChannelKey:
        return ChannelKey(
            PLATFORM,
            self.account,
            DIRECT if space is None else str(space),
            str(channel),
            "" if thread is None else str(thread),
            person,
        )


def address(message: discord.Message, key: ChannelKey) -> Address:
    """Where the answer to a message goes: under it."""
    return Address(key, str(message.id), names(message.channel))


def alone(to: Address, actor: Actor) -> Address:
    """The same for that person's eyes alone: by direct message, where it is none already."""
    return to if to.key.direct else replace(to, key=replace(to.key, person=actor.person.id))


def names(channel: object) -> Names:
    """What people call a channel and its server, as far as the library knows."""
    server = getattr(channel, "guild", None)
    return Names(str(getattr(channel, "name", None) or ""), str(getattr(server, "name", None) or ""))


def channel_id(key: ChannelKey) -> int:
    """The channel on Discord that shows a room: the thread, when it is one."""
    return int(key.thread or key.channel)


def _person(user: int) -> str:
    return f"{PLATFORM}:{user}"


def _standing(permissions: discord.Permissions) -> Standing:
    """Who manages a channel moderates it."""
    manages = permissions.manage_channels or permissions.administrator
    return Standing.MODERATOR if manages else Standing.MEMBER
