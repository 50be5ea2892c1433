"""A Discord on this machine: its address, its people and rooms, and what a test does to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from tests.platforms.discord.core import Core
from tests.platforms.discord.faults import Fault
from tests.platforms.discord.files import Shelf
from tests.platforms.discord.limits import Limits
from tests.platforms.discord.member import Member
from tests.platforms.discord.rest import Door
from tests.platforms.discord.rooms import Rooms
from tests.platforms.discord.sessions import Intent
from tests.platforms.discord.transcript import Broken
from tests.platforms.discord.world import MODERATORS, Channel, Guild, Kind, Right, Role

ROOT = "/api/v10"
NOTHING = Right(0)
REAL = Limits()
"""Discord's own."""
TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAwMA.GabcdE.local-discord-token-0123456789"


class Discord:
    """A server with `general`, the bot in it, and everybody whom a test calls."""

    def __init__(self, limits: Limits, token: str, name: str) -> None:
        self.core = Core(limits, token, name)
        self.token = token
        self.url = ""
        """`DISCORD_API_BASE`: the root of REST; the gateway is asked of it."""
        self.bot = self.core.bot
        self.gateway = self.core.gateway
        self.transcript = self.core.transcript
        self.commands = self.core.commands
        self.sights = self.core.sights
        self.files = Shelf(self.core.world)
        self._people: dict[str, Member] = {}
        self._moderators: set[str] = set()
        self._rooms = Rooms(self.core.world, self.bot)
        self.home: Guild = self.server("Home")
        self.room("general")

    @property
    def broken(self) -> list[str]:
        """Limits and clocks that the bot broke; what a test breaks on purpose it takes out again."""
        return self.transcript.broken

    def will(self, method: str, pattern: str, *faults: Fault) -> None:
        """What happens to the requests to come of a method to a path such as "/channels/*/messages"."""
        self.core.faults.will(method, pattern, *faults)

    def grants(self, intents: Intent) -> None:
        """Give the application privileged intents."""
        self.core.handshake.granted |= intents

    def server(self, name: str, *, on: tuple[int, int] = (0, 1), joined: bool = True) -> Guild:
        """One more; `on`: its (shard, shards); `joined`: whether the bot is in it."""
        made = self.core.world.guild(name, self.core.owner, on=on, joined=joined)
        moderators = Role(self.core.world.snowflake(), "moderators", MODERATORS)
        made.roles[moderators.id] = moderators
        for one in self._people.values():
            made.members[one.id] = {moderators.id} if one.name in self._moderators else set()
        if joined:
            made.members[self.bot.id] = set()
            self.core.announcer.guild_joined(made)
        return made

    def room(self, name: str, *, server: Guild | None = None, forum: bool = False) -> Channel:
        """A channel, or a forum."""
        made = self.core.world.channel(Kind.FORUM if forum else Kind.TEXT, name, server or self.home)
        self._rooms.add(made)
        self.core.announcer.channel("CREATE", made)
        return made

    def elsewhere(self, name: str, *people: Member) -> Channel:
        """A group of people without the bot, who have it installed for themselves."""
        made = self.core.world.channel(Kind.GROUP, name, None)
        made.people = {one.id: one.account for one in people}
        self._rooms.add(made)
        return made

    def channel(self, name: str) -> Channel:
        """A room that is there."""
        return self._rooms.find(name, self.core.owner)

    def removes(self, room: str) -> None:
        """The channel or thread is deleted."""
        one = self.channel(room)
        self.core.announcer.channel("DELETE", one)
        one.gone = True

    def overwrites(
        self, room: str, who: Member | None, *, allow: Right = NOTHING, deny: Right = NOTHING
    ) -> None:
        """What somebody, the bot (None) included, may or may not in a room."""
        one = self.channel(room)
        one.overwrites[who.id if who else self.bot.id] = (allow, deny)
        self.core.announcer.channel("UPDATE", one)

    def leaves(self, server: Guild, *, outage: bool = False) -> None:
        """The bot is removed from a server, or the server is out."""
        server.joined = outage
        self.core.announcer.guild_left(server, outage=outage)

    def archives(self, room: str, *, locked: bool = False) -> None:
        """A thread is archived, and locked."""
        one = self.channel(room)
        one.archived, one.locked = True, locked
        self.core.announcer.channel("UPDATE", one)

    def member(self, name: str, *, bot: bool = False) -> Member:
        """Somebody who is in every server; `bot`: another bot."""
        if name not in self._people:
            account = self.core.world.account(name, bot=bot)
            for guild in self.core.world.guilds.values():
                guild.members[account.id] = set()
            self._people[name] = Member(self.core, self._rooms, account)
        return self._people[name]

    def moderator(self, name: str) -> Member:
        """Somebody with Manage Channels everywhere."""
        made = self.member(name)
        self._moderators.add(name)
        for guild in self.core.world.guilds.values():
            guild.members[made.id] |= {role.id for role in guild.roles.values() if role.name == "moderators"}
        return made

    def webhook(self, name: str) -> Member:
        """Not a person, but it writes."""
        return Member(self.core, self._rooms, self.core.world.account(name, webhook=True))

    def unanswered(self) -> list[str]:
        """Interactions that are waiting, or shown as being thought about."""
        return self.core.interactions.unanswered()

    def listen(self, port: int) -> None:
        """Where it can be reached."""
        self.url = f"http://127.0.0.1:{port}{ROOT}"
        self.core.rendering.files_at = f"http://127.0.0.1:{port}/cdn"
        self.core.handshake.resume_at = f"ws://127.0.0.1:{port}/gateway/resume/"

    def stop(self) -> None:
        self.core.interactions.stop()
        self.gateway.stop()

    def check(self) -> None:
        """Raises Broken."""
        if self.broken:
            raise Broken("the bot broke what Discord asks for:\n" + "\n".join(self.broken))


@asynccontextmanager
async def discord_server(
    limits: Limits = REAL, *, token: str = TOKEN, name: str = "Parley"
) -> AsyncIterator[Discord]:
    """A Discord on any free port; raises Broken at the end when the bot broke a limit or clock."""
    made = Discord(limits, token, name)
    app = web.Application(client_max_size=limits.request)
    door = Door(made.core, ROOT)
    app.router.add_get("/gateway/", made.gateway.meet)
    app.router.add_get("/gateway/resume/", made.gateway.meet)
    app.router.add_get("/cdn/attachments/{channel}/{upload}/{name}", made.files.meet)
    app.router.add_route("*", ROOT + "/{path:.*}", door.meet)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=4096)
    await site.start()
    made.listen(runner.addresses[0][1])
    try:
        yield made
    finally:
        made.stop()
        await runner.cleanup()
        await asyncio.sleep(0)
    made.check()
