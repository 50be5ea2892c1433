"""Who may start or resume a session, and what a session is told first."""

import time
from typing import Any
from uuid import uuid4

from tests.platforms.discord import payloads
from tests.platforms.discord.limits import Limits
from tests.platforms.discord.sessions import KNOWN, PRIVILEGED, Intent, Line, Session, Sessions
from tests.platforms.discord.transcript import News, Transcript
from tests.platforms.discord.world import Account, World


class Closes(Exception):
    """The connection is closed with a code."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(str(code))


class Ended(Exception):
    """There is no such session any more (op 9): a new one has to be started."""


class Handshake:
    """Identify and resume, with everything that Discord refuses."""

    def __init__(
        self, world: World, bot: Account, token: str, limits: Limits, news: News, transcript: Transcript
    ) -> None:
        self.world = world
        self.bot = bot
        self.token = token
        self.limits = limits
        self.news = news
        self.sessions = Sessions(limits.session_kept)
        self.granted = 0
        """Privileged intents that the application has."""
        self.resume_at = ""
        self.started = 0
        self.breach = transcript.breach
        self._last: dict[int, float] = {}

    def identify(self, line: Line, data: Any) -> Session:
        """A new session, told READY and its servers. Raises Closes, Ended."""
        self._known(data)
        shard = self._shard(data)
        intents = self._intents(data)
        self._spaced(shard[0] % self.limits.max_concurrency)
        self.started += 1
        if self.started > self.limits.identifies:
            self.breach("gateway: more sessions started than a day has; the token would be reset")
            raise Closes(4004)
        session = Session(uuid4().hex, shard, intents)
        session.line = line
        self.sessions.all[session.id] = session
        self._ready(session)
        return session

    def resume(self, line: Line, data: Any, *, again: int) -> Session:
        """The session, told what it missed, and the last `again` events once more. Raises Closes, Ended."""
        self._known(data)
        session = self.sessions.find(str(data.get("session_id")))
        if session is None:
            raise Ended
        seq = data.get("seq")
        if not isinstance(seq, int) or seq > len(session.frames):
            del self.sessions.all[session.id]
            raise Closes(4007)
        session.line = line
        session.replay(max(1, seq - again))
        return session

    def start_limit(self) -> dict[str, int]:
        """As `GET /gateway/bot` says it."""
        return {
            "total": self.limits.identifies,
            "remaining": max(0, self.limits.identifies - self.started),
            "reset_after": 86_400_000,
            "max_concurrency": self.limits.max_concurrency,
        }

    def _known(self, data: Any) -> None:
        if not isinstance(data, dict):
            raise Closes(4002)
        if data.get("token") != self.token:
            raise Closes(4004)

    def _shard(self, data: dict[str, Any]) -> tuple[int, int]:
        number, count = data.get("shard") or (0, 1)
        if not 0 <= number < count:
            raise Closes(4010)
        if sum(guild.joined for guild in self.world.guilds.values()) > 2500 * count:
            raise Closes(4011)
        return number, count

    def _intents(self, data: dict[str, Any]) -> int:
        intents = data.get("intents")
        if not isinstance(intents, int) or intents & ~KNOWN:
            raise Closes(4013)
        if intents & PRIVILEGED & ~self.granted:
            raise Closes(4014)
        return intents

    def _spaced(self, key: int) -> None:
        now = time.monotonic()
        if now < self._last.get(key, float("-inf")) + self.limits.identify_every:
            self.breach(f"gateway: two identifies within {self.limits.identify_every:g} s")
            raise Ended
        self._last[key] = now

    def _ready(self, session: Session) -> None:
        guilds = [g for g in self.world.guilds.values() if g.joined and session.owns(g)]
        application = {"id": str(self.bot.id), "flags": application_flags(self.granted)}
        session.push(
            "READY",
            {
                "v": 10,
                "user": payloads.user(self.bot) | {"mfa_enabled": True, "verified": True, "email": None},
                "guilds": [{"id": str(g.id), "unavailable": True} for g in guilds],
                "session_id": session.id,
                "session_type": "normal",
                "resume_gateway_url": self.resume_at,
                "shard": list(session.shard),
                "application": application,
                "private_channels": [],
                "presences": [],
                "relationships": [],
                "_trace": [],
            },
        )
        if session.intents & Intent.GUILDS:
            for guild in guilds:
                session.push("GUILD_CREATE", payloads.guild(guild, self.world, self.bot))


def application_flags(granted: int) -> int:
    """What an application says of its privileged intents."""
    members, content = bool(granted & Intent.MEMBERS), bool(granted & Intent.CONTENT)
    return (1 << 15) * members | (1 << 19) * content | (1 << 23)
