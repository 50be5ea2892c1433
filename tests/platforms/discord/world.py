"""What Discord knows: accounts, servers, channels and messages. State only; others tell of it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum, IntFlag
from typing import Any

from tests.platforms.discord.refusals import Refused

EPOCH = 1_420_070_400_000
"""Milliseconds of Discord's first second."""


class Kind(IntEnum):
    """Types of channels."""

    TEXT = 0
    DM = 1
    VOICE = 2
    GROUP = 3
    THREAD = 11
    FORUM = 15


class Right(IntFlag):
    """Permissions, as far as a bot meets them."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW = 1 << 10
    SEND = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH = 1 << 15
    HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_THREADS = 1 << 35
    SEND_IN_THREADS = 1 << 38


EVERYTHING = Right((1 << 39) - 1)
MEMBERS = (
    Right.VIEW | Right.SEND | Right.EMBED_LINKS | Right.ATTACH | Right.HISTORY | Right.ADD_REACTIONS
    | Right.COMMANDS | Right.CREATE_THREADS | Right.SEND_IN_THREADS
)  # fmt: skip
MODERATORS = (
    MEMBERS | Right.MANAGE_GUILD | Right.MANAGE_CHANNELS | Right.MANAGE_MESSAGES | Right.MANAGE_THREADS
)


@dataclass(eq=False, slots=True)
class Account:
    """Somebody on Discord; a webhook is one, too."""

    id: int
    name: str
    bot: bool = False
    webhook: bool = False
    takes_direct: bool = True
    """Whether the bot may write to them."""


@dataclass(eq=False, slots=True)
class Role:
    """What some members of a server may."""

    id: int
    name: str
    rights: Right


@dataclass(eq=False, slots=True)
class Guild:
    """A server; `joined`: whether the bot is a member."""

    id: int
    name: str
    owner: Account
    everyone: Right = MEMBERS
    joined: bool = True
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, set[int]] = field(default_factory=dict)
    """Accounts' ids, and the roles each has."""


@dataclass(eq=False, slots=True)
class Channel:
    """A channel, thread or direct message; a thread is a channel with a parent."""

    id: int
    kind: Kind
    name: str
    guild: Guild | None = None
    parent: "Channel | None" = None
    people: dict[int, Account] = field(default_factory=dict)
    """Of a direct message or group: everybody; of a thread: who has joined."""
    overwrites: dict[int, tuple[Right, Right]] = field(default_factory=dict)
    """What a role's or account's id is allowed, and denied, here."""
    archived: bool = False
    locked: bool = False
    gone: bool = False
    messages: dict[int, "Message"] = field(default_factory=dict)

    @property
    def thread(self) -> bool:
        return self.kind is Kind.THREAD


@dataclass(eq=False, slots=True)
class Upload:
    """An attached file."""

    id: int
    name: str
    data: bytes
    kind: str
    description: str | None = None


@dataclass(eq=False, slots=True)
class Message:
    """A message; `only`: the one person who can see it, when it is ephemeral."""

    id: int
    channel: Channel
    author: Account
    content: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    edited: datetime | None = None
    files: list[Upload] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    embeds: list[dict[str, Any]] = field(default_factory=list)
    flags: int = 0
    kind: int = 0
    replied: "Message | None" = None
    reference: dict[str, Any] | None = None
    mentions: list[Account] = field(default_factory=list)
    roles: list[int] = field(default_factory=list)
    everyone: bool = False
    nonce: str | int | None = None
    only: Account | None = None
    interaction: dict[str, Any] | None = None
    gone: bool = False
    signs: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """Those that people have put on it, by account."""

    @property
    def loading(self) -> bool:
        return bool(self.flags & 128)


class World:
    """All there is, by id."""

    def __init__(self) -> None:
        self.accounts: dict[int, Account] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.uploads: dict[int, Upload] = {}
        self._last = 0

    def snowflake(self, *, on: tuple[int, int] = (0, 1), ago: float = 0.0) -> int:
        """A new id, greater than all before; a server's on its (shard, shards); or one from `ago` seconds."""
        now = int(time.time() * 1000) - EPOCH
        if ago:
            return ((now - int(ago * 1000)) << 22) + len(self.channels)
        shard, shards = on
        tick = max(now, self._last >> 22)
        if shards > 1:
            tick += 1 + (shard - tick - 1) % shards
        self._last = max(tick << 22, self._last + 1)
        return self._last

    def account(self, name: str, *, bot: bool = False, webhook: bool = False) -> Account:
        made = Account(self.snowflake(), name, bot or webhook, webhook)
        self.accounts[made.id] = made
        return made

    def guild(self, name: str, owner: Account, *, on: tuple[int, int], joined: bool) -> Guild:
        made = Guild(self.snowflake(on=on), name, owner, joined=joined)
        made.members[owner.id] = set()
        self.guilds[made.id] = made
        return made

    def channel(
        self, kind: Kind, name: str, guild: Guild | None, parent: Channel | None = None, *, same: int = 0
    ) -> Channel:
        """A new one; `same`: the id of the message under which a thread is opened."""
        made = Channel(same or self.snowflake(), kind, name, guild, parent)
        self.channels[made.id] = made
        return made

    def upload(self, name: str, data: bytes, kind: str, description: str | None = None) -> Upload:
        made = Upload(self.snowflake(), name, data, kind, description)
        self.uploads[made.id] = made
        return made

    def find_channel(self, channel_id: str | int) -> Channel:
        """Raises Refused 10003."""
        found = self.channels.get(int(channel_id))
        if found is None or found.gone:
            raise Refused(10003)
        return found

    def find_message(self, channel: Channel, message_id: str | int) -> Message:
        """Raises Refused 10008."""
        found = channel.messages.get(int(message_id))
        if found is None or found.gone:
            raise Refused(10008)
        return found

    def direct(self, one: Account, other: Account) -> Channel:
        """Their direct messages, opened when they are not yet."""
        both = {one.id: one, other.id: other}
        for channel in self.channels.values():
            if channel.kind is Kind.DM and channel.people.keys() == both.keys():
                return channel
        made = self.channel(Kind.DM, "", None)
        made.people = both
        return made

    def threads(self, guild: Guild) -> Iterator[Channel]:
        """A server's threads that are not archived."""
        return (
            c for c in self.channels.values() if c.guild is guild and c.thread and not (c.archived or c.gone)
        )


def rights(account: Account, channel: Channel) -> Right:
    """What somebody may in a channel; a thread's are its parent's."""
    if channel.parent is not None:
        return rights(account, channel.parent)
    guild = channel.guild
    if guild is None:
        return MEMBERS if account.id in channel.people else Right(0)
    if account.id not in guild.members and not account.webhook:
        return Right(0)
    if guild.owner is account:
        return EVERYTHING
    held = guild.members.get(account.id, set())
    has = guild.everyone
    for role in held:
        has |= guild.roles[role].rights
    if has & Right.ADMINISTRATOR:
        return EVERYTHING
    return _overwritten(has, channel, [guild.id, *held, account.id])


def _overwritten(has: Right, channel: Channel, ids: list[int]) -> Right:
    """Everybody's overwrite first, then the roles' together, then the member's own."""
    for group in ([ids[0]], ids[1:-1], [ids[-1]]):
        allowed = denied = Right(0)
        for one in group:
            allow, deny = channel.overwrites.get(one, (Right(0), Right(0)))
            allowed, denied = allowed | allow, denied | deny
        has = (has & ~denied) | allowed
    return has
