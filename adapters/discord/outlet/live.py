"""Interactions that are alive: what a person has just started, and may be answered through for 15 minutes.

Nothing here is kept: after a restart an answer goes to the channel, and a private one to direct messages.

    one = live.open(interaction_id, token, application_id, ephemeral=True)  # before the command runs
    reply = await commands.run(path, Invocation(actor, Address(key, reply_to=one.name), ...))
    live.carry(reply.run_id, one)                   # a button's run keeps an older address
    live.asked(reply.run_id, person_id)
    live.acknowledged(one)                          # Discord took the defer; or live.close(one): it did not
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from bot.messages import Address
from bot.ports import Clock

K = TypeVar("K", int, str)

LIVES: Final = 870.0
"""Seconds that a token is used: half a minute less than Discord takes it."""

ACKNOWLEDGED_WITHIN: Final = 5.0
"""Seconds after which nobody waits for an acknowledgement any more; Discord itself waits for three."""

FOLLOW_UPS: Final = 5
"""Messages that Discord takes after the first where the app is only its person's."""

ASKERS: Final = 4096
"""Runs whose askers are remembered."""

_NAMED = "i:"


@dataclass(eq=False, slots=True)
class Interaction:
    """One of them. `original`: the message that the interaction itself is answered with, or its button stood
    under, once there is one; `left`: how many more messages it may bring, None: any number."""

    id: str
    token: str = field(repr=False)
    application: str
    ephemeral: bool
    until: float
    original: str = ""
    left: int | None = None
    first: str = ""
    """The nonce of the post that became `original`: repeated, it is the same post."""
    lost: str = ""
    """The nonce of a further post whose result was lost: it may be there."""
    messages: list[str] = field(default_factory=list)
    """What its token can change."""
    runs: list[int] = field(default_factory=list)
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    over: bool = False

    @property
    def name(self) -> str:
        """What stands in an address for it, where a message would be replied to."""
        return f"{_NAMED}{self.id}"

    async def usable(self) -> bool:
        """Wait until Discord has taken its acknowledgement; False: it never did."""
        try:
            async with asyncio.timeout(ACKNOWLEDGED_WITHIN):
                await self.settled.wait()
        except TimeoutError:
            self.over = True
        return not self.over


def replied_to(to: Address) -> str:
    """The message that an answer is a reply to; none for one that an interaction started."""
    return "" if to.reply_to.startswith(_NAMED) else to.reply_to


class Live:
    """All of them, by what they answer. The oldest are forgotten when their time is over."""

    def __init__(self, clock: Clock, *, lives: float = LIVES) -> None:
        self._clock = clock
        self._lives = lives
        self._all: dict[str, Interaction] = {}
        self._runs: dict[int, Interaction] = {}
        self._messages: dict[str, Interaction] = {}
        self._askers: OrderedDict[int, str] = OrderedDict()

    def open(
        self,
        interaction_id: str,
        token: str,
        application: str,
        *,
        ephemeral: bool = False,
        original: str = "",
        personal: bool = False,
    ) -> Interaction:
        """Keep one that has just come. `original`: the message whose button was pressed, when that is what
        will change; `personal`: the bot is not in that server or chat, but installed for the person alone."""
        self._forget()
        until = self._clock.monotonic() + self._lives
        one = Interaction(interaction_id, token, application, ephemeral, until, original)
        one.left = FOLLOW_UPS if personal else None
        self._all[one.name] = one
        if original:
            self.made(one, original)
        return one

    def acknowledged(self, one: Interaction) -> None:
        """Discord has taken its acknowledgement: from now on it can be answered."""
        one.settled.set()

    def close(self, one: Interaction) -> None:
        """It is over: what it was to carry goes another way."""
        one.over = True
        one.settled.set()

    def carry(self, run_id: int, one: Interaction) -> None:
        """The run's answer goes through it."""
        self._runs[run_id] = one
        one.runs.append(run_id)

    def made(self, one: Interaction, message: str) -> None:
        """The message is its own: its token can change it."""
        self._messages[message] = one
        one.messages.append(message)

    def asked(self, run_id: int, person: str) -> None:
        """Who is told by direct message when the bot may not answer where it was asked."""
        self._askers[run_id] = person
        if len(self._askers) > ASKERS:
            self._askers.popitem(last=False)

    def asker(self, run_id: int) -> str:
        """Who asked; nobody when that was long ago."""
        return self._askers.get(run_id, "")

    def answering(self, run_id: int, to: Address) -> Interaction | None:
        """What a run's answer can go through now: what is private for a private one, and for no other."""
        one = self._runs.get(run_id) or self._all.get(to.reply_to)
        return one if one and self._alive(one) and one.ephemeral == bool(to.key.person) else None

    def holding(self, message: str) -> Interaction | None:
        """What can change a message now: the latest that may."""
        one = self._messages.get(message)
        return one if one and self._alive(one) else None

    def thinking(self) -> Sequence[Interaction]:
        """Those that show "is thinking…" for an answer that has not come yet."""
        found = (one for one in self._all.values() if one.runs and not one.original)
        return [one for one in found if one.settled.is_set() and self._alive(one)]

    def _alive(self, one: Interaction) -> bool:
        return not one.over and self._clock.monotonic() < one.until

    def _forget(self) -> None:
        """Those that came first are over first."""
        now = self._clock.monotonic()
        while self._all and (oldest := next(iter(self._all.values()))).until <= now:
            del self._all[oldest.name]
            _drop(self._runs, oldest.runs, oldest)
            _drop(self._messages, oldest.messages, oldest)


def _drop(found: dict[K, Interaction], keys: Iterable[K], one: Interaction) -> None:
    """Forget what still belongs to it."""
    for key in keys:
        if found.get(key) is one:
            del found[key]
