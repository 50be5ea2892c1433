"""What goes wrong when a test says so: `discord.will("POST", "/channels/*/messages", fails(500))`."""

from collections import deque
from dataclasses import dataclass, field
from enum import Enum, auto
from fnmatch import fnmatchcase

from tests.wire.answers import Gate


class Way(Enum):
    """How a request goes wrong."""

    FAILS = auto()
    HANGS = auto()
    RESETS = auto()
    PASSES = auto()


@dataclass(frozen=True, slots=True)
class Fault:
    """One request's fate; `after`: once it has taken effect, so that its result is never known."""

    way: Way
    status: int = 0
    body: dict[str, object] | str = ""
    headers: dict[str, str] = field(default_factory=dict)
    after: bool = False
    gate: Gate | None = None


def fails(status: int, code: int = 0, said: str = "", *, after: bool = False) -> Fault:
    """Answer with a status and one of Discord's codes; without a code, with a web page as its proxies do."""
    body: dict[str, object] | str = (
        {"message": said or f"{status}", "code": code} if code else "<html></html>"
    )
    return Fault(Way.FAILS, status, body, after=after)


def limited(
    retry_after: float = 0.05, *, scope: str = "user", via: bool = True, code: int = 0, after: bool = False
) -> Fault:
    """A 429 of a scope ("user", "global" or "shared"); without `via` it is Cloudflare's own."""
    headers = {"Retry-After": f"{max(1, round(retry_after))}"}
    if not via:
        return Fault(Way.FAILS, 429, "<html>error code: 1015</html>", headers, after)
    headers["X-RateLimit-Scope"] = scope
    if scope == "global":
        headers["X-RateLimit-Global"] = "true"
    body: dict[str, object] = {
        "message": "You are being rate limited.",
        "retry_after": retry_after,
        "global": scope == "global",
    }
    return Fault(Way.FAILS, 429, body | ({"code": code} if code else {}), headers, after)


def hangs(*, after: bool = False) -> Fault:
    """Never answer."""
    return Fault(Way.HANGS, after=after)


def resets(*, after: bool = False) -> Fault:
    """Reset the connection."""
    return Fault(Way.RESETS, after=after)


def passes(gate: Gate | None = None) -> Fault:
    """Let one through as if nothing were; with a gate, once the test has opened it."""
    return Fault(Way.PASSES, gate=gate)


class Faults:
    """What has been arranged, for each route in order."""

    def __init__(self) -> None:
        self._arranged: list[tuple[str, str, deque[Fault]]] = []

    def will(self, method: str, pattern: str, *faults: Fault) -> None:
        """Queue faults for the requests to come of a method to paths of a pattern."""
        self._arranged.append((method, pattern, deque(faults)))

    def next(self, method: str, path: str) -> Fault:
        """The fate of this request."""
        for wanted, pattern, queue in self._arranged:
            if queue and wanted == method and fnmatchcase(path, pattern):
                return queue.popleft()
        return passes()
