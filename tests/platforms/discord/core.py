"""Everything behind the doors, put together: what REST, the gateway and people act on."""

from dataclasses import dataclass, field
from typing import Any

from tests.platforms.discord.announce import Announcer
from tests.platforms.discord.commands import Registry
from tests.platforms.discord.faults import Faults
from tests.platforms.discord.gateway import Gateway
from tests.platforms.discord.handshake import Handshake
from tests.platforms.discord.interactions import Interactions
from tests.platforms.discord.limits import Limits
from tests.platforms.discord.payloads import Rendering
from tests.platforms.discord.transcript import News, Transcript
from tests.platforms.discord.world import Account, Message, World

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ping:
    """Somebody was called by the bot."""

    message: Message
    who: str


@dataclass(slots=True)
class Sights:
    """What the bot did to people without breaking a rule of Discord's."""

    pings: list[Ping] = field(default_factory=list)
    unfurled: list[str] = field(default_factory=list)
    typed: list[int] = field(default_factory=list)
    """Ids of the channels in which it was seen typing."""


class Core:
    """The parts of a Discord."""

    def __init__(self, limits: Limits, token: str, name: str) -> None:
        self.limits = limits
        self.token = token
        self.news = News()
        self.transcript = Transcript(self.news)
        self.faults = Faults()
        self.world = World()
        self.bot: Account = self.world.account(name, bot=True)
        self.owner: Account = self.world.account("owner")
        self.rendering = Rendering(self.bot, limits.url_lives)
        self.handshake = Handshake(self.world, self.bot, token, limits, self.news, self.transcript)
        self.gateway = Gateway(self.handshake)
        self.announcer = Announcer(self.world, self.handshake.sessions, self.rendering, self.bot, self.news)
        self.commands = Registry(self.world, self.bot, limits, self.transcript)
        self.interactions = Interactions(self.bot, limits, self.news, self.transcript, self.world)
        self.sights = Sights()
        self.moderated: list[str] = []
        """Texts that automatic moderation blocks."""
        self.nonces: dict[tuple[int, str], tuple[float, Message]] = {}
