"""Interactions: what a person did with the app, until when it may be answered, and how it was."""

import asyncio
import time
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any
from uuid import uuid4

from tests.platforms.discord.limits import Limits
from tests.platforms.discord.refusals import Refused
from tests.platforms.discord.transcript import News, Transcript
from tests.platforms.discord.world import Account, Channel, Message, World

Json = dict[str, Any]


class Sort(IntEnum):
    """Types of interactions."""

    COMMAND = 2
    COMPONENT = 3
    COMPLETION = 4
    MODAL = 5


ANSWERS = {
    Sort.COMMAND: {4, 5, 9},
    Sort.COMPONENT: {4, 5, 6, 7, 9},
    Sort.COMPLETION: {8},
    Sort.MODAL: {4, 5, 6, 7},
}


@dataclass(eq=False, slots=True)
class Interaction:
    """One of them; `answered` is the callback's type, `failed`: the clock has run out."""

    id: int
    token: str
    sort: Sort
    who: Account
    channel: Channel
    born: float
    personal: bool
    """Whether the app is here because of the person alone."""
    message: Message | None = None
    heard: bool = False
    """Whether a bot was there when it came about: nobody is blamed for what was never heard."""
    answered: int = 0
    failed: bool = False
    original: Message | None = None
    follow_ups: int = 0
    choices: list[Json] = field(default_factory=list)
    what: str = ""
    timer: asyncio.TimerHandle | None = None

    @property
    def over(self) -> bool:
        return bool(self.answered) or self.failed

    @property
    def thinking(self) -> bool:
        """Whether people still read that the app is thinking."""
        return self.original is not None and self.original.loading and not self.original.gone


@dataclass(eq=False, slots=True)
class Window:
    """A modal that is open on somebody's screen."""

    interaction: Interaction
    data: Json


class Interactions:
    """All of them, their clocks, and the windows that they opened."""

    def __init__(
        self, bot: Account, limits: Limits, news: News, transcript: Transcript, world: World
    ) -> None:
        self.bot = bot
        self.limits = limits
        self.windows: dict[int, Window] = {}
        self.all: list[Interaction] = []
        self._by_token: dict[str, Interaction] = {}
        self._news = news
        self._breach = transcript.breach
        self._world = world

    def start(
        self, sort: Sort, who: Account, channel: Channel, what: str, message: Message | None = None
    ) -> Interaction:
        """One more; its clock runs from now."""
        guild = channel.guild
        personal = not guild.joined if guild else self.bot.id not in channel.people
        made = Interaction(
            self._world.snowflake(), uuid4().hex, sort, who, channel, time.monotonic(), personal, message
        )
        made.what = what
        made.timer = asyncio.get_running_loop().call_later(self.limits.acknowledge, self._fail, made)
        self.all.append(made)
        self._by_token[made.token] = made
        return made

    def _fail(self, one: Interaction) -> None:
        one.failed = True
        self._news.tell()
        if one.heard:
            self._breach(f"interaction: {one.what} was not acknowledged within {self.limits.acknowledge:g} s")

    def acknowledge(self, one_id: str, token: str, answer: int) -> Interaction:
        """The interaction, answered now. Raises Refused 10062, 40060."""
        one = self._by_token.get(token)
        if one is None or str(one.id) != one_id or one.failed:
            raise Refused(10062)
        if one.answered:
            raise Refused(40060)
        if answer not in ANSWERS[one.sort] or (
            one.sort is Sort.MODAL and answer in (6, 7) and not one.message
        ):
            raise Refused(50035, f"Invalid Form Body: type {answer} is no answer to it", broken=True)
        one.answered = answer
        if one.timer:
            one.timer.cancel()
        self._news.tell()
        return one

    def by_webhook(self, webhook_id: str, token: str) -> Interaction:
        """The interaction that a token is of. Raises Refused 10015, 50027."""
        one = self._by_token.get(token)
        if webhook_id != str(self.bot.id) or one is None or not one.answered:
            raise Refused(10015)
        if time.monotonic() > one.born + self.limits.token_lives:
            raise Refused(
                50027,
                f"Invalid Webhook Token: {one.what} is over {self.limits.token_lives:g} s old",
                broken=True,
            )
        return one

    def follow_up(self, one: Interaction) -> None:
        """One more message for an interaction. Raises Refused 40094."""
        if one.personal and one.follow_ups >= self.limits.follow_ups:
            raise Refused(40094, broken=True)
        one.follow_ups += 1

    async def done(self, one: Interaction) -> None:
        """Wait until it has been answered, or its clock has run out."""
        await self._news.until(lambda: one.over, lambda: f"no answer to {one.what}")

    def unanswered(self) -> list[str]:
        """What is still waiting for an answer, or shown as being thought about."""
        return [one.what for one in self.all if not one.over or one.thinking]

    def stop(self) -> None:
        """Stop the clocks."""
        for one in self.all:
            if one.timer:
                one.timer.cancel()
