"""A bot's sessions at the gateway: what each is told, and what it missed."""

import json
import time
from collections.abc import Callable
from enum import IntFlag
from typing import Any, Protocol

from tests.platforms.discord.world import Guild

Json = dict[str, Any]


class Intent(IntFlag):
    """What a session wants to hear of."""

    GUILDS = 1 << 0
    MEMBERS = 1 << 1
    PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_REACTIONS = 1 << 10
    TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_REACTIONS = 1 << 13
    CONTENT = 1 << 15


PRIVILEGED = Intent.MEMBERS | Intent.PRESENCES | Intent.CONTENT
KNOWN = (1 << 17) - 1 | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25


class Line(Protocol):
    """A connection that a session is on."""

    def send(self, frame: str) -> None: ...


class Session:
    """Numbers events and keeps them, so that what was missed can be told again."""

    def __init__(self, session_id: str, shard: tuple[int, int], intents: int) -> None:
        self.id = session_id
        self.shard = shard
        self.intents = intents
        self.line: Line | None = None
        self.lost_at = 0.0
        self.frames: list[str] = []

    @property
    def content(self) -> bool:
        return bool(self.intents & Intent.CONTENT)

    def owns(self, guild: Guild | None) -> bool:
        """Whether events from there are this shard's; what belongs to no server is the first one's."""
        number, count = self.shard
        return number == (0 if guild is None else (guild.id >> 22) % count)

    def push(self, event: str, data: object) -> None:
        """Tell of an event, now or when the session is resumed."""
        frame = json.dumps({"op": 0, "t": event, "s": len(self.frames) + 1, "d": data}, separators=(",", ":"))
        self.frames.append(frame)
        if self.line:
            self.line.send(frame)

    def replay(self, seq: int) -> None:
        """Tell again all that came after an event."""
        assert self.line is not None
        for frame in self.frames[seq:]:
            self.line.send(frame)
        self.push("RESUMED", {})

    def lose(self, line: Line) -> None:
        """The connection has ended."""
        if self.line is line:
            self.line = None
            self.lost_at = time.monotonic()


class Sessions:
    """All that can be told or resumed."""

    def __init__(self, kept: float) -> None:
        self.all: dict[str, Session] = {}
        self._kept = kept

    def find(self, session_id: str) -> Session | None:
        """One that can still be resumed."""
        session = self.all.get(session_id)
        if session and not session.line and time.monotonic() > session.lost_at + self._kept:
            del self.all[session_id]
            return None
        return session

    def tell(
        self, event: str, render: Callable[[bool], object], *, guild: Guild | None, intent: int = 0
    ) -> None:
        """Tell the sessions that listen; `render` is asked for what they get, with or without text."""
        for session in self.all.values():
            if session.owns(guild) and (not intent or session.intents & intent):
                session.push(event, render(session.content))
