"""Files of messages, fetched from Discord when their turn has come.

The address of a file is signed and expires: it is kept in memory alone, and for a new one the message is
asked for again. Files come from Discord's own servers, or from the one that stands in for Discord, alone.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any, Final

import discord
from yarl import URL

from adapters.discord.asking.buckets import route
from adapters.discord.asking.rest import Rest
from adapters.discord.talk.reading import files_of
from bot.conversation.files.documents import named
from bot.errors import Gone, ProviderError, ProviderGarbled, SlowDown, TooLarge, Unreachable
from bot.http import Fetcher
from bot.messages import Address, Attachment
from bot.ports import Clock

MESSAGE: Final = "GET /channels/{channel}/messages/{message}"

SERVERS: Final = (URL("https://cdn.discordapp.com"), URL("https://media.discordapp.net"))

WITHIN: Final = 20.0
"""Seconds for one file."""

MARGIN: Final = 5.0
"""Seconds before its end from which on an address is not used any more."""

PATIENCE: Final = 10.0
"""Seconds that we wait at most when Discord asks for patience."""

REMEMBERED: Final = 4096
"""Addresses at hand."""


class DiscordFiles:
    """Implements `Files`. `base`: the root of Discord's REST, whose server may hand out files, too."""

    def __init__(self, rest: Rest, base: str, clock: Clock) -> None:
        self._rest = rest
        self._clock = clock
        self._fetcher = Fetcher(servers=(*SERVERS, URL(base).origin()), within=WITHIN)
        self._at_hand: OrderedDict[str, str] = OrderedDict()

    def remember(self, message: discord.Message) -> None:
        """Keep the addresses of a message's files at hand, for as long as they are good."""
        for name, file in files_of(message):
            self._keep(name, file.url)
        if message.reference and isinstance(message.reference.resolved, discord.Message):
            self.remember(message.reference.resolved)

    def came(self, name: str, url: str) -> None:
        """Keep the address of a file that came with a command at hand: no message shows it."""
        self._keep(name, url)

    async def fetch(self, attachment: Attachment, to: Address, at_most: int) -> bytes:
        """The bytes of a message's file. Raises DeliveryError, TooLarge."""
        if attachment.size > at_most:
            most, size = at_most / 1024**2, attachment.size / 1024**2
            raise TooLarge(f"{named(attachment.name)} has {size:.1f} MiB; a file may have {most:.0f} MiB.")
        url = self._at_hand.get(attachment.id, "")
        if url and not expired(url, self._clock.now().timestamp() + MARGIN):
            try:
                return await self.read(url, at_most)
            except Gone:
                self._at_hand.pop(attachment.id, None)
        return await self.read(await self._asked(attachment), at_most)

    async def read(self, url: str, at_most: int) -> bytes:
        """The bytes at one of Discord's addresses. Raises DeliveryError."""
        try:
            return await self._fetcher.fetch(url, at_most)
        except ProviderGarbled as exc:
            raise Gone(f"a file: {exc}") from None
        except ProviderError as exc:
            raise Unreachable(f"a file: {type(exc).__name__}") from None

    async def _asked(self, attachment: Attachment) -> str:
        """A new address, by asking for the message again. Raises DeliveryError."""
        channel, message, _ = _parts(attachment.id)
        if not channel:
            raise Gone("a file that came with a command, whose address is not known any more")
        where = route(MESSAGE, channel=channel, message=message)
        try:
            told = await self._rest.ask(where)
        except SlowDown as exc:
            if exc.retry_after > PATIENCE:
                raise
            await self._clock.sleep(exc.retry_after)
            told = await self._rest.ask(where)
        for name, url in _urls(told, f"{channel}/{message}"):
            self._keep(name, url)
        if attachment.id not in self._at_hand:
            raise Gone("the message shows no such file")
        return self._at_hand[attachment.id]

    def _keep(self, name: str, url: str) -> None:
        self._at_hand[name] = url
        self._at_hand.move_to_end(name)
        if len(self._at_hand) > REMEMBERED:
            self._at_hand.popitem(last=False)


def expired(url: str, now: float) -> bool:
    """Whether an address is no more good at `now` (seconds since 1970): `ex` is its end in hexadecimal."""
    try:
        end = URL(url, encoded=True).query.get("ex")
        return end is not None and int(end, 16) <= now
    except ValueError:
        return True


def _parts(name: str) -> tuple[str, str, str]:
    """Channel, message and file. Raises Gone for what is none of Discord's."""
    match name.split("/"):
        case [channel, message, file]:
            return channel, message, file
    raise Gone("no file of a message on Discord")


def _urls(message: Mapping[str, Any], where: str) -> Iterator[tuple[str, str]]:
    """The names and addresses of all files that a message shows, as REST describes it."""
    forwarded = [one["message"] for one in message.get("message_snapshots") or ()]
    for shown in (message, *forwarded):
        for file in shown.get("attachments") or ():
            yield f"{where}/{file['id']}", str(file["url"])
