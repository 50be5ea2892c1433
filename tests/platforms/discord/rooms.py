"""Rooms by the names that people use for them."""

from tests.platforms.discord.world import Account, Channel, World
from tests.platforms.people import DIRECT, NotOffered


class Rooms:
    """Channels and threads by name; `direct` is somebody's direct messages with the bot."""

    def __init__(self, world: World, bot: Account) -> None:
        self._world = world
        self._bot = bot
        self._named: dict[str, Channel] = {}

    def add(self, channel: Channel) -> None:
        """Name a room. Raises ValueError when the name is taken: a test's rooms are told apart by name."""
        if channel.name in self._named:
            raise ValueError(f"there is a room {channel.name!r} already")
        self._named[channel.name] = channel

    def find(self, name: str, who: Account) -> Channel:
        """Raises NotOffered when there is no such room."""
        if name == DIRECT:
            return self._world.direct(self._bot, who)
        if (channel := self._named.get(name)) is not None and not channel.gone:
            return channel  # whatever it is called by now
        for channel in (*self._named.values(), *self._world.channels.values()):
            if channel.name == name and not channel.gone:
                return channel
        raise NotOffered(f"there is no room {name!r}")
