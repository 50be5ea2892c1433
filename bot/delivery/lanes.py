"""A lane for each chat: its pace, its order, and whether its deliveries are parked."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from heapq import heappop, heappush

from bot.delivery.pace import Budget, Pace
from bot.messages import ChannelKey
from bot.ports import Clock, Outlet

_FIRST_PARK, _LONGEST_PARK = 30.0, 600.0
_MEMORY = 1.0
_ROUNDING = 1e-5
"""Seconds below which a wait is none: moments are kept in microseconds."""


class Lane:
    """One chat's way to its platform, shared by all its answers.

    `lock` puts final texts in order. `parked`: earlier answers wait for the timer, so nothing may overtake
    them; how long is measured by a clock that nobody sets. `settled`: the last runs that are out, which
    somebody who read what is pending a moment ago may not know yet.
    """

    def __init__(self, pace: Pace, budget: Budget, clock: Clock, wait: Callable[[bool], float]) -> None:
        self.pace = pace
        self._platform = wait
        self.budget = budget
        self.lock = asyncio.Lock()
        self._parked_until: float | None = None
        self.users = 0
        self.settled: deque[int] = deque(maxlen=64)
        self._clock = clock
        self._park = _FIRST_PARK

    @property
    def closed(self) -> bool:
        """Whether an answer in the making has to keep back: others are owed their final text first."""
        return self.parked or self.lock.locked()

    @property
    def parked(self) -> bool:
        """Whether earlier answers wait."""
        return self._parked_until is not None

    def rest(self) -> float:
        """Seconds until what is parked may be tried again."""
        rest = (self._parked_until or 0.0) - self._clock.monotonic()
        return rest if rest > _ROUNDING else 0.0

    def wait(self, *, urgent: bool) -> float:
        """Seconds until the chat may be asked again, by its own pace and by what its platform counts."""
        return max(self.resting, self._platform(urgent))

    @property
    def resting(self) -> float:
        """Seconds until its own pace lets it be asked again."""
        return self.pace.wait(self._clock.monotonic())

    async def turn(self, *, urgent: bool, exempt: bool = False, final: bool = False) -> None:
        """Wait until one request may begin: by the chat's pace, and the platform's budget unless exempt.
        `final`: what its platform counts is left to the outlet, which keeps final texts in order."""
        while True:
            while wait := self.resting if final else self.wait(urgent=urgent):
                await self._clock.sleep(wait)
            if not exempt:
                await self.budget.take(urgent=urgent)
            if self.pace.take(self._clock.monotonic()):
                return
            self._refund(exempt=exempt)

    def began(self) -> None:
        """The request begins now: clearing its text took a while."""
        self.pace.began(self._clock.monotonic())

    def give_back(self, *, exempt: bool = False) -> None:
        """The turn was not needed."""
        self.pace.give_back()
        self._refund(exempt=exempt)

    def _refund(self, *, exempt: bool) -> None:
        if not exempt:
            self.budget.give_back()

    def slow_down(self, retry_after: float = 0.0) -> None:
        """The platform asks for patience."""
        self.pace.slow_down(retry_after, self._clock.monotonic())

    def park(self, seconds: float | None = None) -> datetime:
        """Close the lane for so long; None: for longer each time."""
        if seconds is None:
            seconds, self._park = self._park, min(2 * self._park, _LONGEST_PARK)
        self._parked_until = self._clock.monotonic() + seconds
        return self.due()

    def due(self) -> datetime:
        """When what is parked may be tried again, as the wall clock stands now."""
        return self._clock.now() + timedelta(seconds=self.rest())

    def open(self) -> None:
        """Nothing waits any more."""
        self._parked_until = None
        self._park = _FIRST_PARK


class Lanes:
    """The lanes of all chats. One that is neither used nor parked is forgotten when its pace allows."""

    def __init__(self, outlets: Mapping[str, Outlet], clock: Clock) -> None:
        self._outlets = outlets
        self._clock = clock
        self._budgets = {name: Budget(outlet.limits.per_second, clock) for name, outlet in outlets.items()}
        self._lanes: dict[ChannelKey, Lane] = {}
        self._resting: list[tuple[float, str, ChannelKey]] = []

    def __len__(self) -> int:
        return len(self._lanes)

    def enter(self, key: ChannelKey) -> Lane:
        """The chat's lane, kept until every `leave`."""
        self._forget()
        if (lane := self._lanes.get(key)) is None:
            pace = Pace(self._outlets[key.platform].limits.interval)
            lane = self._lanes[key] = Lane(
                pace,
                self._budgets[key.platform],
                self._clock,
                lambda urgent: self._outlets[key.platform].wait(key, urgent=urgent),
            )
        lane.users += 1
        return lane

    def leave(self, key: ChannelKey) -> None:
        """One answer less on the chat's lane."""
        lane = self._lanes[key]
        lane.users -= 1
        if not lane.users and not lane.parked:
            heappush(self._resting, (self._clock.monotonic() + max(lane.resting, _MEMORY), str(key), key))

    def _forget(self) -> None:
        """Drop the lanes that have nothing to remember."""
        now = self._clock.monotonic()
        while self._resting and self._resting[0][0] <= now:
            key = heappop(self._resting)[2]
            lane = self._lanes.get(key)
            if lane and not lane.users and not lane.parked and not lane.resting:
                del self._lanes[key]
