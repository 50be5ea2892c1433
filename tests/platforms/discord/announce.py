"""Who is told of what: the bot's sessions, and everybody who is looking at a screen."""

from typing import Any

from tests.platforms.discord import payloads
from tests.platforms.discord.payloads import Rendering
from tests.platforms.discord.sessions import Intent, Sessions
from tests.platforms.discord.transcript import News
from tests.platforms.discord.world import Account, Channel, Guild, Message, Right, World, rights

Json = dict[str, Any]


class Announcer:
    """Tells the gateway's sessions what they may hear."""

    def __init__(
        self, world: World, sessions: Sessions, rendering: Rendering, bot: Account, news: News
    ) -> None:
        self._world = world
        self._sessions = sessions
        self._rendering = rendering
        self._bot = bot
        self._news = news

    def message(self, event: str, one: Message) -> None:
        """MESSAGE_CREATE or MESSAGE_UPDATE; what only one person sees is nobody else's."""
        if one.only is None and self._hears(one.channel):
            self._sessions.tell(
                event,
                lambda content: self._rendering.event(one, content=content),
                guild=one.channel.guild,
                intent=_messages(one.channel),
            )
        self._news.tell()

    def message_gone(self, one: Message) -> None:
        if one.only is None and self._hears(one.channel):
            said: Json = {"id": str(one.id), "channel_id": str(one.channel.id)}
            if one.channel.guild:
                said["guild_id"] = str(one.channel.guild.id)
            self._sessions.tell(
                "MESSAGE_DELETE", lambda _: said, guild=one.channel.guild, intent=_messages(one.channel)
            )
        self._news.tell()

    def reaction(self, what: str, one: Message, by: Account, sign: str) -> None:
        """ADD or REMOVE of a sign; who wrote the message is told with the first alone."""
        if not self._hears(one.channel):
            return
        guild = one.channel.guild
        said: Json = {
            "user_id": str(by.id), "channel_id": str(one.channel.id), "message_id": str(one.id),
            "emoji": {"id": None, "name": sign}, "burst": False, "type": 0,
        }  # fmt: skip
        said |= {"guild_id": str(guild.id)} if guild else {}
        if what == "ADD":
            said |= {"message_author_id": str(one.author.id), "burst_colors": []}
            said |= {"member": payloads.member(by, guild) | {"user": payloads.user(by)}} if guild else {}
        intent = Intent.GUILD_REACTIONS if guild else Intent.DIRECT_REACTIONS
        self._sessions.tell(f"MESSAGE_REACTION_{what}", lambda _: said, guild=guild, intent=intent)

    def channel(self, what: str, one: Channel) -> None:
        """CREATE, UPDATE or DELETE of a channel or thread."""
        if self._hears(one):
            said = payloads.channel(one, self._bot) | ({"newly_created": True} if what == "CREATE" else {})
            event = f"{'THREAD' if one.thread else 'CHANNEL'}_{what}"
            self._sessions.tell(
                event, lambda _: said, guild=one.guild, intent=Intent.GUILDS if one.guild else 0
            )
        self._news.tell()

    def thread_joined(self, one: Channel) -> None:
        """The bot has become a member of a thread."""
        said = payloads.channel(one, self._bot)
        members: Json = {
            "id": said["id"],
            "guild_id": said["guild_id"],
            "member_count": said["member_count"],
            "added_members": [said["member"]],
            "removed_member_ids": [],
        }
        self._sessions.tell("THREAD_MEMBERS_UPDATE", lambda _: members, guild=one.guild, intent=Intent.GUILDS)

    def guild_joined(self, one: Guild) -> None:
        """A server that the bot has just joined says nothing of being available."""
        said = payloads.guild(one, self._world, self._bot)
        del said["unavailable"]
        self._sessions.tell("GUILD_CREATE", lambda _: said, guild=one, intent=Intent.GUILDS)

    def guild_left(self, one: Guild, *, outage: bool) -> None:
        """The bot was removed, or the server is out."""
        said: Json = {"id": str(one.id)} | ({"unavailable": True} if outage else {})
        self._sessions.tell("GUILD_DELETE", lambda _: said, guild=one, intent=Intent.GUILDS)

    def interaction(self, said: Json, guild: Guild | None) -> bool:
        """To every session of the shard: a bot that runs twice hears it twice. False: nobody is there."""
        self._sessions.tell("INTERACTION_CREATE", lambda _: said, guild=guild)
        return any(one.line and one.owns(guild) for one in self._sessions.all.values())

    def _hears(self, channel: Channel) -> bool:
        if channel.guild is None:
            return self._bot.id in channel.people
        return channel.guild.joined and bool(rights(self._bot, channel) & Right.VIEW)


def _messages(channel: Channel) -> int:
    return Intent.DIRECT_MESSAGES if channel.guild is None else Intent.GUILD_MESSAGES
