"""The sessions of the operator's page: in memory alone, so that a restart ends them all."""

import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

IDLE: Final = 30 * 60.0
"""Seconds without a request after which a session is over."""
LONGEST: Final = 12 * 3600.0
"""Seconds after which it is over, whatever happens in it."""
MOST: Final = 20
"""Sessions at once; one more ends the oldest."""


@dataclass(slots=True)
class Session:
    """One browser; `csrf` is what its requests that change something carry."""

    csrf: str = field(repr=False)
    began: float
    seen: float


class Sessions:
    """Who is signed in. Cookies are kept as their hashes."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._sessions: OrderedDict[bytes, Session] = OrderedDict()

    def begin(self) -> str:
        """A new session's cookie."""
        cookie, now = secrets.token_urlsafe(32), self._monotonic()
        self._sessions[_hashed(cookie)] = Session(secrets.token_urlsafe(32), now, now)
        while len(self._sessions) > MOST:
            self._sessions.popitem(last=False)
        return cookie

    def csrf(self, cookie: str) -> str:
        """A session's token, and it is seen; empty when there is none, or it is over."""
        name, now = _hashed(cookie), self._monotonic()
        session = self._sessions.get(name)
        if session is None:
            return ""
        if now - session.seen >= IDLE or now - session.began >= LONGEST:
            del self._sessions[name]
            return ""
        session.seen = now
        return session.csrf

    def end(self, cookie: str) -> None:
        """It is over."""
        self._sessions.pop(_hashed(cookie), None)


def _hashed(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode("utf-8", "surrogatepass")).digest()
