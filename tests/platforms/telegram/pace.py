"""How fast a bot may speak. Telegram publishes no exact values; these are the ones it advises."""

import math
from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Messages and edits together: so many in one chat within a second, in one group within a minute, and in
    all within a second. `second` and `minute`: how long these are here; `slack`: how early is on time."""

    per_chat: int = 1
    per_group: int = 20
    overall: int = 30
    second: float = 1.0
    minute: float = 60.0
    slack: float = 0.05


@dataclass(frozen=True, slots=True)
class Excess:
    """A limit that was reached: in words, and how long until there is room."""

    rule: str
    seconds: float

    @property
    def retry_after(self) -> int:
        """Whole seconds, as Telegram says it."""
        return max(1, math.ceil(self.seconds))


@dataclass(frozen=True, slots=True)
class _Window:
    rule: str
    key: Hashable
    most: int
    length: float
    cost: int


class Meter:
    """What was sent lately, and to which chats the bot was told to wait."""

    def __init__(self, pace: Pace | None) -> None:
        self.pace = pace
        self._sent: dict[Hashable, deque[float]] = {}
        self._until: dict[int, float] = {}

    def told(self, chat: int, now: float, seconds: float) -> None:
        """The bot was told to wait for this chat."""
        self._until[chat] = now + seconds

    def owed(self, chat: int, now: float) -> float:
        """How much of that wait is left."""
        left = self._until.get(chat, now) - now
        return left if left > (self.pace.slack if self.pace else 0.0) else 0.0

    def spend(
        self, chat: int, now: float, *, group: bool, messages: int = 1, draft: bool = False
    ) -> Excess | None:
        """Count what is sent, unless it is too much. Drafts have a second of their own."""
        if self.pace is None:
            return None
        windows = self._windows(self.pace, chat, group and not draft, messages, draft)
        for window in windows:
            if excess := self._excess(window, now, self.pace.slack):
                return excess
        for window in windows:
            self._sent.setdefault(window.key, deque()).extend([now] * window.cost)
        return None

    def _windows(self, pace: Pace, chat: int, group: bool, messages: int, draft: bool) -> list[_Window]:
        found = [
            _Window(f"{pace.overall} a second", "all", pace.overall, pace.second, messages),
            _Window(f"{pace.per_chat} a second in one chat", (chat, draft), pace.per_chat, pace.second, 1),
        ]
        if group:
            rule = f"{pace.per_group} a minute in a group"
            found.append(_Window(rule, (chat, "minute"), pace.per_group, pace.minute, messages))
        return found

    def _excess(self, window: _Window, now: float, slack: float) -> Excess | None:
        times = self._sent.setdefault(window.key, deque())
        while times and times[0] + window.length - slack <= now:
            times.popleft()
        if not times or len(times) + window.cost <= window.most:
            return None
        return Excess(f"more than {window.rule}", times[0] + window.length - now)
